import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import {
  type AnsweringServer,
  chatOnly,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import { CompletionRecords } from '../completions/completion-records.ts';
import { noteRecipe, persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

const weather = {
  type: 'function' as const,
  name: 'weather',
  description: 'of a place',
  parameters: { type: 'object', properties: { place: { type: 'string' } } },
  strict: true,
};

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let openai: OpenAI;
let names = 0;
/** A model that nobody asked for before: what a server lacks is remembered by model. */
const fresh = (): string => `any/m${++names}`;

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => {
    const at = { baseUrl, models: ['*'] };
    return {
      recipes: [noteRecipe],
      providers: [
        { name: 'one', kind: 'openai-compatible', baseUrl, models: ['m'] },
        { name: 'any', kind: 'openai-compatible', ...at },
        { name: 'chat', kind: 'openai-compatible', endpoints: ['chat/completions'], ...at },
        { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
      ],
      gateway: persistentGateway,
    };
  }));
  openai = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => close());

type Body = Partial<OpenAI.Responses.ResponseCreateParamsNonStreaming>;
const ask = (more: Body = {}): Promise<OpenAI.Responses.Response> =>
  openai.responses.create({ model: 'chat/m', input: 'hello', ...more });
const refused = (more: object): Promise<InstanceType<typeof OpenAI.APIError>> =>
  ask(more as Body).then(
    () => {
      throw new Error('did not fail');
    },
    (error: unknown) => error as InstanceType<typeof OpenAI.APIError>,
  );
async function eventsOf(more: object = {}): Promise<OpenAI.Responses.ResponseStreamEvent[]> {
  const events = [];
  const body = { model: 'chat/m', input: 'hello', stream: true as const, ...more };
  for await (const each of await openai.responses.create(body)) events.push(each);
  return events;
}
const recorded = async () => {
  await service.app.get(CompletionRecords).settled();
  return (await service.events<EventData<typeof CompletionServed>>(Topic.completions)).at(-1)!.data;
};
const toolCall = (id: string, name: string, given: string) => ({
  id,
  type: 'function',
  function: { name, arguments: given },
});

