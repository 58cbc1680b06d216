#!/usr/bin/env bash
# Question  How small a p-value can npm simple-statistics tell of a z score, as small as an error control over many tests asks for?
# Guess     Right to about 1e-7, as its approximation of the error function is.
# Seen      simple-statistics 7.12.1: cumulativeStdNormalProbability looks the value up in a table as printed in textbooks, z in steps of 0.01 up to 3.09, four
#           decimals. So 1.955 and 1.964 have the same p-value, .0500 (truly .0506 and .0495), and beyond 3.09 there is none but .002: z = 4 (truly .00006) and
#           z = 9 are the same. errorFunction in the same library is smooth; jStat 1.9.6 has .0000633 for z = 4.
# Matters   With a hundred tests under Bonferroni (.0005), or any alpha spending, nothing is ever significant, however large the effect, and two looks in a row
#           show the same p-value. Before you trust a tail, ask for z = 4 and z = 8 and compare with another library.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . simple-statistics@7.12.1 jstat@1.9.6

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import jstat from 'jstat';
import { cumulativeStdNormalProbability, errorFunction } from 'simple-statistics';

const p = (z) => 2 * (1 - cumulativeStdNormalProbability(z));
const close = (seen, expected, within) => assert.ok(Math.abs(seen - expected) <= within, `${seen}, expected ${expected}`);
close(p(1.955), 0.05, 1e-9);
assert.equal(p(1.955), p(1.964));
for (const z of [3.1, 4, 6, 9]) close(p(z), 0.002, 1e-9);
close(1 - errorFunction(4 / Math.SQRT2), 6.334e-5, 1e-6);
for (const [z, truth] of [[1.955, 0.0505831], [1.964, 0.0495301], [4, 6.334248e-5]]) close(jstat.jStat.ztest(z, 2), truth, truth * 1e-4);
console.log('ok: p-values come in steps of z = 0.01 and end at .002, so that z = 4 and z = 9 are the same');
JS
node check.mjs
