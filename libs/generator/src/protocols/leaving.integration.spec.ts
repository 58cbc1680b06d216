import { CompletionServed, type EventData, Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { type Answer, type AnsweringServer, chunk, event, json } from '@contentflow/language-models/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { CompletionRecords } from '../completions/completion-records.ts';
import { startAnsweredGenerator } from '../testing/answered-generator.ts';

/** So long that nobody waits for it: whoever leaves a call of these tests leaves it in the middle of something. */
const LONG_MS = 3_600_000;

let server: AnsweringServer;
let service: TestedService;
let url: string;
let close: () => Promise<void>;
/** Upstream calls whose connection was closed from here. */
let dropped = 0;
let names = 0;
/** A model that nobody asked for before: what a server lacks, or wants, is remembered by model. */
const fresh = (provider: string): string => `${provider}/m${++names}`;

beforeAll(async () => {
  ({ server, service, url, close } = await startAnsweredGenerator((baseUrl) => {
    const chatOnly = { kind: 'openai-compatible', endpoints: ['chat/completions'], baseUrl };
    return {
      providers: [
        { name: 'native', kind: 'openai-compatible', baseUrl, models: ['*'] },
        { ...chatOnly, name: 'translated', models: ['*'] },
        { name: 'claude', kind: 'anthropic', apiKey: 'k', baseUrl, models: ['*'] },
        { name: 'narrow', kind: 'openai-compatible', baseUrl, models: ['*'], concurrency: 1 },
      ],
      budgets: { perDayUsd: 1000 },
      gateway: {
        deadlineMs: 2 * LONG_MS,
        retry: { attemptsPerTarget: 3, baseMs: LONG_MS, maxMs: LONG_MS },
        breaker: { consecutiveFailures: 1000, failureShare: 1 },
      },
    };
  }));
});
afterAll(() => close());
beforeEach(() => void (dropped = 0));

const counting =
  (answer: Answer): Answer =>
  (response, received) => {
    response.once('close', () => response.writableFinished || dropped++);
    answer(response, received);
  };
const hanging = counting(() => undefined);
const failing = json({ error: { message: 'it broke' } }, 500);
const limiting = json({ error: { message: 'slow down' } }, 429, { 'retry-after': '3000' });
const refusing = json({ error: { message: 'not with this key' } }, 401);

/** The first words of a stream of the protocol that was asked for. */
const beginning = counting((response, { path }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (path.endsWith('/chat/completions')) response.write(chunk({ content: 'Half a' }));
  else if (path.endsWith('/completions'))
    response.write(event({ object: 'text_completion', choices: [{ index: 0, text: 'Half a', finish_reason: null }] }));
  else if (path.endsWith('/responses'))
    response.write(event({ type: 'response.output_text.delta', item_id: 'i', output_index: 0, delta: 'Half a' }));
  else for (const each of NATIVE_MESSAGE) response.write(`event: ${each.type}\n${event(each)}`);
});
const NATIVE_MESSAGE = [
  {
    type: 'message_start',
    message: {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: 10, output_tokens: 1 },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Half a' } },
];

const records = async () => {
  await service.app.get(CompletionRecords).settled();
  return service.events<EventData<typeof CompletionServed>>(Topic.completions);
};
async function spentUsd(): Promise<number> {
  const { items } = (await (await fetch(`${url}/v1/budgets`)).json()) as {
    items: { account: string; spentUsd: number }[];
  };
  return items.find(({ account }) => account === 'day')?.spentUsd ?? 0;
}
const ask = (path: string, body: object, signal: AbortSignal): Promise<Response> =>
  fetch(`${url}/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });

/** Asks, waits until it is where the test wants it, leaves, and tells what was recorded and paid for it. */
async function leave(path: string, body: object, isThere: (reply: Promise<Response>) => Promise<unknown>) {
  const [recordsBefore, spentBefore] = [(await records()).length, await spentUsd()];
  const gone = new AbortController();
  const reply = ask(path, body, gone.signal);
  reply.catch(() => undefined);
  await isThere(reply);
  gone.abort();
  await until(async () => (await records()).length > recordsBefore);
  const { data } = (await records())[recordsBefore]!;
  // Whatever was to come all the same would come now.
  await pause(50);
  expect(await records()).toHaveLength(recordsBefore + 1);
  return { ...data, paidUsd: (await spentUsd()) - spentBefore };
}
async function isOneQueued(): Promise<boolean> {
  const { items } = (await (await fetch(`${url}/v1/providers`)).json()) as { items: { queued: number }[] };
  return items.some(({ queued }) => queued > 0);
}
/** The server's answer was read as well. */
const settled = (count: number) => async () => {
  await until(() => server.received.length === count);
  await pause(50);
};
const receivedOf = (count: number) => () => until(() => server.received.length === count);

const messages = [{ role: 'user', content: 'hello' }];
const chat = { messages, max_tokens: 100 };
const BODIES = {
  'chat/completions': { ...chat, user: 'ada' },
  responses: { input: 'hello', max_output_tokens: 100, user: 'ada' },
  completions: { prompt: 'hello', max_tokens: 100, user: 'ada' },
  messages: { ...chat, metadata: { user_id: 'ada' } },
  embeddings: { input: 'hello', user: 'ada' },
};
type Path = keyof typeof BODIES;
const PATHS = Object.keys(BODIES) as Path[];
const STREAMED = PATHS.filter((path) => path !== 'embeddings');
const PROVIDERS = ['native', 'translated', 'claude'];
const ALL = PATHS.flatMap((path) =>
  (path === 'embeddings' ? ['native'] : PROVIDERS).map((provider): [Path, string] => [path, provider]),
);

describe.each(ALL)('whoever leaves %s of %s', (path, provider) => {
  it('before the server says anything pays for one call, and it ends', async () => {
    server.answers(hanging);
    const left = await leave(path, { ...BODIES[path], model: fresh(provider) }, receivedOf(1));
    expect(left).toMatchObject({ failure: 'cancelled', calls: [{ outcome: 'cancelled' }] });
    expect(left.calls).toHaveLength(1);
    expect(left.paidUsd).toBeGreaterThan(0);
    await until(() => dropped === 1);
    expect(server.received).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ['while it waits to be made again', failing, 'server_error'],
    ['while the server asked to be left alone', limiting, 'rate_limited'],
  ])('%s has made one call, and none after it', async (_when, answer, outcome) => {
    server.answers(answer);
    const left = await leave(path, { ...BODIES[path], model: fresh(provider) }, settled(1));
    expect(left).toMatchObject({ failure: 'cancelled', calls: [{ outcome }] });
    expect(left.calls).toHaveLength(1);
    expect(left.paidUsd).toBe(0);
    expect(server.received).toHaveLength(1);
  });
});

describe.each(PATHS)('whoever leaves %s', (path) => {
  it('while it waits for a place has made no call, and none is made once there is one', async () => {
    const asked = { ...BODIES[path], model: fresh('narrow') };
    server.answers(hanging);
    const holder = new AbortController();
    ask(path, asked, holder.signal).catch(() => undefined);
    await until(() => server.received.length === 1);
    const before = (await records()).length;
    const left = await leave(path, asked, () => until(isOneQueued));
    expect(left).toMatchObject({ failure: 'cancelled', calls: [], paidUsd: 0 });
    holder.abort();
    await until(async () => (await records()).length === before + 2);
    await pause(50);
    expect(server.received).toHaveLength(1);
  });
});

describe.each(ALL.filter(([path]) => path !== 'embeddings'))(
  'whoever leaves %s of %s half-way through a stream',
  (path, provider) => {
    it('pays for one call, which ends, and nothing is begun again', async () => {
      server.answers(beginning);
      const left = await leave(path, { ...BODIES[path], model: fresh(provider), stream: true }, async (reply) =>
        (await reply).body!.getReader().read(),
      );
      expect(left).toMatchObject({ failure: 'cancelled', calls: [{ outcome: 'cancelled' }] });
      expect(left.calls).toHaveLength(1);
      expect(left.paidUsd).toBeGreaterThan(0);
      await until(() => dropped === 1);
      expect(server.received).toHaveLength(1);
    });
  },
);

describe.each(STREAMED)('whoever leaves %s', (path) => {
  it.each([
    ['whole', false],
    ['streamed', true],
  ])("during the next provider's turn pays for that one alone: %s", async (_how, stream) => {
    server.answers(refusing, hanging);
    const left = await leave(path, { ...BODIES[path], model: `all-${++names}`, stream }, receivedOf(2));
    expect(left.calls).toMatchObject([
      { provider: 'native', outcome: 'authentication', cost: 0 },
      { provider: 'translated', outcome: 'cancelled' },
    ]);
    expect(left.paidUsd).toBeGreaterThan(0);
    await until(() => dropped === 1);
    expect(server.received).toHaveLength(2);
  });
});
