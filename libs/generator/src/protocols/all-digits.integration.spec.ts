import { type AnsweringServer, chunk, completion, event, json, stream } from '@contentflow/language-models/testing';
import { persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

/** Integers that JavaScript's numbers do not have, names of things and seeds among them: they keep their digits on every way through. */

let server: AnsweringServer;
let url: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ server, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [
      { name: 'chat', kind: 'openai-compatible', baseUrl, endpoints: ['chat/completions'], models: ['m'] },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
    ],
    gateway: persistentGateway,
  })));
});
afterAll(() => close());

const DIGITS = '1234567890123456789';
const GIVEN = `{"id":${DIGITS}}`;
const AS_TEXT = JSON.stringify(GIVEN);
const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object' } } }];

async function asked(path: string, body: string): Promise<{ status: number; told: string; sent: string }> {
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  return { status: response.status, told: await response.text(), sent: server.received.at(-1)?.text ?? '' };
}

describe('what is asked', () => {
  it.each<[string, string, string]>([
    ['a seed of a completion of text', 'completions', `{"model":"m","prompt":"x","seed":${DIGITS}}`],
    [
      'a call in a message, told to a chat',
      'messages',
      `{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"find","input":${GIVEN}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}]}`,
    ],
    [
      'bounds of what a tool is called with, told to a chat',
      'responses',
      `{"model":"m","input":"x","tools":[{"type":"function","name":"find","parameters":{"type":"object","properties":{"id":{"type":"integer","maximum":${DIGITS}}}}}]}`,
    ],
    [
      'a call in a chat, told to Anthropic',
      'chat/completions',
      `{"model":"c","messages":[{"role":"user","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"find","arguments":${AS_TEXT}}}]},{"role":"tool","tool_call_id":"t","content":"ok"}]}`,
    ],
    [
      'a seed behind a byte order mark',
      'chat/completions',
      `\uFEFF{"model":"m","seed":${DIGITS},"messages":[{"role":"user","content":"x"}]}`,
    ],
  ])('keeps the digits of %s', async (_what, path, body) => {
    server.answers((response, { path: at }) =>
      json(
        at.endsWith('/messages')
          ? { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hi.' }], stop_reason: 'end_turn' }
          : completion({ content: 'Hi.' }),
      )(response, { path: at, headers: {}, body: {} }),
    );
    const { status, sent } = await asked(path, body);
    expect([status, sent]).toEqual([200, expect.stringMatching(new RegExp(`\\D${DIGITS}\\D`))]);
  });
});

describe('what is answered', () => {
  const call = { index: 0, id: 't', type: 'function', function: { name: 'find', arguments: GIVEN } };
  const paths: readonly [path: string, body: object][] = [
    ['chat/completions', { messages: [{ role: 'user', content: 'x' }] }],
    ['responses', { input: 'x' }],
    ['messages', { max_tokens: 9, messages: [{ role: 'user', content: 'x' }] }],
  ];
  const ways = paths.flatMap(([path, body]) =>
    [false, true].map((streams): [string, boolean, object] => [path, streams, body]),
  );

  it.each(ways)('by a chat keeps the digits of a call, to %s, streamed: %s', async (path, streams, body) => {
    server.answers(
      streams
        ? stream(chunk({ tool_calls: [call] }), chunk({}, 'tool_calls'), event('[DONE]'))
        : json(completion({ content: null, tool_calls: [call] }, 'tool_calls')),
    );
    expect((await asked(path, JSON.stringify({ model: 'm', stream: streams, ...body }))).told).toContain(DIGITS);
  });

  it.each(ways)('with an object keeps its digits, to %s, streamed: %s', async (path, streams, body) => {
    const said = `"tool_calls":[{"index":0,"id":"t","type":"function","function":{"name":"find","arguments":${GIVEN}}}]`;
    const whole = `{"object":"chat.completion","choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant","content":null,${said}}}]}`;
    server.answers((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(whole);
    });
    expect((await asked(path, JSON.stringify({ model: 'm', stream: streams, ...body }))).told).toContain(DIGITS);
  });

  it.each([false, true])('by Anthropic keeps the digits of a call, to a chat, streamed: %s', async (streams) => {
    const block = `{"type":"tool_use","id":"t","name":"find","input":${GIVEN}}`;
    const events = [
      `{"type":"content_block_start","index":0,"content_block":${block}}`,
      '{"type":"content_block_stop","index":0}',
      '{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":1}}',
      '{"type":"message_stop"}',
    ];
    server.answers((response) => {
      response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
      response.end(
        streams
          ? events.map(event).join('')
          : `{"type":"message","role":"assistant","content":[${block}],"stop_reason":"tool_use"}`,
      );
    });
    const body = { model: 'c', stream: streams, tools, messages: [{ role: 'user', content: 'x' }] };
    expect((await asked('chat/completions', JSON.stringify(body))).told).toContain(DIGITS);
  });
});

it('says where a key stands that is not taken', async () => {
  const { status, told } = await asked('chat/completions', '{"model":"m","messages":[],"metadata":{"__proto__":{}}}');
  expect([status, JSON.parse(told)]).toMatchObject([400, { error: { param: 'metadata.__proto__' } }]);
  expect(told).not.toMatch(/not JSON/);
});