describe('a response of a server that has the endpoint', () => {
  const theirs = {
    id: 'resp_theirs',
    object: 'response',
    created_at: 1,
    status: 'completed',
    model: 'm',
    output: [
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: 'Hi.', annotations: [] }],
      },
    ],
    usage: {
      input_tokens: 12,
      input_tokens_details: { cached_tokens: 2 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 17,
    },
    tomorrow: { field: 1 },
  };

  it('comes as it came, and goes as it went, fields of tomorrow among them', async () => {
    server.answers(json(theirs));
    const more = { tools: [{ type: 'web_search' }], previous_response_id: 'resp_0', novel: true } as Body;
    expect(await ask({ model: fresh(), ...more })).toMatchObject({ ...theirs, output_text: 'Hi.' });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({
      path: '/v1/responses',
      body: { input: 'hello', model: `m${names}`, ...more },
    });
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 12, tokensOut: 5, tokensCached: 2, outcome: 'ok' }] });
  });

  it('is streamed event by event, by their names, and counted', async () => {
    const events = [
      { type: 'response.created', response: { ...theirs, status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hi.' },
      { type: 'response.completed', response: theirs },
    ];
    server.answers(stream(...events.map((each) => `event: ${each.type}\n${event(each)}`)));
    expect(await eventsOf({ model: fresh() })).toEqual(events);
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 12, tokensOut: 5, tokensCached: 2 }] });
  });

  it.each<[string, string[]]>([
    ['half-way', [event({ type: 'response.output_text.delta', delta: 'H' })]],
    [
      'in a failure',
      [event({ type: 'response.failed', response: { error: { code: 'server_error', message: 'boom' } } })],
    ],
    [
      'in a failure, told beside the response',
      [
        event({
          type: 'response.failed',
          response: { error: null, output: [] },
          error: { message: 'boom', type: 'server_error', code: 'upstream_error' },
        }),
      ],
    ],
    ['in an error', [`event: error\n${event({ type: 'error', code: 'server_error', message: 'boom' })}`]],
  ])('that ends %s is an error for its reader', async (_how, pieces) => {
    server.answers(stream(event({ type: 'response.created', response: theirs }), ...pieces));
    await expect(eventsOf({ model: fresh() })).rejects.toThrow(/boom|half-way/);
  });

  it('that ends with no output after each item was told is told with its items, which the official client takes for the answer', async () => {
    const message = { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed' };
    const part = { type: 'output_text', text: 'It is light.', annotations: [] };
    const call = { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}', status: 'completed' };
    const at = { output_index: 0, item_id: 'msg_1', content_index: 0 };
    const said = {
      id: 'resp_theirs',
      object: 'response',
      status: 'completed',
      usage: { input_tokens: 7, output_tokens: 3 },
    };
    server.answers(
      stream(
        event({ type: 'response.created', response: { ...said, status: 'in_progress', output: [] } }),
        event({ type: 'response.output_item.added', output_index: 0, item: { ...message, content: [] } }),
        event({ type: 'response.content_part.added', ...at, part: { ...part, text: '' } }),
        event({ type: 'response.output_text.delta', ...at, delta: part.text }),
        event({ type: 'response.output_item.done', output_index: 0, item: { ...message, content: [part] } }),
        event({ type: 'response.output_item.added', output_index: 1, item: call }),
        event({ type: 'response.output_item.done', output_index: 1, item: call }),
        event({ type: 'response.completed', response: { ...said, output: [] } }),
      ),
    );
    const final = await openai.responses.stream({ model: fresh(), input: 'hello' }).finalResponse();
    expect(final).toMatchObject({ id: 'resp_theirs', output_text: part.text, output: [{ id: 'msg_1' }, call] });
    expect(await recorded()).toMatchObject({ calls: [{ outcome: 'ok', tokensIn: 7, tokensOut: 3 }] });
  });

  it('that breaks off says so to those who heed a failed response alone, and to those who heed an error', async () => {
    server.answers(
      stream(
        event({ type: 'response.created', response: theirs }),
        event({ type: 'response.output_text.delta', delta: 'H' }),
      ),
    );
    const told = await (
      await fetch(`${url}/v1/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: fresh(), input: 'hello', stream: true }),
      })
    ).text();
    const events = told.split('\n\n').filter(Boolean).slice(-2);
    expect(events.map((each) => each.split('\n')[0])).toEqual(['event: response.failed', 'event: error']);
    expect(JSON.parse(events[0]!.split('data: ')[1]!)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'malformed_reply', message: expect.stringContaining('half-way') } },
    });
  });

  it('that breaks off says its code in a text, as the protocol has it', async () => {
    const busy = event({ error: { code: 503, message: 'busy', status: 'UNAVAILABLE' } });
    server.answers(chatOnly(stream(chunk({ content: 'Hi' }), busy)));
    const told = await fetch(`${url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: fresh(), input: 'hello', stream: true }),
    });
    const events = (await told.text()).split('\n\n').filter(Boolean).slice(-2);
    expect(events.map((each) => JSON.parse(each.split('data: ')[1]!) as object)).toMatchObject([
      { type: 'response.failed', response: { error: { code: '503' } } },
      { type: 'error', code: '503' },
    ]);
  });

  it('that failed is paid what it took', async () => {
    const usage = { input_tokens: 12, output_tokens: 5, total_tokens: 17 };
    const failed = { ...theirs, status: 'failed', error: { code: 'server_error', message: 'boom' }, usage };
    server.answers(json(failed));
    await refused({ model: fresh() });
    expect((await recorded()).calls).toMatchObject([
      { outcome: 'server_error', tokensIn: 12, tokensOut: 5 },
      { outcome: 'server_error', tokensIn: 12, tokensOut: 5 },
    ]);
    server.answers(stream(event({ type: 'response.failed', response: failed })));
    await eventsOf({ model: fresh() }).catch(() => undefined);
    expect((await recorded()).calls.at(-1)).toMatchObject({ outcome: 'server_error', tokensIn: 12, tokensOut: 5 });
  });

  it('that says it failed is tried again, and then a failure', async () => {
    server.answers(json({ ...theirs, status: 'failed', error: { code: 'server_error', message: 'boom' } }));
    expect(await refused({ model: fresh() })).toMatchObject({ status: 502 });
    expect(server.received).toHaveLength(2);
  });
});

