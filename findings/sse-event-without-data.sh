#!/usr/bin/env bash
# Question  A model server (or a proxy before it) keeps a stream alive with a named event that has no data: "event: ping" and a blank line.
#           The standard says that an event without data is not dispatched. Do clients of OpenAI's protocol skip it?
# Guess     All of them do, since each has a parser of server-sent events.
# Seen      eventsource-parser 3.1.1, @ai-sdk/openai-compatible 3.0.92 (which uses it) and PyPI httpx-sse 0.4.3 skip it. npm `openai` 6.49.0 does
#           not: its own decoder dispatches whatever has a name or data, then reads the empty text as JSON: the stream ends with
#           "SyntaxError: Unexpected end of JSON input" after the first half of the text, and what was paid for is lost. A comment
#           line (": keep-alive") passes everywhere.
#           PyPI `openai` 3.57.0 fails in the same way (JSONDecodeError), and also where the event is no more than an id ("id: 7").
# Matters   A gateway that speaks this protocol keeps its streams alive by comments, and never by named events. A gateway that passes streams on should
#           drop events without data on the way. Source: WHATWG HTML, 9.2.6: "If the data buffer is an empty string … return".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . openai@6.49.0 ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 eventsource-parser@3.1.1
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openai==3.57.0 httpx-sse==0.4.3 httpx==0.28.1

cat > read.py <<'PY'
import json, sys, httpx, httpx_sse, openai
url = sys.argv[1]
def by_openai():
    text = ""
    try:
        for chunk in openai.OpenAI(base_url=url, api_key="k", max_retries=0).chat.completions.create(model="m", stream=True, messages=[{"role": "user", "content": "x"}]):
            text += chunk.choices[0].delta.content
        return text
    except Exception as error:
        return text + " " + type(error).__name__
def by_httpx_sse():
    with httpx.Client() as client, httpx_sse.connect_sse(client, "POST", url + "/chat/completions") as source:
        data = [event.data for event in source.iter_sse()]
    return "".join(json.loads(each)["choices"][0]["delta"]["content"] for each in data if each not in ("[DONE]", ""))
print(json.dumps({"openai (Python)": by_openai(), "httpx-sse": by_httpx_sse()}))
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import { promisify } from 'node:util';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText } from 'ai';
import { createParser } from 'eventsource-parser';
import OpenAI from 'openai';

const chunk = (content, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
const streamWith = (between) => `${chunk('first ')}${between}${chunk('second', 'stop')}data: [DONE]\n\n`;

let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;

async function byOpenai() {
  let text = '';
  try {
    const client = new OpenAI({ baseURL, apiKey: 'k', maxRetries: 0, logLevel: 'off' });
    const stream = await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] });
    for await (const { choices } of stream) text += choices[0].delta.content;
    return text;
  } catch (error) {
    return `${text}${error.name}`;
  }
}
async function byAiSdk() {
  const errors = [];
  const model = createOpenAICompatible({ name: 'x', baseURL, apiKey: 'k' })('m');
  const { textStream } = streamText({ model, prompt: 'x', onError: ({ error }) => errors.push(error.name) });
  let text = '';
  for await (const part of textStream) text += part;
  return text + errors.join();
}
function byParser() {
  let text = '';
  const onEvent = ({ data }) => (text += data === '[DONE]' ? '' : JSON.parse(data).choices[0].delta.content);
  createParser({ onEvent }).feed(body);
  return text;
}
async function readings(between) {
  body = streamWith(between);
  const python = JSON.parse((await promisify(execFile)('venv/bin/python', ['read.py', baseURL])).stdout);
  return { openai: await byOpenai(), 'ai sdk': await byAiSdk(), 'eventsource-parser': byParser(), ...python };
}
const whole = 'first second';
const allWhole = { openai: whole, 'ai sdk': whole, 'eventsource-parser': whole, 'openai (Python)': whole, 'httpx-sse': whole };
for (const between of ['', ': keep-alive\n\n']) assert.deepEqual(await readings(between), allWhole);
assert.deepEqual(await readings('id: 7\n\n'), { ...allWhole, 'openai (Python)': 'first  JSONDecodeError' });
assert.deepEqual(await readings('event: ping\n\n'), { ...allWhole, openai: 'first SyntaxError', 'openai (Python)': 'first  JSONDecodeError' });
console.log('ok: "event: ping" without data ends a stream of both openai clients; eventsource-parser, the AI SDK and httpx-sse skip it');
process.exit(0);
JS
node check.mjs
