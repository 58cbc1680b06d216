#!/usr/bin/env bash
# Question  Workers send their latency sketches (DDSketch) to one place, written in JavaScript and read in Python. What arrives?
# Guess     The same quantiles, count and sum.
# Seen      npm @datadog/sketches-js 2.1.1 and PyPI ddsketch 3.0.1, over the protobuf that both define. Bins, count and quantiles arrive in both languages. Sum,
#           minimum and maximum are not in the format, and nobody says so: sum is 0, so that Python's avg is 0.0, and the minimum is +Infinity. Merging adds up what
#           is there: a sketch of 1,000 values with mean 500.5, merged with one that came over the wire with the same values, has 2,000 values and a mean of 250.25.
#           And sketches-js alone does not load: it requires protobufjs and names no dependency.
# Matters   Half of the means on a dashboard can be wrong in a plausible way: the larger the share of remote workers, the lower the mean. Send count and sum beside the
#           sketch, and take means from those.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @datadog/sketches-js@2.1.1 protobufjs@7.5.4
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ddsketch==3.0.1 protobuf==6.33.0

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import sketches from '@datadog/sketches-js';

const { DDSketch } = sketches;
const local = new DDSketch({ relativeAccuracy: 0.01 });
for (let value = 1; value <= 1000; value++) local.accept(value);
const bytes = local.toProto();
writeFileSync('sketch.bin', bytes);
const remote = DDSketch.fromProto(bytes);
assert.deepEqual([local.count, local.sum, local.min], [1000, 500500, 1]);
assert.deepEqual([remote.count, remote.sum, remote.min], [1000, 0, Infinity]);
assert.equal(remote.getValueAtQuantile(0.5).toFixed(6), local.getValueAtQuantile(0.5).toFixed(6));
local.merge(remote);
assert.equal(local.sum / local.count, 250.25);
JS
node check.mjs
cat > check.py <<'PY'
from ddsketch import DDSketch
from ddsketch.pb.ddsketch_pb2 import DDSketch as Message
from ddsketch.pb.proto import DDSketchProto

message = Message()
message.ParseFromString(open("sketch.bin", "rb").read())
remote = DDSketchProto.from_proto(message)
assert (remote.count, remote.sum, remote.avg) == (1000, 0, 0), (remote.count, remote.sum, remote.avg)
assert abs(remote.get_quantile_value(0.5) - 500) < 6
local = DDSketch(0.01)
for value in range(1, 1001):
    local.add(value)
local.merge(remote)
assert (local.count, local.avg) == (2000, 250.25), (local.count, local.avg)
print("ok: count and quantiles arrive, the sum arrives as 0, and a merge halves the mean, in both languages")
PY
venv/bin/python check.py
