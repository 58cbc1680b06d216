#!/usr/bin/env bash
# Question  Percentiles that decisions rest on are kept in a quantile sketch. Does Apache DataSketches give the same sketch twice for the same
#           numbers in the same order, so that a replay finds the same decision?
# Guess     Yes: its coin is seeded, and only merging in another order makes a difference.
# Seen      PyPI datasketches 5.2.0 (the Apache C++ library). kll_floats_sketch and req_floats_sketch differ from one build to the next in one
#           process: 100,000 values, median 49,760 once, 49,775 the next time, other serialized bytes. There is no seed
#           to give. tdigest_double and the distinct counters hll_sketch and update_theta_sketch are the same each time.
# Matters   Both answers are within the promised error, but an audit that folds the events again gets other percentiles, another hash of the
#           state, and now and then another decision. In an event-sourced fold take a deterministic sketch (t-digest, DDSketch), or
#           store the figure that was decided on as an event.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check datasketches==5.2.0

cat > check.py <<'PY'
import datasketches as ds

VALUES = [float((i * 7919) % 100_000) for i in range(100_000)]

def built(make):
    sketch = make()
    for value in VALUES:
        sketch.update(value)
    return next(
        bytes(serialized())
        for serialized in (
            getattr(sketch, "serialize", None),
            getattr(sketch, "serialize_compact", None),
            lambda: sketch.compact().serialize(),
        )
        if serialized
    )

def different(make):
    return len({built(make) for _ in range(5)})

random = {"kll": lambda: ds.kll_floats_sketch(200), "req": lambda: ds.req_floats_sketch(12)}
steady = {"tdigest": lambda: ds.tdigest_double(100), "hll": lambda: ds.hll_sketch(12), "theta": lambda: ds.update_theta_sketch(12)}
for name, make in random.items():
    assert different(make) > 1, f"{name} is the same each time now"
for name, make in steady.items():
    assert different(make) == 1, f"{name} differs now"
assert "seed" not in ds.kll_floats_sketch.__init__.__doc__, "a seed can be given now"
print("ok: five KLL and five REQ sketches of the same numbers differ, without a seed to give; t-digest, HLL and theta do not")
PY
venv/bin/python check.py
