import {
  type Answer,
  type AnsweringServer,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import { OpenAI } from 'openai';
import { persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';
import { CallMarks } from './call-marks.ts';

/** What a server is asked where its protocol is another than its caller's: all that it takes, in the form in which it takes it. */

let server: AnsweringServer;
let url: string;
let close: () => Promise<void>;
let openai: OpenAI;
beforeAll(async () => {
  ({ server, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [
      { name: 'chat', kind: 'openai-compatible', baseUrl, endpoints: ['chat/completions'], models: ['m'] },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
    ],
    gateway: persistentGateway,
  })));
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => close());

const MESSAGE = {
  id: 'msg_x',
  type: 'message',
  role: 'assistant',
  model: 'c',
  content: [{ type: 'text', text: 'Hi.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 20 },
};
const PICTURE = 'iVBORw0KGgo=';
const SHOWN = { type: 'image_url', image_url: { url: `data:image/png;base64,${PICTURE}` } };
type Body = Record<string, unknown> & { readonly messages: readonly Record<string, unknown>[] };

/** The request as the server was asked. */
async function asked(path: string, body: object): Promise<Body> {
  server.answers((response, received) =>
    json(received.path.endsWith('/messages') ? MESSAGE : completion({ content: 'Hi.' }))(response, received),
  );
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
  return server.received[0]!.body as Body;
}

describe('a chat is asked', () => {
  const use = (id: string) => ({ type: 'tool_use', id, name: 'read', input: { path: 'a.png' } });
  const call = (id: string) => ({ id, type: 'function', function: { name: 'read', arguments: '{"path":"a.png"}' } });
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } };

  it('with what a tool showed in what the user says next, in a message', async () => {
    const { messages } = await asked('messages', {
      model: 'm',
      max_tokens: 50,
      messages: [
        { role: 'user', content: 'Read both.' },
        { role: 'assistant', content: [use('t1'), use('t2')] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: [image] },
            { type: 'tool_result', tool_use_id: 't2', content: [{ type: 'text', text: '2 × 2' }, image] },
            { type: 'text', text: 'Well?' },
          ],
        },
      ],
    });
    expect(messages).toEqual([
      { role: 'user', content: 'Read both.' },
      { role: 'assistant', content: null, tool_calls: [call('t1'), call('t2')] },
      { role: 'tool', tool_call_id: 't1', content: 'It is shown in the next message of the user.' },
      { role: 'tool', tool_call_id: 't2', content: '2 × 2' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What the call t1 showed:' },
          SHOWN,
          { type: 'text', text: 'What the call t2 showed:' },
          SHOWN,
          { type: 'text', text: 'Well?' },
        ],
      },
    ]);
  });

  it('with what a tool showed in what the user says next, in a response', async () => {
    const shown = { type: 'input_image', image_url: `data:image/png;base64,${PICTURE}` };
    const item = { type: 'function_call', name: 'read', arguments: '{"path":"a.png"}' };
    const { messages } = await asked('responses', {
      model: 'm',
      input: [
        { role: 'user', content: 'Read both.' },
        { ...item, call_id: 't1' },
        { ...item, call_id: 't2' },
        { type: 'function_call_output', call_id: 't1', output: [shown] },
        { type: 'function_call_output', call_id: 't2', output: 'none' },
      ],
    });
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 't1', content: 'It is shown in the next message of the user.' },
      { role: 'tool', tool_call_id: 't2', content: 'none' },
      { role: 'user', content: [{ type: 'text', text: 'What the call t1 showed:' }, SHOWN] },
    ]);
  });

  it('with what a tool answered right behind its call, whatever was said in between', async () => {
    const item = { type: 'function_call', name: 'read', arguments: '{"path":"a.png"}' };
    const { messages } = await asked('responses', {
      model: 'm',
      input: [
        { role: 'user', content: 'Read both.' },
        { ...item, call_id: 't1' },
        { ...item, call_id: 't2' },
        { type: 'function_call_output', call_id: 't2', output: 'two' },
        { role: 'developer', content: 'It was allowed.' },
        { type: 'function_call_output', call_id: 't1', output: 'one' },
        { role: 'user', content: 'Well?' },
      ],
    });
    expect(messages).toEqual([
      { role: 'user', content: 'Read both.' },
      { role: 'assistant', content: null, tool_calls: [call('t1'), call('t2')] },
      { role: 'tool', tool_call_id: 't2', content: 'two' },
      { role: 'tool', tool_call_id: 't1', content: 'one' },
      { role: 'system', content: 'It was allowed.' },
      { role: 'user', content: 'Well?' },
    ]);
  });

  it.each<[string, object]>([
    ['responses', { input: 'hello', tools: [{ type: 'function', name: 'now', parameters: null }] }],
    ['messages', { max_tokens: 5, messages: [{ role: 'user', content: 'hello' }], tools: [{ name: 'now' }] }],
  ])('for a function without parameters as one of an object: %s', async (path, body) => {
    const { tools } = await asked(path, { model: 'm', ...body });
    expect(tools).toMatchObject([{ function: { name: 'now', parameters: { type: 'object', properties: {} } } }]);
  });
});

