import Anthropic from '@anthropic-ai/sdk';
import {
  CompletionServed,
  defaultPolicy,
  type EventData,
  newEvent,
  PolicyChanged,
  policySchema,
  policyVersion,
  Topic,
  UseServed,
} from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import {
  type Answer,
  type AnsweringServer,
  chatOnly,
  chunk,
  completion,
  event,
  json,
  stream,
  USAGE,
} from '@contentflow/language-models/testing';
import { SystemStateReader } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { OpenAI } from 'openai';
import { CompletionRecords } from '../completions/completion-records.ts';
import { MOST_USES } from '../domain/served-uses.ts';
import { noteRecipe, persistentGateway, startAnsweredGenerator } from '../testing/answered-generator.ts';

const messages = [{ role: 'user' as const, content: 'How do I clean the steel bottle?' }];
const TEXT = 'Rinse the bottle with warm water and a drop of soap. Let it dry with the lid off.';

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let openai: OpenAI;

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => ({
    recipes: [noteRecipe],
    providers: [
      {
        name: 'one',
        kind: 'openai-compatible',
        baseUrl,
        models: [{ name: 'm', usdPerMillionInput: 1, usdPerMillionOutput: 10 }, '*'],
      },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['c'] },
    ],
    gateway: persistentGateway,
  })));
  openai = new OpenAI({
    baseURL: `${url}/v1`,
    apiKey: 'none',
    maxRetries: 0,
    defaultHeaders: { 'x-contentflow-use': 'support-reply' },
  });
});
afterAll(() => close());
beforeEach(async () => {
  for (const { data } of await served()) seen.add(data.completionId);
});

const served = async () =>
  (await service.events<EventData<typeof UseServed>>(Topic.content)).filter(({ type }) => type === UseServed.type);
let policies = 0;
const seen = new Set<string>();
/** Of those that came since it was asked for last, which is one. */
const last = async () => {
  const fresh = (await served()).filter(({ data }) => !seen.has(data.completionId));
  for (const { data } of fresh) seen.add(data.completionId);
  return fresh.at(-1)!.data;
};
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const answering = (answer: Answer) => server.answers(answer);

