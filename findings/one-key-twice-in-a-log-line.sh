#!/usr/bin/env bash
# Question  A child logger has a field bound (`attempt: 1`) and a line sets it again (`attempt: 2`). Which value do the tools find that one
#           analyses logs with?
# Guess     pino writes the key twice, as its documentation says, and every reader takes the last, as JSON.parse does.
# Seen      pino 10.4.0 writes {…,"attempt":1,…,"attempt":2}. JSON.parse reads 2. SQLite 3.49 (npm sql.js 1.13.0) reads 1 by json_extract and ->>,
#           and shows both in json_each. DuckDB (PyPI 1.4.1) reads 1 by ->>, and its reader of log files refuses the file ("duplicate key"). Worse, a
#           correction in SQLite does not arrive: after json_set(line, '$.attempt', 9) SQLite reads 9 and JSON.parse still 2, since the first of the two was changed.
# Matters   Figures made in SQL and in code differ, with nobody wrong about JSON: RFC 8259 leaves it open. Bind under one name and log under another, or
#           parse and write each line again before it is loaded.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . pino@10.4.0 sql.js@1.13.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==1.4.1

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import pino from 'pino';
import loadSqlite from 'sql.js';

let line = '';
const logger = pino({ base: null, timestamp: false }, { write: (text) => (line = text.trim()) });
logger.child({ attempt: 1 }).info({ attempt: 2 }, 'called');
writeFileSync('log.ndjson', `${line}\n`);
assert.equal(line.match(/"attempt":/g).length, 2);
assert.equal(JSON.parse(line).attempt, 2);

const database = new (await loadSqlite()).Database();
const ask = (sql, ...values) => database.exec(sql, values)[0].values.map(([value]) => value);
assert.deepEqual(ask("select json_extract(?, '$.attempt')", line), [1]);
assert.deepEqual(ask("select ? ->> 'attempt'", line), [1]);
assert.deepEqual(ask("select value from json_each(?) where key = 'attempt'", line), [1, 2]);
const [corrected] = ask("select json_set(?, '$.attempt', 9)", line);
assert.deepEqual(ask("select json_extract(?, '$.attempt')", corrected), [9]);
assert.equal(JSON.parse(corrected).attempt, 2);
JS
node check.mjs
cat > check.py <<'PY'
import duckdb
line = open("log.ndjson").read().strip()
assert duckdb.execute("select ?::json ->> 'attempt'", [line]).fetchone() == ("1",)
try:
    duckdb.sql("select * from read_json('log.ndjson')").fetchall()
    raise SystemExit("DuckDB reads the file now")
except duckdb.InvalidInputException as error:
    assert "duplicate key" in str(error), error
print("ok: of a key written twice JSON.parse reads the last, SQLite and DuckDB the first, DuckDB's file reader neither; json_set changes what JSON.parse does not read")
PY
venv/bin/python check.py
