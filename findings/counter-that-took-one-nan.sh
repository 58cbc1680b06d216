#!/usr/bin/env bash
# Question  A price is unknown and one call's cost becomes NaN. What do a counter and a histogram of OpenTelemetry for JavaScript make of it?
# Guess     Both drop it with a warning, as they drop a negative amount.
# Seen      @opentelemetry/sdk-metrics 3.1.0 with exporter-prometheus 0.301.0. The histogram leaves the NaN out: count 2, sum 3 of three records. The
#           counter adds it: its sum is NaN, and stays NaN for that set of attributes until the process ends, whatever is added later. Nothing is
#           logged. An up-down counter that once held +Infinity and -Infinity is lost in the same way.
# Matters   rate() over such a series is NaN, comparisons with NaN are false, and an alert on spending stays silent from then on. Check amounts
#           for Number.isFinite before they reach a counter.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0 @opentelemetry/exporter-prometheus@0.301.0

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const logged = [];
const log = (message) => logged.push(message);
diag.setLogger({ verbose: log, debug: log, info: log, warn: log, error: log }, DiagLogLevel.WARN);

const reader = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [reader] }).getMeter('spending');
const cost = meter.createCounter('cost');
const seconds = meter.createHistogram('seconds');
const held = meter.createUpDownCounter('held');
for (const amount of [1, NaN, 2]) {
  cost.add(amount);
  seconds.record(amount);
}
for (const amount of [1, Infinity, -Infinity, 1]) held.add(amount);
assert.deepEqual(logged, []);
cost.add(-1);
assert.equal(logged.length, 1);

const text = new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics);
const value = (series) => text.match(new RegExp(`^${series}\\{[^}]*\\} (\\S+)`, 'm'))?.[1].toLowerCase();
assert.deepEqual(
  { cost: value('cost_total'), held: value('held'), count: value('seconds_count'), sum: value('seconds_sum') },
  { cost: 'nan', held: 'nan', count: '2', sum: '3' },
);
console.log('ok: one NaN makes a counter NaN for good, without a word; a histogram leaves it out; a negative amount is refused with a warning');
JS
node check.mjs