describe('a call whose use is named', () => {
  it('is recorded by its use: price, tokens, time, why it ended, and the hash of its user alone', async () => {
    answering(json(completion({ content: TEXT })));
    const made = await openai.chat.completions.create({ model: 'm', messages, user: 'ann@example.org' });
    const data = await last();
    expect(data).toMatchObject({
      use: 'support-reply',
      endpoint: 'chat/completions',
      answerId: made.id,
      asked: { model: 'm', characters: messages[0]!.content.length },
      model: 'm',
      finishReason: 'stop',
      calls: [{ provider: 'one', tokensIn: 10, tokensOut: 20, outcome: 'ok' }],
      usage: { tokensIn: 10, tokensOut: 20, calls: 1, cost: expect.closeTo(0.00021, 9) },
      assignment: { recipe: 'as asked', holdback: false, exposures: [], improvements: [] },
      answer: { words: 18 },
    });
    expect(data.usage.timeMs).toBeGreaterThanOrEqual(0);
    expect(data.failure).toBeUndefined();
    const stored = JSON.stringify(data);
    for (const word of ['ann@', 'steel', 'Rinse']) expect(stored).not.toContain(word);
  });

  it('goes on as if nothing had been named: neither the header nor the key of the metadata', async () => {
    answering(json(completion({ content: TEXT })));
    await openai.chat.completions.create({ model: 'm', messages });
    expect(Object.keys(server.received[0]!.headers)).not.toContain('x-contentflow-use');
    const named = { model: 'm', messages, metadata: { contentflow_use: 'summaries', team: 'a' } };
    await last();
    await post('chat/completions', named);
    expect(server.received[1]!.body).toEqual({ model: 'm', messages, metadata: { team: 'a' } });
    expect(await last()).toMatchObject({ use: 'summaries' });
    await post('chat/completions', { model: 'm', messages, metadata: { contentflow_use: 'summaries' } });
    expect(server.received[2]!.body).toEqual({ model: 'm', messages });
  });

  it('stands in the place of a completion that named none, which is recorded as ever', async () => {
    answering(json(completion({ content: TEXT })));
    const before = (await served()).length;
    await post('chat/completions', { model: 'm', messages, metadata: { use: 'ours', contentflow_use: null } });
    await service.app.get(CompletionRecords).settled();
    expect(server.received[0]!.body).toMatchObject({ metadata: { use: 'ours' } });
    expect(await served()).toHaveLength(before);
    const completions = await service.events<EventData<typeof CompletionServed>>(Topic.completions);
    expect(completions.at(-1)!.data).toMatchObject({ model: 'm' });
    expect(completions).toHaveLength(1);
  });

  it('shares a unit with those of the same user, and where none is named with those of the same conversation', async () => {
    answering(json(completion({ content: TEXT })));
    const unitOf = async (body: object, use = 'support-reply') => {
      await post('chat/completions', { model: 'm', messages, ...body }, { 'x-contentflow-use': use });
      return (await last()).unit;
    };
    const later = [...messages, { role: 'assistant', content: TEXT }, { role: 'user', content: 'And the lid?' }];
    const ann = await unitOf({ user: 'ann' });
    expect(await unitOf({ user: 'ann', messages: later })).toBe(ann);
    expect(await unitOf({ user: 'bob' })).not.toBe(ann);
    expect(await unitOf({ user: 'ann' }, 'other')).not.toBe(ann);
    const conversation = await unitOf({});
    expect(await unitOf({ messages: later })).toBe(conversation);
    expect(await unitOf({ messages: later.slice(2) })).not.toBe(conversation);
  });

  const words = { type: 'output_text', text: TEXT, annotations: [] };
  const response = {
    id: 'resp_theirs',
    object: 'response',
    status: 'completed',
    output: [{ type: 'message', id: 'i', role: 'assistant', content: [words] }],
    usage: { input_tokens: 10, output_tokens: 20, total_tokens: 30 },
  };
  const message = {
    id: 'msg_theirs',
    type: 'message',
    role: 'assistant',
    model: 'c',
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 20 },
  };
  const streamedChat = stream(
    chunk({ role: 'assistant', content: TEXT }),
    chunk({}, 'stop', { usage: USAGE }),
    event('[DONE]'),
  );
  const named = { 'x-contentflow-use': 'protocols' };
  it.each<[string, string, object, Answer, object]>([
    ['a stream', 'chat/completions', { stream: true, messages }, streamedChat, { answerId: 'theirs' }],
    ['a response', 'responses', { input: 'Hello' }, json(response), { answerId: 'resp_theirs' }],
    [
      'a response that is streamed',
      'responses',
      { input: 'Hello', stream: true },
      stream(
        event({ type: 'response.created', response }),
        event({ type: 'response.output_text.delta', delta: TEXT }),
        event({ type: 'response.completed', response }),
      ),
      { answerId: 'resp_theirs' },
    ],
    [
      'a response of a server that has none',
      'responses',
      { input: 'Hello', model: 'plain' },
      chatOnly(json(completion({ content: TEXT }))),
      { answerId: expect.stringMatching(/^resp_cfl/) },
    ],
    [
      'a response that is translated and streamed',
      'responses',
      { input: 'Hello', model: 'plain', stream: true },
      chatOnly(streamedChat),
      { answerId: expect.stringMatching(/^resp_cfl/) },
    ],
    [
      'Anthropic’s message',
      'messages',
      { model: 'c', max_tokens: 50, messages },
      json(message),
      { answerId: 'msg_theirs' },
    ],
    [
      'a completion of a text',
      'completions',
      { prompt: 'Hello', model: 'plain' },
      chatOnly(json(completion({ content: TEXT }))),
      { answerId: expect.stringMatching(/^cmpl-/) },
    ],
    [
      'vectors',
      'embeddings',
      { input: 'Hello' },
      json({ object: 'list', data: [{ index: 0, embedding: [0.5] }], usage: { prompt_tokens: 10, total_tokens: 10 } }),
      { calls: [{ step: 'embedding', tokensIn: 10, tokensOut: 0 }] },
    ],
  ])('is recorded in every protocol: %s', async (_what, path, body, answer, data) => {
    answering(answer);
    const answered = await post(path, { model: 'm', ...body }, named);
    expect(await answered.text()).not.toContain('"error":{');
    expect(answered.status).toBe(200);
    const recorded = await last();
    expect(recorded).toMatchObject({ use: 'protocols', endpoint: path, ...data });
    expect(recorded.answer).toEqual(path === 'embeddings' ? undefined : { words: 18 });
  });

  it('is named in Anthropic’s metadata too, which that server never sees', async () => {
    answering(json(message));
    const anthropic = new Anthropic({ baseURL: url, apiKey: 'none', maxRetries: 0 });
    const metadata = { user_id: 'ann', contentflow_use: 'letters' };
    await anthropic.messages.create({ model: 'c', max_tokens: 50, messages, metadata });
    expect(server.received.at(-1)!.body['metadata']).toEqual({ user_id: 'ann' });
    expect(await last()).toMatchObject({ use: 'letters', answerId: 'msg_theirs' });
  });

  it('is recorded with its failure, and none of what the server said', async () => {
    answering(json({ error: { message: 'the word secret is wrong', code: 'bad' } }, 400));
    await expect(openai.chat.completions.create({ model: 'm', messages })).rejects.toMatchObject({ status: 400 });
    const data = await last();
    expect(data).toMatchObject({ failure: 'bad_request', calls: [{ outcome: 'bad_request' }] });
    expect(data.answer).toBeUndefined();
    expect(JSON.stringify(data)).not.toContain('secret');
  });

  it('is of its content type where a recipe makes it', async () => {
    answering(json(completion({ content: TEXT })));
    const before = (await served()).length;
    const answered = await post(
      'chat/completions',
      { model: 'contentflow/note', messages },
      { 'x-contentflow-use': 'support-reply' },
    );
    expect(answered.status).toBe(200);
    expect(await served()).toHaveLength(before);
  });
});

