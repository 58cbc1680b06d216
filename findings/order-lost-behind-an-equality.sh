#!/usr/bin/env bash
# Question  JSON documents lie in SQLite with an index over (json_extract(doc, '$.kind'), id). A page of one kind is asked for as every pager asks: where kind = ?, order by kind, id, limit 50.
#           Is it read from the index in order?
# Guess     Yes: SQLite uses the index of an expression for where and for order by alike, and a sort by what an equality fixes costs nothing with plain columns.
# Seen      npm sql.js, which is SQLite compiled to WebAssembly, 1.14.2 (SQLite 3.49) and 1.17.0 (3.54). With a plain column, or a generated one over the same expression, yes. With the expression itself no:
#           the plan searches that very index and adds "USE TEMP B-TREE FOR ORDER BY", so that each page reads and sorts all documents of the kind, by = as by IS and IS NULL. Without the equality the
#           expression's order is used, and so it is where order by leaves the fixed expression out.
# Matters   Stores of documents over SQLite build their queries: the sort key is in order by whatever the filter is. What answers in a millisecond in a test takes seconds among some 100,000
#           documents, and reading page after page is quadratic. Leave what is fixed out of order by, or index a generated column; look at the plan in a test.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . older@npm:sql.js@1.14.2 newer@npm:sql.js@1.17.0

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import loadOlder from 'older';
import loadNewer from 'newer';

const EXPRESSION = "json_extract(doc, '$.kind')";

async function seenIn(load) {
  const database = new (await load()).Database();
  database.run(`
    create table documents (id text primary key not null, doc text not null, plain text, generated text as (${EXPRESSION}));
    create index of_plain on documents (plain, id);
    create index of_generated on documents (generated, id);
    create index of_expression on documents (${EXPRESSION}, id);
  `);
  const sorts = (rest) => {
    const plan = database.exec(`explain query plan select id from documents ${rest} limit 50`)[0].values.map((row) => row[3]);
    assert.match(plan[0], /USING (COVERING )?INDEX of_/, plan.join(' | '));
    return plan.includes('USE TEMP B-TREE FOR ORDER BY');
  };
  return {
    sqlite: database.exec('select sqlite_version()')[0].values[0][0].split('.').slice(0, 2).join('.'),
    plain: sorts("where plain = 'a' order by plain, id"),
    generated: sorts("where generated = 'a' order by generated, id"),
    expression: sorts(`where ${EXPRESSION} = 'a' order by ${EXPRESSION}, id`),
    expressionIs: sorts(`where ${EXPRESSION} is 'a' order by ${EXPRESSION}, id`),
    expressionIsNull: sorts(`where ${EXPRESSION} is null order by ${EXPRESSION} desc, id desc`),
    withoutEquality: sorts(`order by ${EXPRESSION}, id`),
    leftOut: sorts(`where ${EXPRESSION} = 'a' order by id`),
  };
}
const plans = {
  plain: false,
  generated: false,
  expression: true,
  expressionIs: true,
  expressionIsNull: true,
  withoutEquality: false,
  leftOut: false,
};
assert.deepEqual(await seenIn(loadOlder), { sqlite: '3.49', ...plans });
assert.deepEqual(await seenIn(loadNewer), { sqlite: '3.54', ...plans });
console.log('ok: SQLite 3.49 and 3.54 sort all that fits for each page where an equality fixes the indexed expression that order by names; with a column they do not');
JS
node check.mjs
