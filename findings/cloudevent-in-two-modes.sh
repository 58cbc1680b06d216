#!/usr/bin/env bash
# Question  One CloudEvent is sent in binary and in structured mode, over HTTP and over Kafka, by the same SDK. Is it the same event when it arrives?
# Guess     Yes; and the SDK reads what the usual client of Kafka delivers.
# Seen      npm cloudevents 10.0.0.
#           - Time: of nanoseconds ("…00.123456789Z") Kafka's binary mode keeps all; structured mode and HTTP's binary mode cut them to milliseconds ("…00.123Z"),
#             while event.time still shows nine digits. A consumer that hashes or compares events that came both ways sees two.
#           - Data: the string "12" under application/json comes back as the string from structured mode and from HTTP's binary mode, and as the number 12 from Kafka's; "true"
#             comes back as a boolean, and "hello" raises a SyntaxError. The body is written without the quotes that make it JSON.
#           - kafkajs 2.2.4, the client for Node, delivers headers as Buffers. Kafka.isEvent says yes to such a message, and Kafka.toEvent raises "contentType.startsWith is
#             not a function". Kafka.binary gives kafkajs an object as value, which it refuses in turn. Each side's shape is right for itself; between them stands a conversion nobody wrote.
# Matters   Wrap strings in an object, send times in milliseconds, and test the round trip of every mode that is used. A mode is not an encoding detail.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . cloudevents@10.0.0 kafkajs@2.2.4

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { CloudEvent, HTTP, Kafka } from 'cloudevents';
import Encoder from 'kafkajs/src/protocol/encoder.js';

const event = (data, time = '2026-01-05T00:00:00.123456789Z') =>
  new CloudEvent({ id: '1', type: 'made', source: '/maker', time, datacontenttype: 'application/json', data });

const precise = event({ a: 1 });
assert.equal(precise.time, '2026-01-05T00:00:00.123456789Z');
assert.equal(HTTP.binary(precise).headers['ce-time'], '2026-01-05T00:00:00.123Z');
assert.equal(Kafka.binary(precise).headers.ce_time, '2026-01-05T00:00:00.123456789Z');
assert.equal(JSON.parse(HTTP.structured(precise).body).time, '2026-01-05T00:00:00.123Z');

const arrived = (data) => ({
  structured: HTTP.toEvent(HTTP.structured(event(data))).data,
  http: HTTP.toEvent(HTTP.binary(event(data))).data,
  kafka: Kafka.toEvent(Kafka.binary(event(data))).data,
});
assert.deepEqual(arrived({ a: 1 }), { structured: { a: 1 }, http: { a: 1 }, kafka: { a: 1 } });
assert.deepEqual(arrived('12'), { structured: '12', http: '12', kafka: 12 });
assert.deepEqual(arrived('true'), { structured: 'true', http: 'true', kafka: true });
assert.equal(Kafka.binary(event('hello')).value, 'hello');
assert.throws(() => arrived('hello'), SyntaxError);

const { headers, value } = Kafka.binary(precise);
const present = Object.entries(headers).filter(([, text]) => text !== undefined);
const delivered = { value: Buffer.from(JSON.stringify(value)), headers: Object.fromEntries(present.map(([name, text]) => [name, Buffer.from(text)])) };
assert.equal(Kafka.isEvent(delivered), true);
assert.throws(() => Kafka.toEvent(delivered), /contentType\.startsWith is not a function/);
assert.equal(typeof value, 'object');
assert.throws(() => Encoder.sizeOfVarIntBytes(value), TypeError);
console.log('ok: binary mode over Kafka keeps nanoseconds, the others cut them; a string changes its type over Kafka alone; kafkajs and the SDK understand neither of the other');
JS
node check.mjs