describe('a name of a use that is none', () => {
  it.each<[string, Record<string, string>, object, string]>([
    ['blanks', { 'x-contentflow-use': 'two words' }, {}, 'x-contentflow-use'],
    ['nothing', { 'x-contentflow-use': '' }, {}, 'x-contentflow-use'],
    ['too long', { 'x-contentflow-use': 'u'.repeat(65) }, {}, 'x-contentflow-use'],
    ['a dot', {}, { metadata: { contentflow_use: 'a.b' } }, 'metadata.contentflow_use'],
    ['a number', {}, { metadata: { contentflow_use: 3 } }, 'metadata.contentflow_use'],
    ['a name of the language', { 'x-contentflow-use': '__proto__' }, {}, 'x-contentflow-use'],
    ['a content type', { 'x-contentflow-use': 'note' }, {}, 'x-contentflow-use'],
  ])('is refused before anything is called: %s', async (_what, headers, more, param) => {
    answering(json(completion({ content: TEXT })));
    for (const path of ['chat/completions', 'responses', 'messages']) {
      const body = { model: 'm', max_tokens: 5, messages, input: 'Hello', ...more };
      const answered = await post(path, body, headers);
      const { error } = (await answered.json()) as { error: { param: string; type: string; message: string } };
      expect([answered.status, error]).toMatchObject([400, { param, type: 'invalid_request_error' }]);
      expect(error.message).toContain(param);
    }
    expect(server.received).toHaveLength(0);
  });

  it('is one more than there may be, while those that are known go on', async () => {
    answering(json(completion({ content: TEXT })));
    const ask = async (use: string) => {
      const answered = await post('chat/completions', { model: 'm', messages }, { 'x-contentflow-use': use });
      return answered.status;
    };
    const statuses = new Set<number>();
    for (let made = 0; made < MOST_USES; made++) statuses.add(await ask(`order-${made}`));
    expect([...statuses]).toEqual([200, 400]);
    expect(await ask('one-more')).toBe(400);
    expect(await ask('support-reply')).toBe(200);
    expect(new Set((await served()).map(({ data }) => data.use)).size).toBe(MOST_USES);
  });
});

describe('measures of answers', () => {
  const measured = async (uses: object, use: string, more: object = {}) => {
    const policy = policySchema.parse({ ...defaultPolicy, uses });
    const version = policyVersion(policy);
    const data = { policy, version, by: 'test', reason: 'a test' };
    await service.log.append([
      newEvent(PolicyChanged, { subject: 'policy', data, time: 1, cause: { id: `policy ${++policies}` } }),
    ]);
    const system = service.app.get(SystemStateReader);
    await until(
      async () => system.current().policyVersion,
      (now) => now === version,
    );
    await post('chat/completions', { model: 'm', messages, ...more }, { 'x-contentflow-use': use });
    return (await last()).answer;
  };

  it('are kept where the policy has the use, and nowhere else', async () => {
    answering(json(completion({ content: TEXT })));
    expect(await measured({}, 'support-reply')).toEqual({ words: 18 });
    const kept = await measured({ 'support-reply': {} }, 'support-reply');
    expect(kept).toMatchObject({ words: 18, quality: { measures: { languageFit: 1, repetition: 1 } } });
    expect(kept!.quality!.score).toBeGreaterThan(6);
    expect(await measured({ 'support-reply': {} }, 'summaries')).toEqual({ words: 18 });
    expect(await measured({ 'support-reply': { measureTexts: false } }, 'support-reply')).toEqual({ words: 18 });
    answering(json(completion({ content: 'wrong wrong wrong wrong wrong wrong wrong wrong wrong wrong' })));
    const worse = await measured({ 'support-reply': {} }, 'support-reply');
    expect(worse!.quality!.score).toBeLessThan(kept!.quality!.score);
  });

  it('are of prose alone: neither calls of tools nor data that fit a schema', async () => {
    answering(json(completion({ content: '{"a":1}' })));
    const format = { response_format: { type: 'json_object' } };
    expect(await measured({ 'support-reply': {} }, 'support-reply', format)).toEqual({ words: 1 });
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } };
    answering(json(completion({ content: null, tool_calls: [call] }, 'tool_calls')));
    expect(await measured({ 'support-reply': {} }, 'support-reply')).toBeUndefined();
  });
});
