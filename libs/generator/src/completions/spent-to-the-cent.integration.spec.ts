import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import {
  type Answer,
  type AnsweringServer,
  chunk,
  completion,
  event,
  json,
  stream,
} from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { startAnsweredGenerator } from '../testing/answered-generator.ts';

const PRICES = {
  usdPerMillionInput: 1,
  usdPerMillionCachedInput: 0.1,
  usdPerMillionCacheWrite: 1.25,
  usdPerMillionOutput: 10,
};
/** By the price table, from tokens that are neither read from a cache nor written to it, those that are, and all that was answered. */
const usd = (fresh: number, output: number, read = 0, written = 0): number =>
  (fresh + read * 0.1 + written * 1.25 + output * 10) / 1e6;

const MAX_TOKENS = 100;
const TEXT = 'x'.repeat(40);

/** What servers count, in their own ways, of a prompt of no more than 60 tokens and an answer of no more than 100; and what is due for it. */
const COUNTS: [unknown, number][] = [
  [{ prompt_tokens: 40, completion_tokens: 100, total_tokens: 140 }, usd(40, 100)],
  [
    {
      prompt_tokens: 40,
      completion_tokens: 80,
      total_tokens: 120,
      completion_tokens_details: { reasoning_tokens: 60 },
    },
    usd(40, 80),
  ],
  [
    {
      prompt_tokens: 40,
      completion_tokens: 20,
      total_tokens: 140,
      completion_tokens_details: { reasoning_tokens: 80 },
    },
    usd(40, 100),
  ],
  [{ prompt_tokens: 40, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 70 } }, usd(40, 75)],
  [
    { prompt_tokens: 60, completion_tokens: 10, total_tokens: 70, prompt_tokens_details: { cached_tokens: 50 } },
    usd(10, 10, 50),
  ],
  [
    { prompt_tokens: 60, completion_tokens: 10, prompt_cache_hit_tokens: 59, prompt_cache_miss_tokens: 1 },
    usd(1, 10, 59),
  ],
  [
    { input_tokens: 10, output_tokens: 30, cache_read_input_tokens: 40, cache_creation_input_tokens: 10 },
    usd(10, 30, 40, 10),
  ],
  [
    {
      prompt_tokens: 60,
      completion_tokens: 20,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 30, cache_write_tokens: 20 },
      completion_tokens_details: { reasoning_tokens: 50 },
    },
    usd(10, 70, 30, 20),
  ],
  [{ promptTokenCount: 40, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 90 }, usd(40, 50)],
];

/** What Anthropic's servers count: input that was neither read from their cache nor written to it, and thoughts within what was written. */
const MESSAGE_COUNTS: [unknown, number][] = [
  [{ input_tokens: 40, output_tokens: 100 }, usd(40, 100)],
  [
    { input_tokens: 10, output_tokens: 30, cache_read_input_tokens: 40, cache_creation_input_tokens: 10 },
    usd(10, 30, 40, 10),
  ],
  [
    { input_tokens: 1, output_tokens: 70, cache_read_input_tokens: 50, cache_creation_input_tokens: null },
    usd(1, 70, 50),
  ],
];
/** Of a text alone nothing is written. */
const VECTOR_COUNTS: [unknown, number][] = [[{ prompt_tokens: 12, total_tokens: 12 }, usd(12, 0)]];

/** More than was asked for, of the prompt and of the answer: a call of these costs more than was reserved for it. */
const BEYOND: [unknown, number][] = [
  [{ prompt_tokens: 500, completion_tokens: 300, total_tokens: 800 }, usd(500, 300)],
  [
    {
      prompt_tokens: 900,
      completion_tokens: 100,
      total_tokens: 1400,
      prompt_tokens_details: { cached_tokens: 800 },
      completion_tokens_details: { reasoning_tokens: 400 },
    },
    usd(100, 500, 800),
  ],
  [
    { input_tokens: 10, output_tokens: 400, cache_read_input_tokens: 3000, cache_creation_input_tokens: 50 },
    usd(10, 400, 3000, 50),
  ],
];

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
let due = 0;
let answered = 0;

/** One way of counting after the other, whole or streamed, in the words of the endpoint that is asked. */
const counting =
  (ofTexts: [unknown, number][], ofMessages = MESSAGE_COUNTS): Answer =>
  (response, asked) => {
    const [, endpoint = ''] = /\/v1\/(.*)$/.exec(asked.path) ?? [];
    const counts = endpoint === 'embeddings' ? VECTOR_COUNTS : endpoint === 'messages' ? ofMessages : ofTexts;
    const [usage, price] = counts[answered % counts.length]!;
    const way = Math.floor(answered++ / counts.length) % 3;
    due += price;
    const { whole, streamed } = ANSWERS[endpoint]!(usage, way);
    (asked.body['stream'] === true ? stream(...streamed) : json(whole))(response, asked);
  };