describe('a response of a server without the endpoint', () => {
  it.each<[string, number, object]>([
    ['404', 404, { detail: 'Not Found' }],
    ['405', 405, {}],
    ['501', 501, { error: 'no' }],
    ['another document', 200, completion({ content: 'odd' })],
    ["LM Studio's words", 200, { error: 'Unexpected endpoint or method. (POST /v1/responses)' }],
    ['what a chat lacks', 400, { error: { message: "'messages' is required" } }],
  ])('that answers %s is a chat completion, and the next goes there at once', async (_what, status, document) => {
    server.answers(chatOnly(json(completion({ content: 'Hi.' })), status, document));
    const model = fresh();
    expect(await ask({ model })).toMatchObject({ output_text: 'Hi.', status: 'completed' });
    await ask({ model });
    expect(server.received.map(({ path }) => path)).toEqual([
      '/v1/responses',
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    expect(await recorded()).toMatchObject({ calls: [{ attempt: 1, outcome: 'ok' }] });
  });

  it('says what no chat completion can say, and does not leave it out', async () => {
    server.answers(chatOnly(json(completion({ content: 'Hi.' }))));
    const cases: [object, string][] = [
      [{ tools: [{ type: 'web_search', external_web_access: false }] }, 'tools'],
      [{ tools: [{ type: 'local_shell' }] }, 'tools'],
      [{ tools: [weather, { type: 'shell', environment: { type: 'local' } }] }, 'tools'],
      [{ tools: [{ type: 'file_search', vector_store_ids: ['v'] }] }, 'tools'],
      [{ tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }, 'tools'],
      [{ tools: [{ type: 'computer_use_preview' }] }, 'tools'],
      [{ tools: [{ type: 'image_generation' }] }, 'tools'],
      [{ tools: [{ type: 'mcp', server_label: 's' }] }, 'tools'],
      [{ tools: [{ type: 'namespace', name: 'n', tools: [] }] }, 'tools'],
      [{ input: [{ type: 'local_shell_call', call_id: 'c', action: {} }] }, 'input[0]'],
      [{ background: true }, 'background'],
      [{ conversation: 'conv_1' }, 'conversation'],
      [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
      [{ previous_response_id: 'resp_theirs' }, 'previous_response_id'],
      [{ input: [{ type: 'computer_call_output', call_id: 'c' }] }, 'input[0]'],
      [{ input: [{ role: 'user', content: [{ type: 'input_audio' }] }] }, 'input[0]'],
    ];
    for (const model of ['chat/m', fresh()])
      for (const [more, param] of cases)
        expect(await refused({ model, ...more })).toMatchObject({ status: 400, param });
    expect(server.received.some(({ path }) => path.includes('chat'))).toBe(false);
  });

  it('sums up a conversation, where it does, and is paid; where it does not, it says so', async () => {
    const compaction = {
      id: 'resp_c',
      object: 'response.compaction',
      output: [{ type: 'compaction' }],
      usage: { input_tokens: 12, output_tokens: 5, total_tokens: 17 },
    };
    server.answers(json(compaction));
    const input = [{ role: 'user' as const, content: 'A long talk.' }];
    expect(await openai.responses.compact({ model: fresh() as 'gpt-5', input })).toMatchObject(compaction);
    expect(server.received[0]).toMatchObject({ path: '/v1/responses/compact', body: { input } });
    expect(await recorded()).toMatchObject({ calls: [{ tokensIn: 12, tokensOut: 5, outcome: 'ok' }] });

    server.answers(json({ error: { message: 'Not Found' } }, 404));
    for (const model of [fresh(), 'contentflow/product_description'])
      await expect(openai.responses.compact({ model: model as 'gpt-5', input })).rejects.toMatchObject({
        status: 400,
        param: 'model',
      });
  });

  it('is counted before it is asked for, by an estimate', async () => {
    server.answers();
    const counted = await openai.responses.inputTokens.count({ model: 'chat/m', input: 'x'.repeat(4000) });
    expect(counted).toMatchObject({ object: 'response.input_tokens', estimated: true });
    expect(counted.input_tokens).toBeGreaterThanOrEqual(1000);
    expect(counted.input_tokens).toBeLessThanOrEqual(1020);
    expect(server.received).toHaveLength(0);
  });

  it('is not made in the background, where nobody could fetch it, also by a server that would', async () => {
    server.answers(json({ id: 'resp_1', object: 'response', status: 'queued', output: [], usage: null }));
    expect(await refused({ model: fresh(), background: true })).toMatchObject({ status: 400, param: 'background' });
    expect(server.received).toHaveLength(0);
  });

  it.each(['', null, undefined])('calls a tool with an empty object where it is called with %j', async (given) => {
    const called = { id: 'c1', type: 'function', function: { name: 'weather', arguments: given } };
    const expected = [{ type: 'function_call', name: 'weather', arguments: '{}' }];
    server.answers(chatOnly(json(completion({ content: null, tool_calls: [called] }, 'tool_calls'))));
    expect((await ask({ tools: [weather] } as Body)).output).toMatchObject(expected);
    server.answers(
      chatOnly(stream(chunk({ tool_calls: [{ index: 0, ...called }] }), chunk({}, 'tool_calls'), event('[DONE]'))),
    );
    const streamed = await openai.responses.stream({ model: 'chat/m', input: 'go', tools: [weather] }).finalResponse();
    expect(streamed.output).toMatchObject(expected);
  });

  it('tells a tool that is called with a text as a function of one, and back', async () => {
    const patch = '*** Begin Patch\n"x"';
    const answer = completion({
      content: null,
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'apply_patch', arguments: JSON.stringify({ input: patch }) } },
        { id: 'c2', type: 'function', function: { name: 'weather', arguments: '{}' } },
      ],
    });
    const format = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
    const tools = [{ type: 'custom', name: 'apply_patch', description: 'Patches.', format }, weather];
    const sent = { model: 'chat/m', input: 'go', tools, tool_choice: { type: 'custom', name: 'apply_patch' } };
    server.answers(chatOnly(json(answer)));
    const { output } = await ask(sent as Body);
    expect(output).toMatchObject([
      { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: patch },
      { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{}' },
    ]);
    const { body } = server.received.at(-1)!;
    expect(body['tools']).toMatchObject([
      { type: 'function', function: { name: 'apply_patch', parameters: { required: ['input'] } } },
      { type: 'function', function: { name: 'weather' } },
    ]);
    expect(JSON.stringify(body['tools'])).toContain('start: ');
    expect(body['tool_choice']).toEqual({ type: 'function', function: { name: 'apply_patch' } });

    const piece = (given: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: given } }] });
    const head = chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'apply_patch', arguments: '' } }] });
    server.answers(
      chatOnly(
        stream(head, piece('{"inp'), piece('ut":"a\\n'), piece('b"}'), chunk({}, 'tool_calls'), event('[DONE]')),
      ),
    );
    const told = await openai.responses.stream(sent as never).finalResponse();
    expect(told.output).toMatchObject([{ type: 'custom_tool_call', call_id: 'c1', input: 'a\nb' }]);

    server.answers(chatOnly(json(completion({ content: 'Done.' }))));
    const done = { type: 'custom_tool_call_output', call_id: 'c1', output: 'ok' };
    await ask({ ...sent, input: [{ role: 'user', content: 'go' }, output[0], done], tool_choice: 'auto' } as Body);
    expect(server.received.at(-1)!.body['messages']).toEqual([
      { role: 'user', content: 'go' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [toolCall('c1', 'apply_patch', JSON.stringify({ input: patch }))],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    ]);
  });

  it('tells again what was thought before a call, by its items and by the name of what came before', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } };
    server.answers(
      chatOnly(json(completion({ content: null, reasoning_content: 'I must look.', tool_calls: [call] }))),
    );
    const first = await ask({ model: 'chat/m', input: 'And the weather?', tools: [weather] } as Body);
    expect(first.output).toMatchObject([{ type: 'reasoning' }, { type: 'function_call', call_id: 'c1' }]);
    server.answers(chatOnly(json(completion({ content: 'Sunny.' }))));
    const result = { type: 'function_call_output', call_id: 'c1', output: 'sun' };
    const told = [
      { role: 'user', content: 'And the weather?' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'I must look.',
        tool_calls: [toolCall('c1', 'weather', '{}')],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sun' },
    ];
    await ask({ model: 'chat/m', previous_response_id: first.id, input: [result], tools: [weather] } as Body);
    expect(server.received.at(-1)!.body['messages']).toEqual(told);
    const items = [{ role: 'user', content: 'And the weather?' }, ...first.output, result];
    await ask({ model: 'chat/m', input: items, tools: [weather] } as Body);
    expect(server.received.at(-1)!.body['messages']).toEqual(told);
  });

  it('is asked for everything that a chat completion can say', async () => {
    server.answers(json(completion({ content: '{"a":1}' })));
    const sent = {
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'Mind the tone.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look: ' },
            { type: 'input_image', image_url: 'data:image/png;base64,AA', detail: 'low' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [] },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg_1',
          content: [{ type: 'output_text', text: 'I see.', annotations: [] }],
        },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"place":"Rome"}' },
        { type: 'function_call', call_id: 'c2', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
        { type: 'function_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'rain' }] },
      ],
      tools: [weather],
      tool_choice: { type: 'function', name: 'weather' },
      parallel_tool_calls: false,
      text: { format: { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: true } },
      max_output_tokens: 99,
      temperature: 0.5,
      reasoning: { effort: 'low' },
      user: 'me',
    };
    await ask(sent as Body);
    const { body } = server.received[0]!;
    expect(body).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Mind the tone.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look: ' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } },
          ],
        },
        {
          role: 'assistant',
          content: 'I see.',
          tool_calls: [toolCall('c1', 'weather', '{"place":"Rome"}'), toolCall('c2', 'weather', '{}')],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
        { role: 'tool', tool_call_id: 'c2', content: 'rain' },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'weather', description: 'of a place', parameters: weather.parameters, strict: true },
        },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      parallel_tool_calls: false,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object' }, strict: true },
      },
      max_tokens: 99,
      temperature: 0.5,
      reasoning_effort: 'low',
      user: 'me',
    });
  });

  it.each<[string, object, object]>([
    [
      'a text',
      completion({ content: 'Hi.' }),
      { status: 'completed', output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hi.' }] }] },
    ],
    ['a text in parts', completion({ content: [{ type: 'text', text: 'Hi.' }] }), { output_text: 'Hi.' }],
    [
      'thoughts before a text',
      completion({ reasoning_content: 'Hm.', content: 'Hi.' }),
      { output: [{ type: 'reasoning', summary: [{ text: 'Hm.' }] }, { type: 'message' }] },
    ],
    [
      'calls',
      completion(
        { content: null, tool_calls: [toolCall('c1', 'weather', '{}'), toolCall('c2', 'time', '{"a":1}')] },
        'tool_calls',
      ),
      {
        status: 'completed',
        output: [
          { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{}', status: 'completed' },
          { type: 'function_call', call_id: 'c2', name: 'time', arguments: '{"a":1}' },
        ],
      },
    ],
    [
      'a refusal',
      completion({ content: null, refusal: 'No.' }),
      { output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }] },
    ],
    [
      'a text that was cut',
      completion({ content: 'Hi' }, 'length'),
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    ],
    [
      'a text that was filtered',
      completion({ content: null }, 'content_filter'),
      { status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output: [] },
    ],
  ])('is %s, whole and streamed alike', async (_what, answer, expected) => {
    server.answers(json(answer));
    const whole = await ask();
    expect(whole).toMatchObject(expected);
    const { message, finish_reason: finish } = (answer as { choices: { message: object; finish_reason: string }[] })
      .choices[0]!;
    server.answers(stream(chunk(message), chunk({}, finish), event({ choices: [], usage: USAGE }), event('[DONE]')));
    const events = await eventsOf();
    const last = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent;
    expect(last.type).toBe(`response.${whole.status}`);
    const unnamed = (items: object): unknown =>
      JSON.parse(JSON.stringify(items).replaceAll(/"id":"[^"]*"/g, '"id":""'));
    expect(unnamed(last.response.output)).toEqual(unnamed(whole.output));
    expect(last.response.usage).toEqual(whole.usage);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_each, index) => index));
  });

  it("is streamed in the protocol's own order", async () => {
    server.answers(
      stream(
        chunk({ role: 'assistant', content: '' }),
        chunk({ reasoning_content: 'Hm.' }),
        chunk({ content: 'Good ' }),
        chunk({ content: 'day.' }),
        chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'weather', arguments: '' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '{"place":' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] }),
        chunk({}, 'tool_calls', { usage: USAGE }),
        event('[DONE]'),
      ),
    );
    const events = await eventsOf({ tools: [weather] });
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.reasoning_summary_part.added',
      'response.reasoning_summary_text.delta',
      'response.reasoning_summary_text.done',
      'response.reasoning_summary_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('is read by the official stream and parse helpers', async () => {
    server.answers(
      stream(
        chunk({ content: '{"city":' }),
        chunk({ content: '"Rome"}' }),
        chunk({}, 'stop', { usage: USAGE }),
        event('[DONE]'),
      ),
    );
    const format = zodTextFormat(z.object({ city: z.string() }), 'place');
    const reported = openai.responses.stream({ model: 'chat/m', input: 'where?', text: { format } });
    expect((await reported.finalResponse()).output_parsed).toEqual({ city: 'Rome' });
    server.answers(json(completion({ content: '{"city":"Oslo"}' })));
    const parsed = await openai.responses.parse({ model: 'chat/m', input: 'where?', text: { format } });
    expect(parsed.output_parsed).toEqual({ city: 'Oslo' });
  });

  it('counts what was cached and thought, and estimates what nobody counted', async () => {
    const usage = {
      prompt_tokens: 100,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens: 50,
      completion_tokens_details: { reasoning_tokens: 30 },
      total_tokens: 150,
    };
    server.answers(json(completion({ content: 'Hi.' }, 'stop', usage)));
    expect((await ask()).usage).toEqual({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 30 },
      total_tokens: 150,
    });
    server.answers(json(completion({ content: 'Hi there, you.' }, 'stop', null)));
    expect((await ask()).usage).toMatchObject({ output_tokens: 4, estimated: true });
  });

  it.each<[string, string[], RegExp]>([
    ['breaks off', [chunk({ content: 'Hi' })], /half-way/],
    ['fails', [chunk({ content: 'Hi' }), event({ error: { message: 'boom', code: 500 } })], /boom/],
  ])('that %s after a part was told ends in an error event', async (_how, pieces, words) => {
    server.answers(stream(...pieces));
    await expect(eventsOf()).rejects.toThrow(words);
  });

  it("keeps the upstream's status, code and words, about the protocol's own fields", async () => {
    const error = {
      message: 'too long',
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
      param: 'messages',
    };
    server.answers(json({ error }, 400));
    expect(await refused({})).toMatchObject({ status: 400, code: 'context_length_exceeded', param: 'input' });
    server.answers(json({ error: { message: 'slow down', code: 'rate_limit_exceeded' } }, 429));
    expect(await refused({})).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
    server.answers(json({ error: { message: 'no', code: 'model_not_found' } }, 404));
    expect(await refused({ model: fresh() })).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('goes to a provider of another protocol too', async () => {
    const message = {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'c',
      content: [{ type: 'text', text: 'Hi.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 7, output_tokens: 3 },
    };
    server.answers(json(message));
    expect(await ask({ model: 'c', instructions: 'Be brief.' })).toMatchObject({
      output_text: 'Hi.',
      usage: { input_tokens: 7, output_tokens: 3 },
    });
  });
});

describe('a response that goes on from another', () => {
  it('is told the whole conversation, by the name of what came before and of its items', async () => {
    server.answers(json(completion({ content: null, tool_calls: [toolCall('c1', 'weather', '{}')] }, 'tool_calls')));
    const first = await ask({ input: 'weather?', instructions: 'Not carried over.', tools: [weather] });
    server.answers(json(completion({ content: 'Sunny.' })));
    const output = { type: 'function_call_output' as const, call_id: 'c1', output: 'sun' };
    const second = await ask({ previous_response_id: first.id, input: [output] });
    const whole = [
      { role: 'user', content: 'weather?' },
      { role: 'assistant', content: null, tool_calls: [toolCall('c1', 'weather', '{}')] },
      { role: 'tool', tool_call_id: 'c1', content: 'sun' },
    ];
    expect(server.received[0]!.body['messages']).toEqual(whole);
    await ask({ previous_response_id: second.id, input: 'And tomorrow?' });
    expect(server.received[1]!.body['messages']).toEqual([
      ...whole,
      { role: 'assistant', content: 'Sunny.' },
      { role: 'user', content: 'And tomorrow?' },
    ]);
    await ask({
      input: [{ role: 'user', content: 'weather?' }, { type: 'item_reference', id: first.output[0]!.id! }, output],
    });
    expect(server.received[2]!.body['messages']).toEqual(whole);
  });

  it('may be streamed, and is found as soon as its end is told', async () => {
    server.answers(stream(chunk({ content: 'One.' }, 'stop', { usage: USAGE }), event('[DONE]')));
    const last = (await eventsOf()).at(-1) as OpenAI.Responses.ResponseCompletedEvent;
    expect(await openai.responses.retrieve(last.response.id)).toMatchObject({ output_text: 'One.' });
    const { data } = await openai.responses.inputItems.list(last.response.id);
    expect(data).toMatchObject([{ role: 'user', content: 'hello' }]);
  });

  it('is told to a server that has the endpoint in whole, where it was kept here', async () => {
    server.answers(json(completion({ content: 'One.' })));
    const { id } = await ask();
    server.answers(json({ object: 'response', id: 'resp_x', status: 'completed', output: [] }));
    await ask({ model: fresh(), previous_response_id: id, input: 'Two?' });
    const { body } = server.received[0]!;
    expect(body).not.toHaveProperty('previous_response_id');
    expect(body['input']).toMatchObject([{ content: 'hello' }, { type: 'message' }, { content: 'Two?' }]);
  });

  it('is refused where what it goes on from was not kept, was removed, or never was', async () => {
    server.answers(json(completion({ content: 'One.' })));
    const unkept = await ask({ store: false });
    server.answers(stream(chunk({ content: 'One.' }, 'stop', { usage: USAGE }), event('[DONE]')));
    expect((await eventsOf({ store: false })).at(-1)).toMatchObject({
      response: { status: 'completed', store: false },
    });
    server.answers(json(completion({ content: 'One.' })));
    const removed = await ask();
    await openai.responses.delete(removed.id);
    for (const id of [unkept.id, removed.id, 'resp_cflnone']) {
      expect(await refused({ previous_response_id: id })).toMatchObject({ status: 400, param: 'previous_response_id' });
      await expect(openai.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
      await expect(openai.responses.delete(id)).rejects.toMatchObject({ status: 404 });
    }
    const item = { type: 'item_reference' as const, id: unkept.output[0]!.id! };
    expect(await refused({ input: [item] })).toMatchObject({ status: 400, param: 'input' });
  });
});

describe('a response of a recipe', () => {
  it('is its text, whole and streamed, and kept', async () => {
    server.answers(stream(chunk({ content: 'Steel bottle.' }, 'stop', { usage: USAGE }), event('[DONE]')));
    const events = await eventsOf({
      model: 'contentflow/note',
      input: 'Announce our bottle.',
      instructions: 'Be kind.',
    });
    const { response } = events.at(-1) as OpenAI.Responses.ResponseCompletedEvent;
    expect(response).toMatchObject({ status: 'completed', output: [{ content: [{ text: 'Steel bottle.' }] }] });
    expect(events.some(({ type }) => type === 'response.output_text.delta')).toBe(true);
    server.answers(json(completion({ content: 'Steel bottle.' })));
    const whole = await ask({ model: 'contentflow/note', input: 'Announce our flask.' });
    expect(whole.output_text).toBe('Steel bottle.');
    expect(await openai.responses.retrieve(whole.id)).toMatchObject({ output_text: 'Steel bottle.' });
  });

  it('refuses what a recipe cannot give, by the field of this protocol', async () => {
    const cases: [object, string][] = [
      [{ tools: [weather] }, 'tools'],
      [{ text: { format: { type: 'json_schema', name: 'a', schema: {} } } }, 'text.format'],
      [{ input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'http://x/y.png' }] }] }, 'input'],
      [{ background: true }, 'background'],
      [{ tools: [{ type: 'web_search' }] }, 'tools'],
    ];
    for (const [more, param] of cases)
      expect(await refused({ model: 'contentflow/note', ...more })).toMatchObject({ status: 400, param });
  });
});