describe('Anthropic is asked', () => {
  const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object' } } });
  const tools = [tool('read'), tool('write')];
  const messages = [{ role: 'user', content: 'hello' }];
  const allowed = (mode: string) => ({
    type: 'allowed_tools',
    allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'write' } }] },
  });

  it.each<[string, unknown, string[], object]>([
    ['some tools alone', allowed('auto'), ['write'], { type: 'auto' }],
    ['one of some tools', allowed('required'), ['write'], { type: 'any' }],
    ['any tool, in Mistral’s word', 'any', ['read', 'write'], { type: 'any' }],
    ['any tool, in an object', { type: 'required' }, ['read', 'write'], { type: 'any' }],
    [
      'a tool as a response names it',
      { type: 'function', name: 'read' },
      ['read', 'write'],
      { type: 'tool', name: 'read' },
    ],
  ])('to call %s', async (_what, choice, names, expected) => {
    const body = await asked('chat/completions', { model: 'c', messages, tools, tool_choice: choice });
    expect(body).toMatchObject({ tools: names.map((name) => ({ name })), tool_choice: expected });
  });

  it('what it would not, and shown an image whose address says more than its kind', async () => {
    const url = `data:image/png;name=a.png;base64,${PICTURE}`;
    const said = [
      ...messages,
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'I would rather not.' }] },
      { role: 'user', content: [{ type: 'image_url', image_url: { url } }] },
    ];
    const body = await asked('chat/completions', { model: 'c', messages: said });
    expect(body.messages).toMatchObject([
      {},
      { content: [{ type: 'text', text: 'I would rather not.' }] },
      { content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } }] },
    ]);
  });

  it.each(['functions.read:0', 'x'.repeat(70), ''])('with names of calls that it takes: %j', async (id) => {
    const call = { id, type: 'function', function: { name: 'read', arguments: '{}' } };
    const said = [
      ...messages,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: id, content: 'done' },
    ];
    const { messages: told } = await asked('chat/completions', { model: 'c', messages: said, tools });
    const [[used], [result]] = told.slice(1).map(({ content }) => content as Record<string, string>[]) as [
      [Record<string, string>],
      [Record<string, string>],
    ];
    expect(used['id']).toMatch(/^[\w-]{1,64}$/);
    expect(result['tool_use_id']).toBe(used['id']);
  });
});

