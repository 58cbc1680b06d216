#!/usr/bin/env bash
# Question  An event is handed to Nest's Kafka client with emit(topic, data), and its data happens to have a field called `key` or `value`. What is sent?
# Guess     The object as JSON, like any other.
# Seen      npm @nestjs/microservices 12.1.1, KafkaRequestSerializer (what ClientKafka.emit uses). An object with a field `key` or `value` is taken for a whole Kafka message:
#           {key:"colour",from:"red",to:"blue"} goes out as key "colour" and value null, since it has none: a tombstone, on which a compacted topic deletes what was
#           stored under that key. {value:12,unit:"s"} goes out as the text 12, its unit lost. The same objects one level deeper pass unharmed, and no type and no log line says a word.
# Matters   Settings, counters and measurements tend to have exactly these two fields. Put data under a field of its own ({data: …}), or write a serializer.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @nestjs/microservices@12.1.1 @nestjs/common@12.5.1 @nestjs/core@12.5.1 reflect-metadata@0.2.2 rxjs@7.8.2

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import 'reflect-metadata';
import { KafkaRequestSerializer } from '@nestjs/microservices/serializers/kafka-request.serializer.js';

const serializer = new KafkaRequestSerializer();
const sent = async (data) => {
  const { key, value } = await serializer.serialize(data, { pattern: 'changes' });
  return { key, value };
};
assert.deepEqual(await sent({ field: 'colour', to: 'blue' }), { key: undefined, value: '{"field":"colour","to":"blue"}' });
assert.deepEqual(await sent({ key: 'colour', from: 'red', to: 'blue' }), { key: 'colour', value: null });
assert.deepEqual(await sent({ value: 12, unit: 's' }), { key: undefined, value: '12' });
assert.deepEqual(await sent({ data: { key: 'colour' } }), { key: undefined, value: '{"data":{"key":"colour"}}' });
console.log('ok: data with a field `key` is sent as a tombstone, data with a field `value` loses all others');
JS
node check.mjs
