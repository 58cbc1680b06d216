#!/usr/bin/env bash
# Question  Two workers' transactions overlap on one partition and both are aborted. Does a kafkajs consumer, which reads committed records only, hide what
#           they wrote, whichever ended first?
# Guess     Yes: the broker sends the list of aborted transactions with each fetch, and the client has only to apply it.
# Seen      kafkajs 2.2.4 on Apache Kafka 4.4.0. One aborted transaction alone is hidden. Where b began after a and ended before it, a's record is delivered
#           to eachMessage as if it were committed; ended in the order in which they began, both are hidden. The broker lists aborted transactions in the order in which they ended; kafkajs takes
#           it for the order in which they began, and waits for the first of the list before it looks at the next.
# Matters   "Exactly once" ends here: effects of a worker that failed half-way and rolled back become real, and only under load, when transactions overlap. Sort the
#           list by first offset before it is applied, or give each partition one transactional writer.
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
const admin = kafka.admin();
await admin.connect();
const writer = async (transactionalId) => {
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  return producer;
};
const [first, second, plain] = [await writer('first'), await writer('second'), kafka.producer()];
await plain.connect();

async function shown(topic, write) {
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  const send = (sender, value) => sender.send({ topic, messages: [{ value }] });
  await write(send);
  await send(plain, 'end');
  const seen = [];
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const ended = new Promise((end) => {
    consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(String(message.value));
        if (seen.at(-1) === 'end') end();
      },
    });
  });
  await ended;
  await consumer.disconnect();
  return seen;
}

const alone = await shown('alone', async (send) => {
  const a = await first.transaction();
  await send(a, 'a');
  await a.abort();
});
const both = (order) => async (send) => {
  const [a, b] = [await first.transaction(), await second.transaction()];
  await send(a, 'a');
  await send(b, 'b');
  for (const transaction of order(a, b)) await transaction.abort();
};
const asBegun = await shown('as-begun', both((a, b) => [a, b]));
const otherWay = await shown('other-way', both((a, b) => [b, a]));
assert.deepEqual({ alone, asBegun, otherWay }, { alone: ['end'], asBegun: ['end'], otherWay: ['a', 'end'] });
console.log('ok: of two aborted transactions that overlap, the record of the one that began first and ended last is shown');
process.exit(0);
JS
node --no-warnings check.mjs