const DONE = event('[DONE]');
const named = (type: string, more: object): string => `event: ${type}\n${event({ type, ...more })}`;
/** An answer of each endpoint that counts so; of a stream in a chunk of its own, in each chunk, or beside the last words. */
const ANSWERS: Record<string, (usage: unknown, way: number) => { whole: object; streamed: string[] }> = {
  'chat/completions': (usage, way) => {
    const last = event({ choices: [], usage });
    const soFar = { usage: { prompt_tokens: 40, completion_tokens: 1 } };
    const pieces = [
      [chunk({ reasoning_content: 'Hm.' }), chunk({ content: TEXT }), chunk({}, 'stop'), last],
      [chunk({ content: TEXT }, null, soFar), chunk({}, 'stop'), last],
      [chunk({ content: TEXT }), chunk({}, 'stop', { usage })],
    ];
    return { whole: completion({ content: TEXT }, 'stop', usage), streamed: [...pieces[way]!, DONE] };
  },
  completions: (usage, way) => {
    const object = 'text_completion';
    const whole = { object, choices: [{ index: 0, text: TEXT, finish_reason: 'stop' }], usage };
    const pieces = [
      [event({ ...whole, usage: null }), event({ object, choices: [], usage })],
      [event(whole)],
      [
        event({ object, choices: [{ index: 0, text: TEXT }] }),
        event({ ...whole, choices: [{ text: '', finish_reason: 'stop' }] }),
      ],
    ];
    return { whole, streamed: [...pieces[way]!, DONE] };
  },
  responses: (usage) => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: TEXT }] }];
    const whole = { object: 'response', id: 'resp_theirs', status: 'completed', output, usage };
    return {
      whole,
      streamed: [
        named('response.output_text.delta', { delta: TEXT }),
        named('response.completed', { response: whole }),
      ],
    };
  },
  messages: (usage, way) => {
    const { output_tokens: _written, ...read } = usage as Record<string, unknown>;
    const content = [{ type: 'text', text: TEXT }];
    const whole = {
      type: 'message',
      id: 'msg_theirs',
      role: 'assistant',
      model: 'c',
      content,
      stop_reason: 'end_turn',
      usage,
    };
    // Bedrock counts its cache in the last event alone.
    const first = way === 1 ? { input_tokens: read['input_tokens'], output_tokens: 1 } : { ...read, output_tokens: 1 };
    return {
      whole,
      streamed: [
        named('message_start', { message: { ...whole, content: [], stop_reason: null, usage: first } }),
        named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
        named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: TEXT } }),
        named('content_block_stop', { index: 0 }),
        named('message_delta', { delta: { stop_reason: 'end_turn' }, usage }),
        named('message_stop', {}),
      ],
    };
  },
  embeddings: (usage) => ({ whole: { object: 'list', data: [{ index: 0, embedding: [0.5] }], usage }, streamed: [] }),
};

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [
      { name: 'p', kind: 'openai-compatible', baseUrl, models: [{ name: 'm', ...PRICES }] },
      {
        name: 'chats',
        kind: 'openai-compatible',
        baseUrl,
        endpoints: ['chat/completions'],
        models: [{ name: 't', ...PRICES }],
      },
      { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: [{ name: 'c', ...PRICES }] },
    ],
    // A hundred times the worst case: a token for each byte of the request, at what it costs to write them to a cache, and all tokens asked for.
    budgets: { perCallerUsd: { all: 0.13, beyond: 0.13, routes: 0.13 } },
    admission: { answersAtOnce: 1000, waiting: 1000, longestWaitMs: 60_000 },
  })));
});
afterAll(() => close());

type Route = (content: string, user: string) => readonly [path: string, body: object];
const CHAT: Route = (content, user) => [
  'chat/completions',
  { model: 'm', user, max_tokens: MAX_TOKENS, messages: [{ role: 'user', content }] },
];
const responses =
  (model: string): Route =>
  (input, user) => ['responses', { model, user, max_output_tokens: MAX_TOKENS, input, store: false }];
const messages =
  (model: string): Route =>
  (content, user) => [
    'messages',
    { model, metadata: { user_id: user }, max_tokens: MAX_TOKENS, messages: [{ role: 'user', content }] },
  ];
const completions =
  (model: string): Route =>
  (prompt, user) => ['completions', { model, user, max_tokens: MAX_TOKENS, prompt }];
/** All five, by a server that has them and by one of chats alone. */
const ROUTES: readonly Route[] = [
  CHAT,
  responses('m'),
  responses('t'),
  messages('c'),
  messages('t'),
  completions('m'),
  completions('t'),
  (input, user) => ['embeddings', { model: 'm', user, input }],
];

