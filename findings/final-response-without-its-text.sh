#!/usr/bin/env bash
# Question  A stream of OpenAI's /v1/responses tells a text in pieces and as a finished item, and then ends: `response.completed` carries a response whose `output` is an empty list, as vLLM sent it for models
#           without Harmony (vllm-project/vllm pull request 30223) and a gateway may hand on. Its schema allows that. Who still has the text when the stream is over?
# Guess     Everybody: the pieces were read by the same client that gives out the final response.
# Seen      The two official clients have it in their events and lose it in what they call the final response: `finalResponse().output_text` of openai 6.49.0 (JavaScript) and `get_final_response().output_text` of
#           openai 3.57.0 (Python) are "" while their events have told all of it. ai 7.0.173 with @ai-sdk/openai 3.0.141 and @langchain/openai 1.6.0 keep the text. Where the last event repeats the item, all four have it.
# Matters   An agent that shows pieces as they come and stores the final response shows an answer and remembers none. No error, and the usage is right, so that a test of either half passes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . openai@6.49.0 ai@7.0.173 @ai-sdk/openai@3.0.141 @langchain/openai@1.6.0 @langchain/core@1.4.0
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openai==3.57.0

cat > client.py <<'PY'
import json, sys
from openai import OpenAI

client = OpenAI(base_url=sys.argv[1], api_key='none', max_retries=0)
told = ''
with client.responses.stream(model='m', input='hello') as stream:
    for event in stream:
        if event.type == 'response.output_text.delta':
            told += event.delta
    print(json.dumps([told, stream.get_final_response().output_text]))
PY
cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import { ChatOpenAI } from '@langchain/openai';
import { streamText } from 'ai';
import OpenAI from 'openai';

const TEXT = 'It is light.';
const item = (status, content) => ({ id: 'msg_1', type: 'message', role: 'assistant', status, content });
const part = (text) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
const usage = {
  input_tokens: 5,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 4,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 9,
};
const response = (status, output) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: 'm',
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  reasoning: { effort: null, summary: null },
  store: false,
  temperature: 1,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: 1,
  truncation: 'disabled',
  usage: status === 'completed' ? usage : null,
  user: null,
});
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const whole = item('completed', [part(TEXT)]);
const streamEndingWith = (output) =>
  [
    ['response.created', { response: response('in_progress', []) }],
    ['response.in_progress', { response: response('in_progress', []) }],
    ['response.output_item.added', { output_index: 0, item: item('in_progress', []) }],
    ['response.content_part.added', { ...at, part: part('') }],
    ['response.output_text.delta', { ...at, delta: TEXT, logprobs: [] }],
    ['response.output_text.done', { ...at, text: TEXT, logprobs: [] }],
    ['response.content_part.done', { ...at, part: part(TEXT) }],
    ['response.output_item.done', { output_index: 0, item: whole }],
    ['response.completed', { response: response('completed', output) }],
  ]
    .map(([type, more], n) => `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: n, ...more })}\n\n`)
    .join('');

async function readBy(output) {
  const server = createServer((request, answer) => {
    request.resume().on('end', () => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.end(streamEndingWith(output));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
  const apiKey = 'none';

  let told = '';
  const stream = new OpenAI({ baseURL, apiKey, maxRetries: 0 }).responses.stream({ model: 'm', input: 'hello' });
  stream.on('response.output_text.delta', ({ delta }) => (told += delta));
  const { output_text: final } = await stream.finalResponse();

  const model = createOpenAI({ baseURL, apiKey }).responses('m');
  const ai = await streamText({ model, prompt: 'hello', maxRetries: 0 }).text;

  const configuration = { baseURL };
  const chat = new ChatOpenAI({ model: 'm', apiKey, useResponsesApi: true, maxRetries: 0, configuration });
  let langchain;
  for await (const each of await chat.stream('hello')) langchain = langchain ? langchain.concat(each) : each;

  const { stdout } = await promisify(execFile)('venv/bin/python', ['client.py', baseURL]);
  server.close();
  return { openaiJs: [told, final], openaiPython: JSON.parse(stdout), ai, langchain: langchain.text };
}

assert.deepEqual(await readBy([whole]), {
  openaiJs: [TEXT, TEXT],
  openaiPython: [TEXT, TEXT],
  ai: TEXT,
  langchain: TEXT,
});
assert.deepEqual(await readBy([]), { openaiJs: [TEXT, ''], openaiPython: [TEXT, ''], ai: TEXT, langchain: TEXT });
console.log(
  'ok: where response.completed has an empty output, the final response of openai 6.49.0 (JavaScript) and 3.57.0 (Python) has no text after their events told all of it; ai 7.0.173 and @langchain/openai 1.6.0 keep it',
);
process.exit(0);
JS
node check.mjs
