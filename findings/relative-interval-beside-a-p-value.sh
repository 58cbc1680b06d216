#!/usr/bin/env bash
# Question  Do the p-value and the interval of the relative effect that PyPI tea-tasting prints on one line always say the same of "no difference"?
# Guess     Yes: both come from the same test, as in a table of a regression.
# Seen      tea-tasting 1.14.0, twelve exponential values against 2.4 times the same: p = 0.070, the difference from -0.12 to 2.85, and beside them "140% [7.0%, 438%]":
#           the relative effect leaves zero out. p and the absolute interval are Welch's; the relative one is exp of an interval on the log scale by the delta
#           method. Without any difference, exponential values and 20 in each arm, p is below .05 in 52 of 1,500 experiments, and the printed interval leaves zero out in 81.
# Matters   The summary prints the relative interval and the p-value, not the absolute interval: whoever decides by the interval ("is all of it above my 0 % margin?")
#           decides more often than by p, and with small arms wrongly more often than they asked for. Fieller's interval for a ratio leaves zero out exactly where
#           the difference does.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check tea-tasting==1.14.0 numpy==2.4.6 pandas==3.1.1

cat > "$dir/check.py" <<'PY'
import math
import random

import pandas as pd
import tea_tasting as tt


def compared(control, treatment):
    values = pd.DataFrame({"variant": [0] * len(control) + [1] * len(treatment), "y": [*control, *treatment]})
    return tt.Experiment(y=tt.Mean("y")).analyze(values)


base = [-math.log(1 - (i + 0.5) / 12) for i in range(12)]
result = compared(base, [2.4 * each for each in base])
y = result["y"]
assert abs(y.pvalue - 0.0697) < 0.0005, y
assert y.effect_size_ci_lower < -0.1 < 2.8 < y.effect_size_ci_upper, y
assert 0.06 < y.rel_effect_size_ci_lower < 0.08 < 4.3 < y.rel_effect_size_ci_upper, y
print(result)

draw = random.Random(1)
by_p = by_interval = 0
for _ in range(1500):
    y = compared([draw.expovariate(1) for _ in range(20)], [draw.expovariate(1) for _ in range(20)])["y"]
    by_p += y.pvalue < 0.05
    by_interval += y.rel_effect_size_ci_lower > 0 or y.rel_effect_size_ci_upper < 0
print(f"of 1,500 without a difference: p below .05 in {by_p}, zero outside the relative interval in {by_interval}")
assert by_interval > 1.3 * by_p, (by_p, by_interval)
print("ok: one line says p = 0.070 and a relative effect whose interval begins at 7 %")
PY
"$dir/venv/bin/python" -W ignore "$dir/check.py"
