import { until } from '@contentflow/kernel/testing';
import {
  type Answer,
  type AnsweringServer,
  chunk,
  completion,
  gatewayTo,
  nativeChat,
  json,
  startAnsweringServer,
} from '../testing/answering-server.ts';

let server: AnsweringServer;
beforeAll(async () => (server = await startAnsweringServer()));
afterAll(() => server.close());

const failing = json({ error: { message: 'it broke' } }, 500);
const hanging: Answer = () => undefined;
const slowly: Answer = (response) => void response.on('close', () => undefined);
const WORST_USD = 0.01;

/** Every kind of provider is left alike: what differs is how it is called. */
describe.each(['openai-compatible', 'openai', 'ollama', 'anthropic'] as const)(
  'whoever leaves a call to %s',
  (kind) => {
    const open = (policy: object = {}) => gatewayTo({ kind, baseUrl: `${server.origin}/v1` }, policy);
    const patient = { retry: { attemptsPerTarget: 3, baseMs: 60_000, maxMs: 60_000 }, deadlineMs: 300_000 };

    it('before it was sent has made none', async () => {
      server.answers(hanging);
      const { ask, spentUsd } = open();
      expect(await ask({}, AbortSignal.abort())).toMatchObject({ failure: 'cancelled', calls: [] });
      expect(server.received).toHaveLength(0);
      expect(await spentUsd()).toBe(0);
    });

    it('while it waits to be made again has made one, and pays for nothing more', async () => {
      server.answers(failing);
      const gone = new AbortController();
      const { ask, spentUsd } = open(patient);
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      gone.abort();
      expect(await ended).toMatchObject({ failure: 'cancelled', calls: [{ outcome: 'server_error', cost: 0 }] });
      expect((await ended).calls).toHaveLength(1);
      expect(server.received).toHaveLength(1);
      expect(await spentUsd()).toBe(0);
    });

    it('while it waits to be made again, hedged, has made one', async () => {
      server.answers(failing);
      const gone = new AbortController();
      const { ask, spentUsd } = open({ ...patient, hedgeAfterMs: 20_000 });
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      gone.abort();
      expect((await ended).calls).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(server.received).toHaveLength(1);
      expect(await spentUsd()).toBe(0);
    });

    it('where a server asked to be left alone has made one', async () => {
      server.answers(json({ error: { message: 'slow down' } }, 429, { 'retry-after': '60' }));
      const gone = new AbortController();
      const { ask, spentUsd } = open(patient);
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      gone.abort();
      expect((await ended).calls).toHaveLength(1);
      expect(server.received).toHaveLength(1);
      expect(await spentUsd()).toBe(0);
    });

    it('while it is made pays what it may cost', async () => {
      server.answers(hanging);
      const gone = new AbortController();
      const { ask, spentUsd } = open();
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 1);
      gone.abort();
      expect(await ended).toMatchObject({ failure: 'cancelled', calls: [{ outcome: 'cancelled' }] });
      expect(server.received).toHaveLength(1);
      expect(await spentUsd()).toBeGreaterThanOrEqual(WORST_USD);
    });

    it('before the second of a hedged pair is due pays for one', async () => {
      server.answers(slowly);
      const gone = new AbortController();
      const { ask } = open({ hedgeAfterMs: 5000 });
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 1);
      gone.abort();
      expect((await ended).calls).toHaveLength(1);
      expect(server.received).toHaveLength(1);
    });

    it('with both of a hedged pair under way pays for both, and no third begins', async () => {
      server.answers(slowly);
      const gone = new AbortController();
      const { ask } = open({ hedgeAfterMs: 20 });
      const ended = ask({}, gone.signal);
      await until(() => server.received.length === 2);
      gone.abort();
      expect((await ended).calls).toHaveLength(2);
      expect(server.received).toHaveLength(2);
    });
  },
);

it('half-way through a stream pays what it may cost, and nothing is begun again', async () => {
  server.answers(
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chunk({ content: 'Half a' }));
    },
    json(completion({ content: 'Again' })),
  );
  const gone = new AbortController();
  const { ask, spentUsd } = gatewayTo({ kind: 'openai-compatible', baseUrl: `${server.origin}/v1` });
  const reported: string[] = [];
  const ended = ask(
    nativeChat({}, (text) => reported.push(text)),
    gone.signal,
  );
  await until(() => reported.length === 1);
  gone.abort();
  expect(await ended).toMatchObject({ failure: 'cancelled' });
  expect(server.received).toHaveLength(1);
  expect(await spentUsd()).toBeGreaterThanOrEqual(WORST_USD);
});
