#!/usr/bin/env bash
# Question  Documents live in SQLite and are changed by its JSON functions. Does a double that goes in come out, in text and value?
# Guess     Both, since SQLite stores doubles exactly and would write 17 digits where it must.
# Seen      npm sql.js, which is SQLite compiled to WebAssembly, in two versions. SQLite 3.49 (sql.js 1.14.2) writes 15 digits: json_object('x', 0.1 + 0.2) is {"x":0.3}, and of 1,000 square roots 955 come
#           back as other numbers. SQLite 3.54 (1.17.0) loses none, but its text is not JavaScript's: 1/3 is 0.33333333333333332 where JSON.stringify writes 0.3333333333333333, and 5 bound
#           as a double is 5.0. What stands in a document already is copied as text by json_set and json_patch in both, so that only the changed field suffers.
# Matters   Byte for byte comparison, hashes and deduplication over documents fail where one writer is SQL and the other code; with an older SQLite (the system's, in a container's base
#           image) the values differ too. Write numbers as text made in one place, json_set(doc, '$.x', json(?)).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . older@npm:sql.js@1.14.2 newer@npm:sql.js@1.17.0

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import loadOlder from 'older';
import loadNewer from 'newer';

async function seenIn(load) {
  const database = new (await load()).Database();
  const ask = (sql, ...values) => database.exec(sql, values)[0].values[0][0];
  const roots = Array.from({ length: 1000 }, (_, i) => Math.sqrt(i * 7919 + 1));
  return {
    sqlite: ask('select sqlite_version()').split('.').slice(0, 2).join('.'),
    sum: ask("select json_object('x', ?)", 0.1 + 0.2),
    third: ask('select json_array(?)', 1 / 3),
    five: ask('select json_array(5.0)'),
    kept: ask(`select json_set('{"x":0.30000000000000004}', '$.y', 1)`),
    asText: ask("select json_set('{}', '$.x', json(?))", JSON.stringify(0.1 + 0.2)),
    changed: roots.filter((root) => JSON.parse(ask('select json_array(?)', root))[0] !== root).length,
  };
}
const copied = { five: '[5.0]', kept: '{"x":0.30000000000000004,"y":1}', asText: '{"x":0.30000000000000004}' };
assert.deepEqual(await seenIn(loadOlder), { sqlite: '3.49', sum: '{"x":0.3}', third: '[0.333333333333333]', changed: 955, ...copied });
assert.deepEqual(await seenIn(loadNewer), { sqlite: '3.54', sum: '{"x":0.30000000000000004}', third: '[0.33333333333333332]', changed: 0, ...copied });
console.log("ok: SQLite 3.49 changes 955 of 1,000 doubles, 3.54 none but writes 1/3 otherwise than JavaScript; numbers handed over as JSON text stay as they are");
JS
node check.mjs
