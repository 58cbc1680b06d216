#!/usr/bin/env bash
# Question  A consumer has read everything there is, and is scaled by its lag (end of the log less committed offset). Is the lag zero when the log is written by transactions?
# Guess     Yes: the committed offset reaches the end of the log.
# Seen      kafkajs 2.2.4 on Apache Kafka 4.4.0. No: at rest, with everything read, the lag is 22, 1 or 0. kafkajs commits the offset after the last record that
#           it delivered in a fetch. Behind that one remain the marker of its transaction (lag 1, for ever) and whatever was aborted and came in the same fetch: 10 committed and 20 aborted
#           records found at the start are a lag of 22 that does not shrink. A fetch of aborted records alone is committed to its end (lag 0). So the figure
#           tells how records were cut into fetches.
# Matters   A scaler that goes by lag (KEDA's threshold, an alert above 0) may never reach zero, and a worker that failed again and again leaves a lag on a topic in which there is nothing
#           to do. Count work by events that are accepted and not finished, and leave room in thresholds on lag.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/support/kafka.bash"
dir=$(mktemp -d)
trap 'stop_kafka; rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . kafkajs@2.2.4
start_kafka "$dir/kafka"

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const kafka = new Kafka({ brokers: [process.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, retries: 20 } });
const [topic, groupId] = ['work', 'workers'];
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
const producer = kafka.producer({ transactionalId: 'writer', idempotent: true, maxInFlightRequests: 1 });
await producer.connect();
const values = (name, count) => Array.from({ length: count }, (_, i) => ({ value: `${name} ${i}` }));
async function write(name, count, end) {
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: values(name, count) });
  await transaction[end]();
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
async function consuming() {
  const seen = [];
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ autoCommitInterval: 200, eachMessage: async ({ message }) => void seen.push(String(message.value)) });
  return { seen, stop: () => consumer.disconnect() };
}
/** Once everything was fetched, with room for several commits. */
async function lagAtRest() {
  await wait(4000);
  const [{ high }] = await admin.fetchTopicOffsets(topic);
  const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] });
  return Number(high) - Number(partitions[0].offset);
}

await write('committed', 10, 'commit');
await write('aborted', 20, 'abort');
const consumer = await consuming();
const lags = { backlog: await lagAtRest(), later: await lagAtRest() };
assert.equal(consumer.seen.length, 10);
await write('committed again', 1, 'commit');
lags.afterCommit = await lagAtRest();
await write('aborted again', 20, 'abort');
lags.afterAbort = await lagAtRest();
await consumer.stop();
assert.deepEqual(lags, { backlog: 22, later: 22, afterCommit: 1, afterAbort: 0 });
console.log('ok: with everything read, the lag stays 22, 1 or 0, by how committed and aborted records were fetched');
process.exit(0);
JS
node --no-warnings check.mjs
