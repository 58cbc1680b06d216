#!/usr/bin/env bash
# Question  The positions of a consumer group that nobody is a member of are set by the admin client, as after a restore: one topic, then two topics at once. How long does it take, and are they set?
# Guess     A tenth of a second, since the protocol has one request for it (OffsetCommit without a member); and two topics at once do not touch each other.
# Seen      kafkajs 2.2.4 on Apache Kafka 4.4.0. admin.setOffsets takes one topic, and answers after five seconds: it joins the group as a consumer, pauses the topic, seeks, and waits for the
#           end of a fetch that nothing can fill. For 26 groups one after the other that is more than two minutes.
#           Two topics of one group at once are two members, which share out the partitions of both. Either call resolves without an error, after one to five minutes, and what is then set is
#           some of the four positions: in ten tries all four once, three of them three times, two three times and none three times. What is lacking is -1, from which a consumer begins as its own default says.
# Matters   A migration that sets positions with Promise.all reads events twice or passes them by, and was told that all went well. Set the topics of a group one after the other and read the
#           positions back (admin.fetchOffsets), or send OffsetCommit with neither member nor generation, which takes all topics in milliseconds.
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
const topics = ['orders', 'payments'];
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 2 })), waitForLeaders: true });
const producer = kafka.producer();
await producer.connect();
for (const topic of topics)
  await producer.send({ topic, messages: Array.from({ length: 20 }, (_, i) => ({ value: String(i), partition: i % 2 })) });

const wanted = [0, 1].map((partition) => ({ partition, offset: '5' }));
const set = (groupId, topic) => admin.setOffsets({ groupId, topic, partitions: wanted });
async function positions(groupId) {
  const all = await admin.fetchOffsets({ groupId, topics });
  return all.flatMap(({ partitions }) => partitions.map(({ offset }) => offset));
}
async function seconds(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}

const one = await seconds(() => set('alone', 'orders'));
assert.deepEqual(await positions('alone'), ['5', '5', '-1', '-1']);
assert.ok(one > 4 && one < 20, `${one} s for one topic`);

// Five groups side by side: each has two topics set at once.
const groups = ['a', 'b', 'c', 'd', 'e'];
const both = await seconds(() => Promise.all(groups.flatMap((group) => topics.map((topic) => set(group, topic)))));
const found = await Promise.all(groups.map(positions));
const unset = found.flat().filter((offset) => offset === '-1').length;
console.log(`one topic: ${one.toFixed(1)} s; two at once: ${both.toFixed(0)} s, positions ${JSON.stringify(found)}`);
assert.ok(both > 20, `${both} s for two topics at once`);
assert.ok(unset > 0, 'every position is set');
console.log('ok: setting the positions of one topic takes seconds; of two at once all calls resolve, and positions are lacking');
process.exit(0);
JS
node --no-warnings check.mjs
