#!/usr/bin/env bash
# Question  An API validates with zod and publishes z.toJSONSchema(schema, { io: 'input' }) as its contract. Does the published schema refuse only what the
#           parser refuses?
# Guess     Yes, or toJSONSchema raises for what cannot be said, as it does for undefined and NaN.
# Seen      zod 4.6.7 with ajv 8.20.0. In four places the contract is narrower than the parser, without an error:
#           - z.string().regex(/^sku-/i): flags are dropped; "SKU-1" is refused by the schema, taken by the parser. Likewise /m;
#           - .toLowerCase() before a pattern: the pattern is published for the text as it comes, the parser applies it to the lowered one;
#           - .catch(0): the field is published as required with a default; the parser takes {} and any type;
#           - z.coerce.number(): published as a number; "12", true and null are taken.
#           In two it is wider: .trim().min(1) takes "   " by the schema, and z.stringbool() any string.
#           It is exact where one expects trouble: intersections of strict objects are merged, records by number publish a pattern, records by enum their required keys.
# Matters   Clients made from the contract cannot send what the server takes (harmless until a gateway validates by the contract and refuses old clients), and a fuzzer that
#           draws from it never tries the rest. Put flags into the pattern ([Ss]), transforms after a pipe, and test contract and parser against the same examples.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . zod@4.6.7 ajv@8.20.0

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import ajv2020 from 'ajv/dist/2020.js';
import { z } from 'zod';

const ajv = new ajv2020.default({ strict: false });
const both = (schema, value) => [schema.safeParse(value).success, ajv.compile(z.toJSONSchema(schema, { io: 'input' }))(value)];
const [taken, refused] = [true, false];
const seen = [
  // schema, value, parser, published schema
  [z.string().regex(/^sku-/i), 'SKU-1', taken, refused],
  [z.string().regex(/^b$/m), 'a\nb', taken, refused],
  [z.string().toLowerCase().regex(/^[a-z]+$/), 'ABC', taken, refused],
  [z.object({ n: z.number().catch(0) }), {}, taken, refused],
  [z.object({ n: z.number().catch(0) }), { n: 'x' }, taken, refused],
  [z.coerce.number(), '12', taken, refused],
  [z.coerce.number(), null, taken, refused],
  [z.string().trim().min(1), '   ', refused, taken],
  [z.stringbool(), 'perhaps', refused, taken],
  [z.intersection(z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })), { a: 'x', b: 'y' }, taken, taken],
  [z.record(z.int(), z.string()), { 1: 'a' }, taken, taken],
  [z.record(z.int(), z.string()), { 1.5: 'a' }, refused, refused],
  [z.record(z.enum(['a', 'b']), z.number()), { a: 1 }, refused, refused],
];
for (const [schema, value, ...expected] of seen) assert.deepEqual(both(schema, value), expected, JSON.stringify([z.toJSONSchema(schema, { io: 'input' }), value]));
assert.throws(() => z.toJSONSchema(z.undefined()), /cannot be represented/);
console.log('ok: flags, lower-casing, catch and coercion make the published schema narrower than the parser, trim and stringbool wider, all without an error');
JS
node check.mjs
