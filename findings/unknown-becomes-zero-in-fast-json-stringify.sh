#!/usr/bin/env bash
# Question  A response has a JSON Schema, and a figure that is not known yet is null. What does Fastify's serializer send?
# Guess     null, or an error that names the field, since null is no number.
# Seen      npm fast-json-stringify 7.3.10. It turns the value into what the schema says, without a word: null in a number or integer becomes 0, in a boolean
#           false, in a string or a date "", in an array []. Likewise 2.9 in an integer becomes 2, and the texts "no" and "false" in a boolean become true.
#           A type of ["number","null"], or an anyOf with null, keeps null.
# Matters   "No rating yet" becomes "rated 0", "cost unknown" becomes "free", and a client that averages them learns something false. The same object passes
#           JSON.stringify unharmed, so that adding a response schema for speed changes figures. Say null in the schema, and test responses through HTTP.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . fast-json-stringify@7.3.10

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import build from 'fast-json-stringify';

const sent = (schema, value) => JSON.parse(build({ type: 'object', properties: { it: schema } })({ it: value })).it;
const seen = [
  [{ type: 'number' }, null, 0],
  [{ type: 'integer' }, null, 0],
  [{ type: 'boolean' }, null, false],
  [{ type: 'string' }, null, ''],
  [{ type: 'string', format: 'date-time' }, null, ''],
  [{ type: 'array', items: { type: 'number' } }, null, []],
  [{ type: 'array', items: { type: 'number' } }, [4, null], [4, 0]],
  [{ type: 'integer' }, 2.9, 2],
  [{ type: 'boolean' }, 'no', true],
  [{ type: 'boolean' }, 'false', true],
  [{ type: ['number', 'null'] }, null, null],
  [{ anyOf: [{ type: 'number' }, { type: 'null' }] }, null, null],
];
for (const [schema, value, expected] of seen) assert.deepEqual(sent(schema, value), expected, JSON.stringify({ schema, value }));
assert.throws(() => sent({ type: 'number' }, NaN), /cannot be converted to a number/);
console.log('ok: null becomes 0, false, "" or [] by its type; 2.9 becomes 2 and "no" true; only NaN is an error');
JS
node check.mjs
