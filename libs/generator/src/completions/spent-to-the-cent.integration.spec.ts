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

/** One way of counting after the other, whole or streamed, in a chunk of its own, in each chunk, or beside the last words. */
const counting =
  (counts: [unknown, number][]): Answer =>
  (response, asked) => {
    const [usage, price] = counts[answered % counts.length]!;
    const way = Math.floor(answered++ / counts.length) % 3;
    due += price;
    if (asked.body['stream'] !== true) return json(completion({ content: TEXT }, 'stop', usage))(response, asked);
    const last = event({ choices: [], usage });
    const pieces = [
      [chunk({ reasoning_content: 'Hm.' }), chunk({ content: TEXT }), chunk({}, 'stop'), last],
      [chunk({ content: TEXT }, null, { usage: { prompt_tokens: 40, completion_tokens: 1 } }), chunk({}, 'stop'), last],
      [chunk({ content: TEXT }), chunk({}, 'stop', { usage })],
    ];
    stream(...pieces[way]!, event('[DONE]'))(response, asked);
  };

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => ({
    providers: [{ name: 'p', kind: 'openai-compatible', baseUrl, models: [{ name: 'm', ...PRICES }] }],
    // A hundred times the worst case: a token for each byte of the request, at what it costs to write them to a cache, and all tokens asked for.
    budgets: { perCallerUsd: { all: 0.13, beyond: 0.13 } },
    admission: { answersAtOnce: 1000, waiting: 1000, longestWaitMs: 60_000 },
  })));
});
afterAll(() => close());

async function ask(index: number, user = 'all'): Promise<number> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'm',
      user,
      max_tokens: MAX_TOKENS,
      messages: [{ role: 'user', content: `request ${index}` }],
      ...(index % 2 === 1 && { stream: true }),
    }),
  });
  const text = await response.text();
  const hasRoom = response.status !== 429 || /budget_exhausted|insufficient_quota/.test(text);
  if (hasRoom) return response.status;
  // On a busy machine a thousand take longer than any of them may wait.
  await pause(200);
  return ask(index, user);
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

it('a thousand at once, thought, cached and streamed, spend what the price table says to the cent, and never more than there is', async () => {
  server.answers(counting(COUNTS));
  const budget = () => budgetOf('all');
  let isGoing = true;
  const seen: number[] = [];
  const watched = (async () => {
    while (isGoing) {
      const { spent, reserved } = await budget();
      seen.push(spent + reserved);
    }
  })();
  const statuses = await Promise.all(Array.from({ length: 1000 }, (_, index) => ask(index)));
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

  const served = await until(
    () => service.events<EventData<typeof CompletionServed>>(Topic.completions),
    (events) => events.length === 1000,
  );
  const recorded = served.flatMap(({ data }) => data.calls).reduce((sum, { cost }) => sum + cost, 0);
  expect(recorded).toBeCloseTo(due, 9);
}, 120_000);

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
