#!/usr/bin/env bash
# Question  Prometheus knows no dots in classic label names. What becomes of a measurement that carries both `gen_ai.model` and `gen_ai_model`, as when
#           one part of a program follows the semantic conventions and another its own habit?
# Guess     Their values are joined under one label by ";", as OpenTelemetry's compatibility specification asks for.
# Seen      @opentelemetry/exporter-prometheus 0.301.0 writes the label twice in one series: calls_total{gen_ai_model="a",gen_ai_model="b"} 1.
#           PyPI prometheus_client 0.26.0, which reads the format, refuses the page (ValueError: Invalid labels), and with it every other
#           metric of the process. Likewise two counters named `cache.hits` and `cache_hits` come out as two series of the same name and labels. Nothing
#           is logged, unless their descriptions differ, and then about those.
# Matters   One careless attribute blinds a service's whole dashboard. Spell attributes one way, and read the page once with a parser in a test.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @opentelemetry/api@1.10.0 @opentelemetry/sdk-metrics@3.1.0 @opentelemetry/exporter-prometheus@0.301.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check prometheus_client==0.26.0

cat > page.mjs <<'JS'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

const reader = new PrometheusExporter({ preventServerStart: true });
const meter = new MeterProvider({ readers: [reader] }).getMeter('m');
const attributes = { one: { 'gen_ai.model': 'a' }, both: { 'gen_ai.model': 'a', gen_ai_model: 'b' } }[process.argv[2]];
meter.createCounter('calls').add(1, attributes);
meter.createCounter('unrelated').add(1);
if (process.argv[2] === 'both') for (const name of ['cache.hits', 'cache_hits']) meter.createCounter(name).add(1);
console.log(new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics));
JS
cat > check.py <<'PY'
import subprocess
from prometheus_client.parser import text_string_to_metric_families as families

page = lambda kind: subprocess.run(["node", "page.mjs", kind], capture_output=True, text=True, check=True).stdout
assert "unrelated" in [family.name for family in families(page("one"))]
both = page("both")
assert 'gen_ai_model="a",gen_ai_model="b"' in both, both
assert sum(line.startswith("cache_hits_total{") for line in both.splitlines()) == 2, both
try:
    list(families(both))
    raise SystemExit("the page is readable now")
except ValueError as error:
    assert "Invalid labels" in str(error), error
print("ok: the label is written twice, and the parser refuses the whole page; two counters share one series")
PY
venv/bin/python check.py