describe('Gemini is asked', () => {
  const SIGNED = { google: { thought_signature: 'c2lnbmVk' } };
  const called = (more: object) => ({
    index: 0,
    id: 'call-7',
    type: 'function',
    function: { name: 'now', arguments: '{}' },
    ...more,
  });
  const FORMS: [string, Answer][] = [
    [
      'in a document',
      json(completion({ content: null, tool_calls: [called({ extra_content: SIGNED })] }, 'tool_calls')),
    ],
    [
      'in a stream, behind the call',
      stream(
        chunk({ tool_calls: [called({})] }),
        chunk({ tool_calls: [{ extra_content: SIGNED }] }),
        chunk({}, 'tool_calls', { usage: USAGE }),
        event('[DONE]'),
      ),
    ],
  ];
  const tools = [{ type: 'function' as const, name: 'now', parameters: {}, strict: false }];
  const output = { type: 'function_call_output' as const, call_id: 'call-7', output: 'noon' };
  const marks = () =>
    (server.received[0]!.body as Body).messages.flatMap(({ tool_calls: calls }) =>
      ((calls ?? []) as { extra_content?: unknown }[]).map(({ extra_content: mark }) => mark),
    );

  it.each(FORMS)(
    'with what it signed a call with, %s, by a client of responses that knows nothing of it',
    async (_how, answer) => {
      server.answers(answer);
      const { id, output: items } = await openai.responses.create({ model: 'm', input: 'When?', tools });
      const [item] = items as OpenAI.Responses.ResponseFunctionToolCall[];
      server.answers(json(completion({ content: 'At noon.' })));
      await openai.responses.create({ model: 'm', previous_response_id: id, input: [output], tools });
      expect(marks()).toEqual([SIGNED]);
      const { call_id, name, arguments: given } = item!;
      const known = { type: 'function_call' as const, call_id, name, arguments: given };
      server.answers(json(completion({ content: 'At noon.' })));
      await openai.responses.create({ model: 'm', input: [{ role: 'user', content: 'When?' }, known, output], tools });
      expect(marks()).toEqual([SIGNED]);
    },
  );

  it.each(FORMS)('with what it signed a call with, %s, by a client of messages', async (_how, answer) => {
    const post = (messages: object[]) =>
      fetch(`${url}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', max_tokens: 50, tools: [{ name: 'now', input_schema: {} }], messages }),
      });
    server.answers(answer);
    const question = { role: 'user', content: 'When?' };
    const { content } = (await (await post([question])).json()) as { content: { id: string }[] };
    server.answers(json(completion({ content: 'At noon.' })));
    const use = { type: 'tool_use', id: content[0]!.id, name: 'now', input: {} };
    const result = { type: 'tool_result', tool_use_id: use.id, content: 'noon' };
    await post([question, { role: 'assistant', content: [use] }, { role: 'user', content: [result] }]);
    expect(marks()).toEqual([SIGNED]);
  });

  it('with no mark of another model, nor with more than there is room for', () => {
    const marked = new CallMarks();
    const callOf = (id: string) => ({ id, type: 'function' as const, function: { name: 'f', arguments: '' } });
    const markOf = (model: string, id: string) =>
      marked.in({ model, messages: [{ role: 'assistant', content: null, tool_calls: [callOf(id)] }] }).messages[0];
    const withMark = (mark: unknown) => ({ tool_calls: [{ extra_content: mark }] });
    marked.keep('m', 'a', SIGNED);
    expect(markOf('m', 'a')).toMatchObject(withMark(SIGNED));
    expect(markOf('n', 'a')).not.toMatchObject(withMark(SIGNED));
    marked.keep('m', 'long', 'x'.repeat(300_000));
    expect(markOf('m', 'long')).not.toMatchObject(withMark(expect.anything()));
    for (let call = 0; call < 100; call++) marked.keep('m', `b${call}`, `${call}`.padEnd(200_000, 'x'));
    expect(markOf('m', 'a')).not.toMatchObject(withMark(SIGNED));
    expect(markOf('m', 'b99')).toMatchObject(withMark(expect.stringMatching(/^99x/)));
  });
});

describe('Anthropic is asked', () => {
  const chat = (more: object) =>
    asked('chat/completions', { model: 'c', messages: [{ role: 'user', content: 'hello' }], ...more });
  const now = { type: 'function', function: { name: 'now' } };

  it('for a tool without parameters, and none at once with another', async () => {
    expect(await chat({ tools: [now], parallel_tool_calls: false, user: 'ann' })).toMatchObject({
      tools: [{ name: 'now', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      metadata: { user_id: 'ann' },
    });
  });

  it('for no call where none is wanted, its tools still told', async () => {
    expect(await chat({ tools: [now], tool_choice: 'none' })).toMatchObject({
      tools: [{ name: 'now' }],
      tool_choice: { type: 'none' },
    });
  });

  it('for no more warmth than it has', async () => {
    expect(await chat({ temperature: 1.7 })).toMatchObject({ temperature: 1 });
  });

  it.each<[string, unknown, object]>([
    ['nothing', '', {}],
    ['a word of nothing', 'null', {}],
    ['a text', 'Berlin', { text: 'Berlin' }],
    ['a list', '[1]', { value: [1] }],
    ['an object', '{"city":"Berlin"}', { city: 'Berlin' }],
    ['an object that is no text', { city: 'Berlin' }, { city: 'Berlin' }],
  ])('about an earlier call with an object, where it was called with %s', async (_what, given, input) => {
    const call = { id: 'a', type: 'function', function: { name: 'now', arguments: given } };
    const { messages } = await chat({
      messages: [
        { role: 'user', content: 'hello' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', content: '' },
      ],
    });
    expect(messages[1]).toMatchObject({ content: [{ type: 'tool_use', id: 'a', name: 'now', input }] });
  });

  it('without a text of nothing beside an image', async () => {
    const { messages } = await chat({
      messages: [{ role: 'user', content: [{ type: 'text', text: '' }, SHOWN] }],
    });
    expect(messages[0]!['content']).toMatchObject([{ type: 'image' }]);
  });
});

describe('what a response was asked', () => {
  it('is told page by page', async () => {
    server.answers(json(completion({ content: 'Hi.' })));
    const input = Array.from({ length: 25 }, (_, at) => ({ role: 'user' as const, content: `${at}` }));
    const { id } = await openai.responses.create({ model: 'm', input });
    const said = (items: readonly object[]): string[] =>
      items.map((item) => String((item as { content: string }).content));
    const first = await openai.responses.inputItems.list(id);
    expect(said(first.data)).toEqual(Array.from({ length: 20 }, (_, at) => `${24 - at}`));
    expect(first.has_more).toBe(true);
    const all: object[] = [];
    for await (const item of openai.responses.inputItems.list(id, { order: 'asc', limit: 7 })) all.push(item);
    expect(said(all)).toEqual(input.map(({ content }) => content));
    const last = await openai.responses.inputItems.list(id, { order: 'asc', after: `${id}_in_22`, include: [] });
    expect([said(last.data), last.has_more]).toEqual([['23', '24'], false]);
    const between = await fetch(
      `${url}/v1/responses/${id}/input_items?order=asc&after=${id}_in_2&before=${id}_in_6&include[]=message.input_image.image_url`,
    );
    expect(await between.json()).toMatchObject({
      data: [{ content: '3' }, { content: '4' }, { content: '5' }],
      first_id: `${id}_in_3`,
      last_id: `${id}_in_5`,
      has_more: false,
    });
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'order=up', 'after=none', 'before=none'])(
    'is not told where the page is none: %s',
    async (query) => {
      server.answers(json(completion({ content: 'Hi.' })));
      const { id } = await openai.responses.create({ model: 'm', input: 'hello' });
      const response = await fetch(`${url}/v1/responses/${id}/input_items?${query}`);
      expect([response.status, await response.json()]).toMatchObject([400, { error: { param: query.split('=')[0] } }]);
    },
  );

  it('may be nothing only where something went before', async () => {
    const response = await fetch(`${url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'm', input: [] }),
    });
    expect([response.status, await response.json()]).toMatchObject([400, { error: { param: 'input' } }]);
  });
});
