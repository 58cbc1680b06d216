import {
  CompletionServed,
  type ContentDocument,
  type EventData,
  GenerationFailed,
  Topic,
} from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { type Answer, json } from '@contentflow/language-models/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { type AnsweredGenerator, noteRecipe, startAnsweredGenerator } from '../testing/answered-generator.ts';

/** So long that nobody waits for it. */
const LONG_MS = 3_600_000;
const failing = json({ error: { message: 'it broke' } }, 500);
const limiting = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '3000' });
const hanging: Answer = () => undefined;

const BODIES = {
  'chat/completions': { messages: [{ role: 'user', content: 'hello' }], max_tokens: 100 },
  responses: { input: 'hello', max_output_tokens: 100 },
  completions: { prompt: 'hello', max_tokens: 100 },
  messages: { messages: [{ role: 'user', content: 'hello' }], max_tokens: 100 },
  embeddings: { input: 'hello' },
};
const PATHS = Object.keys(BODIES) as (keyof typeof BODIES)[];

describe.each([
  ['is due in an hour', LONG_MS],
  ['is under way', 20],
])('where the second call of a hedged pair %s', (_when, hedgeAfterMs) => {
  /** Of calls that take long. */
  const atOnce = hedgeAfterMs === LONG_MS ? 1 : 2;
  let running: AnsweredGenerator;
  let names = 0;
  beforeAll(async () => {
    running = await startAnsweredGenerator((baseUrl) => ({
      recipes: [{ ...noteRecipe, model: 'chat/m' }],
      providers: [
        { name: 'any', kind: 'openai-compatible', baseUrl, models: ['*'] },
        { name: 'chat', kind: 'openai-compatible', baseUrl, models: ['m'] },
      ],
      budgets: { perDayUsd: 1000 },
      gateway: {
        hedgeAfterMs,
        deadlineMs: 2 * LONG_MS,
        retry: { attemptsPerTarget: 3, baseMs: LONG_MS, maxMs: LONG_MS },
        breaker: { consecutiveFailures: 1000, failureShare: 1 },
      },
    }));
  });
  afterAll(() => running.close());

  const spentUsd = async (): Promise<number> => {
    const { items } = (await (await fetch(`${running.url}/v1/budgets`)).json()) as {
      items: { account: string; spentUsd: number }[];
    };
    return items.find(({ account }) => account === 'day')?.spentUsd ?? 0;
  };
  const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${running.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  const records = () => running.service.events<EventData<typeof CompletionServed>>(Topic.completions);
  const received = (): number => running.server.received.length;

  async function leave(path: keyof typeof BODIES, answer: Answer, calls: number) {
    running.server.answers(answer);
    const [recordsBefore, spentBefore] = [(await records()).length, await spentUsd()];
    const gone = new AbortController();
    // A model that nobody asked for before: what a server lacks, or wants, is remembered by model.
    const reply = post(path, { ...BODIES[path], model: `any/m${++names}` }, gone.signal);
    reply.catch(() => undefined);
    await until(() => received() === calls);
    await pause(50);
    gone.abort();
    await until(async () => (await records()).length > recordsBefore);
    await pause(50);
    expect(received()).toBe(calls);
    return { ...(await records())[recordsBefore]!.data, paidUsd: (await spentUsd()) - spentBefore };
  }

  it.each(PATHS)('whoever leaves %s pays for the calls that were made, and no more begins', async (path) => {
    const left = await leave(path, hanging, atOnce);
    expect(left.calls.map(({ outcome }) => outcome)).toEqual(Array(atOnce).fill('cancelled'));
    expect(left.paidUsd).toBeGreaterThan(0);
  });

  /** Where a server answers at once, and the second call is not due before it does. */
  const answering: [string, Answer][] =
    atOnce === 1
      ? [
          ['failed', failing],
          ['wants to be left alone', limiting],
        ]
      : [];
  for (const [how, answer] of answering)
    it.each(PATHS)(`whoever leaves %s where the server ${how} has made one call, and pays nothing`, async (path) => {
      const left = await leave(path, answer, 1);
      expect(left.calls).toHaveLength(1);
      expect(left).toMatchObject({ failure: 'cancelled', paidUsd: 0, calls: [{ cost: 0 }] });
    });

  it.each<[string, Answer, string, number, boolean]>([
    ['while its call is made', hanging, 'cancelled', atOnce, true],
    ...answering
      .slice(0, 1)
      .map(([, answer]): [string, Answer, string, number, boolean] => [
        'while its call waits to be made again',
        answer,
        'server_error',
        1,
        false,
      ]),
  ])('a brief of a batch that is cancelled %s makes no other', async (when, answer, outcome, calls, isPaid) => {
    running.server.answers(answer);
    const spentBefore = await spentUsd();
    const batch = await post('content/batch', { briefs: [{ contentType: 'note', topic: `A bottle ${when}` }] });
    const { items } = (await batch.json()) as { items: { id: string }[] };
    const { id } = items[0]!;
    await until(() => received() === calls);
    await pause(50);
    expect((await post(`content/${id}/cancel`, {})).status).toBe(200);
    await until(
      () => running.service.get<ContentDocument>(`/v1/content/${id}`),
      ({ endedAt }) => endedAt !== undefined,
    );
    await pause(50);
    expect(received()).toBe(calls);
    const failed = await running.service.events<EventData<typeof GenerationFailed>>(Topic.content);
    const mine = failed.filter(({ subject, type }) => subject === id && type === GenerationFailed.type);
    expect(mine).toMatchObject([{ data: { failure: 'cancelled' } }]);
    expect(mine[0]!.data.calls.map((each) => each.outcome)).toEqual(Array(calls).fill(outcome));
    expect((await spentUsd()) - spentBefore > 0).toBe(isPaid);
  });
});
