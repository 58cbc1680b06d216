#!/usr/bin/env bash
# Question  A message of Anthropic's says of a text that it cites nothing: "citations": null, which is how the type of Anthropic's own client has
#           it ("Array<TextCitation> | null"). Another cites a block of a custom document ("content_block_location"), also of that type.
#           Is either an answer to @ai-sdk/anthropic, whole and streamed?
# Guess     Before either was looked into: to both clients, in both ways, since nothing that was asked for depends on it.
# Seen      @anthropic-ai/sdk 1.14.0 reads all four. @ai-sdk/anthropic 3.0.139 reads both where they are streamed, and refuses both where they are
#           whole: "Invalid JSON response", with the text, the tokens that were paid and the status 200 in the error. Its schema of a whole message
#           lets `citations` be absent and not null, and knows three of the kinds of places; that of a stream does not look at them.
# Matters   A server or a proxy that speaks this protocol leaves `citations` out of a text that cites nothing. Whoever reads answers through such a
#           schema loses those that say more than it knows, and pays for them: what is not read should not be looked at.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --silent --no-audit --no-fund --prefix . @anthropic-ai/sdk@1.14.0 @ai-sdk/anthropic@3.0.139

cat > check.mjs <<'JS'
import assert from 'node:assert/strict';
import http from 'node:http';
import { createAnthropic } from '@ai-sdk/anthropic';
import Anthropic from '@anthropic-ai/sdk';

const place = { type: 'content_block_location', cited_text: 'x', document_index: 0, document_title: null, file_id: null, start_block_index: 0, end_block_index: 1 };
const usage = { input_tokens: 1, output_tokens: 1, cache_creation_input_tokens: null, cache_read_input_tokens: null };
const head = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_sequence: null, usage };
const whole = (citations) => ({ ...head, content: [{ type: 'text', text: 'Hello', citations }], stop_reason: 'end_turn' });
const streamed = (citations) => [
  { type: 'message_start', message: { ...head, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 1 } },
  { type: 'message_stop' },
];

let citations;
const server = http.createServer(async (request, response) => {
  let text = '';
  for await (const piece of request) text += piece;
  const isStream = JSON.parse(text).stream === true;
  response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
  response.end(
    isStream
      ? streamed(citations).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
      : JSON.stringify(whole(citations)),
  );
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const origin = `http://127.0.0.1:${server.address().port}`;

const theirs = new Anthropic({ baseURL: origin, apiKey: 'k', maxRetries: 0 });
const asked = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
const model = createAnthropic({ baseURL: `${origin}/v1`, apiKey: 'k' })('m');
const options = { prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }], maxOutputTokens: 9 };
const readers = {
  '@anthropic-ai/sdk, whole': async () => (await theirs.messages.create(asked)).content[0].text,
  '@anthropic-ai/sdk, streamed': async () => (await theirs.messages.stream(asked).finalMessage()).content[0].text,
  '@ai-sdk/anthropic, whole': async () => (await model.doGenerate(options)).content[0].text,
  '@ai-sdk/anthropic, streamed': async () => {
    let text = '';
    for await (const part of (await model.doStream(options)).stream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'text-delta') text += part.delta;
    }
    return text;
  },
};
const seen = {};
for (const [name, value] of [['null', null], ['a block', [place]], ['left out', undefined]]) {
  citations = value;
  for (const [reader, read] of Object.entries(readers))
    seen[`${reader}, ${name}`] = await read().catch((error) => `refused: ${error.message}`);
}
server.close();
console.log(JSON.stringify(seen, null, 1));
for (const [what, text] of Object.entries(seen)) {
  const isRefused = what.startsWith('@ai-sdk/anthropic, whole') && !what.endsWith('left out');
  assert.equal(text, isRefused ? 'refused: Invalid JSON response' : 'Hello', what);
}
console.log('ok: the same answer is read streamed and refused whole by @ai-sdk/anthropic 3.0.139; @anthropic-ai/sdk 1.14.0 reads both');
JS
node check.mjs
