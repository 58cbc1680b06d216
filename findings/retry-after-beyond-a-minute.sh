#!/usr/bin/env bash
# Question  A model server that is out of quota answers 429 with a long Retry-After. When do the usual clients come back?
# Guess     All cap the wait at about a minute, and none comes back sooner for being asked to wait longer.
# Seen      Asked for 1 s, all wait 1 s. Beyond that, three answers:
#           - `ai` 7.0.173 with @ai-sdk/openai-compatible 3.0.92: asked for 90 s it comes back after 2 s, its own first back-off. From a minute
#             on the header counts for nothing, so that who asks for more gets less.
#           - PyPI `openai` 3.57.0: beyond two minutes it gives up at once, without a retry.
#           - npm `openai` 6.49.0: does as it is told, however long; `timeout: 500` bounds each request and not the wait between them. Asked for
#             thirty days (a monthly quota) it has used up both retries within a tenth of a second: 2,592,000,000 ms do not fit a timer's 31 bits, and
#             Node makes 1 ms of it. The one sign is a TimeoutOverflowWarning on stderr.
# Matters   A gateway in front of several providers cannot leave this header to its clients. Whoever sends it to shed load should know that
#           a long wait may bring callers back sooner; whoever waits should cap the wait below 2^31 ms and give up beyond the caller's deadline.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . openai@6.49.0 ai@7.0.173 @ai-sdk/openai-compatible@3.0.92
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openai==3.57.0

cat > call.py <<'PY'
import sys, openai
try:
    openai.OpenAI(base_url=sys.argv[1], api_key="k", max_retries=1).chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])
except openai.RateLimitError:
    pass
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText } from 'ai';
import OpenAI from 'openai';

let retryAfter;
let arrivals = [];
const server = http.createServer((request, response) => {
  request.resume();
  arrivals.push(performance.now());
  response.writeHead(429, { 'retry-after': retryAfter, 'content-type': 'application/json' });
  response.end('{"error":{"message":"out of quota"}}');
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const messages = [{ role: 'user', content: 'x' }];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

const clients = {
  openai: () => new OpenAI({ baseURL, apiKey: 'k', timeout: 500 }).chat.completions.create({ model: 'm', messages }),
  ai: () => generateText({ model: createOpenAICompatible({ name: 'x', baseURL, apiKey: 'k' })('m'), prompt: 'x', maxRetries: 1 }),
  python: () => new Promise((done) => spawn('venv/bin/python', ['call.py', baseURL]).on('close', done)),
};
/** Milliseconds from the first request to the others, as far as they come within the time given once the first is there. */
async function comesBack(client, seconds, withinMs) {
  retryAfter = String(seconds);
  arrivals = [];
  Promise.resolve(clients[client]()).catch(() => undefined);
  while (arrivals.length === 0) await wait(10);
  await wait(withinMs);
  return arrivals.slice(1).map((at) => at - arrivals[0]);
}
const between = (value, low, high) => assert.ok(value >= low && value <= high, `${value} ms, expected ${low} to ${high}`);

for (const client of ['openai', 'ai', 'python']) between((await comesBack(client, 1, 2500))[0], 900, 2500);
between((await comesBack('ai', 90, 4000))[0], 1500, 4000);
assert.deepEqual(await comesBack('openai', 90, 4000), []);
retryAfter = '150';
arrivals = [];
await clients.python();
assert.equal(arrivals.length, 1);
assert.equal((await comesBack('openai', 30 * 24 * 3600, 2000)).length, 2);
console.log('ok: asked to wait 90 s ai is back in 2 s and openai waits past its timeout; Python gives up at 150 s; asked for 30 days openai makes both retries at once');
process.exit(0);
JS
node --no-warnings check.mjs
