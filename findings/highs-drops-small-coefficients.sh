#!/usr/bin/env bash
# Question  A share of traffic is planned by a linear program whose cost row is in dollars per token. Does HiGHS hold a budget of
#           a billionth of a dollar as it holds one of a dollar?
# Guess     Yes: the solver scales rows, so that only ratios count.
# Seen      npm `highs` 1.15.3 (HiGHS compiled to WebAssembly). Status "Optimal" both times, but not the same plan: a coefficient whose
#           absolute value is 1e-9 or less is taken for zero. Of the row 1e-9·x0 + 4e-9·x1 <= 2e-9 only 4e-9·x1 is left, and
#           the "optimal" plan spends 25 % more than the budget. Times ten, all is well. The result vouches for itself: the row's activity is given as 2e-9, just at
#           its limit. Only the log warns ("contains 1 |value| … less than or equal to 1e-09: ignored"), which programs silence, and the option for it, small_matrix_value, changes nothing when set to 1e-12.
# Matters   Prices of small models are 1e-7 to 1e-10 dollars per token. Divide each row by its limit before the solver sees it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . highs@1.15.3

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import loadHighs from 'highs';

const highs = await loadHighs();
const close = (seen, expected) => assert.ok(Math.abs(seen - expected) < 1e-6, `spent ${seen} of the budget, expected ${expected}`);
/** How much of the budget the best plan spends, and is said to spend, when all money is counted in this unit. */
function spentShare(unit, options = {}) {
  const [cheap, good, budget] = [1 * unit, 4 * unit, 2 * unit];
  const program = `Maximize
    5 x0 + 9 x1
    Subject To
    all: x0 + x1 = 1
    cost: ${cheap} x0 + ${good} x1 <= ${budget}
    Bounds
    0 <= x0 <= 1
    0 <= x1 <= 1
    End`;
  const { Status, Columns, Rows } = highs.solve(program, { output_flag: false, ...options });
  assert.equal(Status, 'Optimal');
  close(Rows.find(({ Name }) => Name === 'cost').Primal / budget, 1);
  return (cheap * Columns.x0.Primal + good * Columns.x1.Primal) / budget;
}
for (const unit of [1, 1e-3, 1e-6, 1e-8]) close(spentShare(unit), 1);
close(spentShare(1e-9), 1.25);
close(spentShare(1e-9, { small_matrix_value: 1e-12 }), 1.25);
console.log('ok: a budget row with a coefficient of 1e-9 is overspent by 25 % and called Optimal; from 1e-8 on it is held');
JS
node check.mjs
