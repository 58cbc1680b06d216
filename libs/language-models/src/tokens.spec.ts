import type { ModelRequest } from './model-provider.ts';
import { worstCaseTokensIn } from './tokens.ts';

const native = (body: object): ModelRequest => ({
  model: 'm',
  messages: [],
  maxOutputTokens: 10,
  verbatim: { body: {}, native: { endpoint: 'responses', body: { model: 'm', ...body } } },
});
const shown = (part: object) => ({ input: [{ role: 'user', content: [part] }] });

it.each<[string, object]>([
  ['what a server remembers', { previous_response_id: 'resp_1' }],
  ['a conversation', { conversation: 'conv_1' }],
  ['a prompt that a server keeps', { prompt: { id: 'pmpt_1' } }],
  ['an item of before', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ['a file by its name', shown({ type: 'input_file', file_id: 'file_1' })],
  ['a file by its address', shown({ type: 'input_file', file_url: 'https://files.example/long.pdf' })],
  ['a file in a chat', { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file_1' } }] }] }],
  [
    'a document by its address',
    { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://files.example/long.pdf' } }] }] },
  ],
  [
    'a document by its name',
    { messages: [{ content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
  ],
])('%s counts for as much as any server takes, since nobody here sees it', (_what, body) => {
  expect(worstCaseTokensIn(native(body))).toBeGreaterThan(400_000);
});

it.each<[string, object, number]>([
  ['a prompt of text', { prompt: 'hello' }, 100],
  ['a file that is sent along', shown({ type: 'input_file', file_data: 'data:application/pdf;base64,AAAA' }), 300],
  ['an image by its name', shown({ type: 'input_image', file_id: 'file_1' }), 40_300],
])('%s counts for what it is', (_what, body, most) => {
  expect(worstCaseTokensIn(native(body))).toBeLessThan(most);
});
