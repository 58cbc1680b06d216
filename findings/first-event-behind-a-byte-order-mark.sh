#!/usr/bin/env bash
# Question  A stream of server-sent events begins with a byte order mark, as a server writes it whose text comes from a file or a template in UTF-8
#           with one. The standard says that one leading mark is ignored. Do parsers of streams, and clients of OpenAI's protocol, ignore it?
# Guess     All of them do: the standard says so in a sentence of its own, and decoding takes the mark off in passing.
# Seen      Whoever decodes by a TextDecoder does: npm `openai` 6.49.0, `eventsource` 4.1.0, and eventsource-parser 3.1.1 behind a TextDecoderStream. The others
#           lose the first event and say nothing: eventsource-parser fed with text that Node's `setEncoding('utf8')` decoded, which keeps the mark
#           (the parser looks for the mark's three bytes as three characters), PyPI `openai` 3.57.0, httpx-sse 0.4.3 and sseclient-py 1.8.0. To them
#           the first line is a field of an unknown name. So the same answer reads "first second" in one language and "second" in the other.
# Matters   Whoever reads such streams decodes in a way that takes the mark off, and whoever passes them on writes none. A text that lacks its beginning has
#           a good end and a count, so that nothing shows it. Source: WHATWG HTML, 9.2.5 and 9.2.6: one leading U+FEFF must be ignored.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . openai@6.49.0 eventsource-parser@3.1.1 eventsource@4.1.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openai==3.57.0 httpx-sse==0.4.3 httpx==0.28.1 sseclient-py==1.8.0

cat > read.py <<'PY'
import json, sys, httpx, httpx_sse, openai, sseclient
url = sys.argv[1]
def texts(data):
    return [json.loads(each)["choices"][0]["delta"]["content"] for each in data if each not in ("[DONE]", "")]
def by_openai():
    stream = openai.OpenAI(base_url=url, api_key="k", max_retries=0).chat.completions.create(model="m", stream=True, messages=[{"role": "user", "content": "x"}])
    return [chunk.choices[0].delta.content for chunk in stream]
def by_httpx_sse():
    with httpx.Client() as client, httpx_sse.connect_sse(client, "POST", url + "/chat/completions") as source:
        return texts([event.data for event in source.iter_sse()])
def by_sseclient():
    with httpx.Client() as client, client.stream("POST", url + "/chat/completions") as answer:
        return texts([event.data for event in sseclient.SSEClient(answer.iter_bytes()).events()])
print(json.dumps({"openai (Python)": by_openai(), "httpx-sse": by_httpx_sse(), "sseclient-py": by_sseclient()}))
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import { promisify } from 'node:util';
import { EventSource } from 'eventsource';
import { createParser } from 'eventsource-parser';
import OpenAI from 'openai';

const chunk = (content, finish_reason = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
let body;
const server = http.createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(body);
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const textOf = (data) => JSON.parse(data).choices[0].delta.content;

async function byOpenai() {
  const client = new OpenAI({ baseURL, apiKey: 'k', maxRetries: 0, logLevel: 'off' });
  const texts = [];
  for await (const { choices } of await client.chat.completions.create({ model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] }))
    texts.push(choices[0].delta.content);
  return texts;
}
async function parsed(pieces) {
  const texts = [];
  const parser = createParser({ onEvent: ({ data }) => data !== '[DONE]' && texts.push(textOf(data)) });
  for await (const piece of pieces) parser.feed(piece);
  return texts;
}
const answer = () => new Promise((resolve) => http.request(`${baseURL}/chat/completions`, { method: 'POST' }, resolve).end());
const byParserOfText = async () => parsed((await answer()).setEncoding('utf8'));
const byParserOfDecoded = async () => parsed((await fetch(`${baseURL}/chat/completions`, { method: 'POST' })).body.pipeThrough(new TextDecoderStream()));
const byEventSource = () =>
  new Promise((resolve) => {
    const texts = [];
    const source = new EventSource(`${baseURL}/events`);
    source.onmessage = ({ data }) => {
      if (data !== '[DONE]') return texts.push(textOf(data));
      source.close();
      resolve(texts);
    };
  });
async function readings(mark) {
  body = `${mark}${chunk('first ')}${chunk('second', 'stop')}data: [DONE]\n\n`;
  const python = JSON.parse((await promisify(execFile)('venv/bin/python', ['read.py', baseURL])).stdout);
  return {
    'openai (JavaScript)': await byOpenai(),
    'eventsource-parser, fed with text': await byParserOfText(),
    'eventsource-parser, fed by a TextDecoder': await byParserOfDecoded(),
    eventsource: await byEventSource(),
    ...python,
  };
}
const whole = ['first ', 'second'];
const plain = await readings('');
for (const [reader, texts] of Object.entries(plain)) assert.deepEqual(texts, whole, reader);
const behindMark = await readings('\uFEFF');
const losing = Object.keys(behindMark).filter((reader) => behindMark[reader].length < whole.length);
assert.deepEqual(losing, ['eventsource-parser, fed with text', 'openai (Python)', 'httpx-sse', 'sseclient-py']);
for (const reader of losing) assert.deepEqual(behindMark[reader], ['second']);
console.log(`ok: behind a byte order mark the first event is lost to ${losing.join(', ')}; the others read both`);
process.exit(0);
JS
node check.mjs