async function ask(index: number, user = 'all', routes: readonly Route[] = [CHAT]): Promise<number> {
  const [path, body] = routes[index % routes.length]!(`request ${index}`, user);
  const isStreamed = path !== 'embeddings' && Math.floor(index / routes.length) % 2 === 1;
  const response = await fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...(isStreamed && { stream: true }) }),
  });
  const text = await response.text();
  const hasRoom = response.status !== 429 || /budget_exhausted|insufficient_quota/.test(text);
  if (hasRoom) return response.status;
  // On a busy machine a thousand take longer than any of them may wait.
  await pause(200);
  return ask(index, user, routes);
}

const budgetOf = async (user: string) => {
  const { items } = (await (await fetch(`${url}/v1/budgets`)).json()) as { items: Record<string, unknown>[] };
  const found = items.find(({ account }) => account === `caller/${user}`);
  return {
    limit: Number(found?.['limitUsd']),
    spent: Number(found?.['spentUsd'] ?? 0),
    reserved: Number(found?.['reservedUsd'] ?? 0),
  };
};

it.each<[string, string, readonly Route[]]>([
  ['of chats', 'all', [CHAT]],
  ['of all five routes, as they came and translated', 'routes', ROUTES],
])(
  'a thousand at once %s, thought, cached and streamed, spend what the price table says to the cent, and never more than there is',
  async (_what, user, routes) => {
    [due, answered] = [0, 0];
    const before = (await service.events(Topic.completions)).length;
    server.answers(counting(COUNTS));
    const budget = () => budgetOf(user);
    let isGoing = true;
    const seen: number[] = [];
    const watched = (async () => {
      while (isGoing) {
        const { spent, reserved } = await budget();
        seen.push(spent + reserved);
      }
    })();
    const statuses = await Promise.all(Array.from({ length: 1000 }, (_, index) => ask(index, user, routes)));
    isGoing = false;
    await watched;

    const paid = statuses.filter((status) => status === 200).length;
    expect(statuses.filter((status) => status === 429)).toHaveLength(1000 - paid);
    expect(paid).toBe(answered);
    // No call costs more than its worst case, so that a hundred at least are paid.
    expect(paid).toBeGreaterThanOrEqual(100);
    expect(paid).toBeLessThan(1000);
    const { limit, spent, reserved } = await until(budget, (now) => now.reserved === 0);
    expect(reserved).toBe(0);
    expect(spent).toBeCloseTo(due, 9);
    expect(spent).toBeLessThanOrEqual(limit);
    expect(Math.max(...seen)).toBeLessThanOrEqual(limit + 1e-12);
    // What is left is less than the worst case of one.
    expect(limit - spent).toBeLessThan(limit / 100);
    // None of the routes was left out.
    const asked = new Set(server.received.map(({ path }) => path));
    expect(asked.size).toBe(routes === ROUTES ? 5 : 1);

    const served = await until(
      () => service.events<EventData<typeof CompletionServed>>(Topic.completions),
      (events) => events.length === before + 1000,
    );
    const recorded = served
      .slice(before)
      .flatMap(({ data }) => data.calls)
      .reduce((sum, { cost }) => sum + cost, 0);
    expect(recorded).toBeCloseTo(due, 9);
  },
  240_000,
);

it('a thousand at once of a server that writes more than it was asked for spend what it counts to the cent, and once it is spent none is made', async () => {
  [due, answered] = [0, 0];
  const before = (await service.events(Topic.completions)).length;
  server.answers(counting(BEYOND));
  const statuses = await Promise.all(Array.from({ length: 1000 }, (_, index) => ask(index, 'beyond')));
  const paid = statuses.filter((status) => status === 200).length;
  expect(paid).toBe(answered);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1000 - paid);
  // What was let in was reserved at its worst case as it was known then: no more than a hundred at a time.
  expect(paid).toBeLessThanOrEqual(100);
  const { limit, spent } = await until(
    () => budgetOf('beyond'),
    (now) => now.reserved === 0,
  );
  expect(spent).toBeCloseTo(due, 9);
  expect(spent).toBeGreaterThan(limit);
  expect(await ask(1000, 'beyond')).toBe(429);
  expect(answered).toBe(paid);
  const served = await until(
    () => service.events<EventData<typeof CompletionServed>>(Topic.completions),
    (events) => events.length === before + 1001,
  );
  const recorded = served
    .slice(before)
    .flatMap(({ data }) => data.calls)
    .reduce((sum, { cost }) => sum + cost, 0);
  expect(recorded).toBeCloseTo(due, 9);
}, 120_000);
