import {
  BriefAccepted,
  type EventData,
  GenerationFailed,
  newEvent,
  Topic,
  topics,
  WebhookAbandoned,
  WebhookDelivered,
} from '@contentflow/contracts';
import { sampleAssignment } from '@contentflow/contracts/testing';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { isPrivate, webhookSignature } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

/** Who is told; answers as it is told to, and remembers what came. */
class Receiver {
  readonly received: { headers: Record<string, unknown>; body: string; at: number }[] = [];
  readonly statuses: number[] = [];
  /** It answers nobody before this. */
  held = Promise.resolve();
  private server: Server | undefined;
  private port = 0;

  async open(): Promise<void> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        this.received.push({ headers: request.headers, body, at: Date.now() });
        void this.held.then(() => response.writeHead(this.statuses.shift() ?? 204).end());
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }
  get url(): string {
    return `http://127.0.0.1:${this.port}/ready?token=hidden`;
  }
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const policy = { secret, allowPrivateAddresses: true, firstRetryMs: 40, attempts: 4 };

describe('a web-hook', () => {
  const models = new ScriptedModelServer();
  const receiver = new Receiver();
  let log: EmbeddedLog;
  let service: TestedService;

  const start = async (webhooks: object = policy): Promise<void> => {
    const brand = { bannedTerms: ['cheap'], onViolation: 'fail' };
    service = await startTestedGenerator({ models, log, configuration: { webhooks, brand } });
    await until(
      () => service.get<{ items: object[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
  };
  beforeAll(() => models.start());
  afterAll(() => models.close());
  beforeEach(async () => {
    receiver.received.length = 0;
    receiver.statuses.length = 0;
    models.answer = ({ step }) => `The ${step}, written with care.`;
    await receiver.open();
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    await start();
  });
  afterEach(async () => {
    await service.close();
    await log.close();
    await receiver.close();
  });

  let count = 0;
  const make = async (webhook?: string): Promise<string> => {
    const brief = { contentType: 'ad_copy', topic: `tea no. ${++count}`, ...(webhook ? { webhook } : {}) };
    const { status, body } = await service.answer('POST', '/v1/content', brief, { prefer: 'wait=20' });
    expect(status).toBe(200);
    return (body as { id: string }).id;
  };
  const outcomes = async () =>
    (await service.events<EventData<typeof WebhookDelivered | typeof WebhookAbandoned>>(Topic.operations)).filter(
      (event) => event.type === WebhookDelivered.type || event.type === WebhookAbandoned.type,
    );
  const outcome = () => until(outcomes, (events) => events.length > 0);

  it.each([
    ['an address that is none', { webhook: 'not an address' }, {}],
    ['no address at all', { webhook: '' }, {}],
    ['a time that no calendar has', { webhook: 'http://127.0.0.1:9/x' }, { time: 8.64e15 + 1 }],
  ])('that cannot be told is given up at once, and stops nothing: %s', async (_, of, at) => {
    const about = { subject: 'forged', time: 0, cause: { id: 'forged' } };
    const brief = { contentType: 'ad_copy', topic: 'tea' };
    const usage = { tokensIn: 0, tokensOut: 0, calls: 0, cost: 0, timeMs: 0, waitMs: 0, cache: 'off' as const };
    const common = { contentId: 'forged', brief, unit: 'u', simulated: false };
    const ended = {
      ...common,
      assignment: sampleAssignment,
      worker: 'w',
      acceptedAt: 0,
      calls: [],
      usage,
      failure: 'timeout' as const,
      message: 'm',
    };
    await log.append([
      newEvent(BriefAccepted, { ...about, data: { ...common, ...of } }),
      newEvent(GenerationFailed, { ...about, ...at, data: ended }),
    ]);
    expect(await outcome()).toMatchObject([
      { type: WebhookAbandoned.type, data: { contentId: 'forged', attempts: 1 } },
    ]);
    await make();
  });

  it('tells of the content, signed so that the receiver can tell who speaks', async () => {
    const before = Math.floor(Date.now() / 1000);
    const id = await make(receiver.url);
    const [{ headers, body, at }] = await until(
      () => receiver.received as [(typeof receiver.received)[0]],
      (received) => received.length > 0,
    );
    expect(JSON.parse(body)).toMatchObject({
      type: 'content.generated',
      data: { id, status: 'generated', content: { body: 'The draft, written with care.' }, simulated: false },
    });
    expect(headers['content-type']).toBe('application/json');
    const timestamp = Number(headers['webhook-timestamp']);
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(at / 1000);
    expect(headers['webhook-signature']).toBe(webhookSignature(secret, String(headers['webhook-id']), timestamp, body));
    expect(await outcome()).toMatchObject([
      { type: WebhookDelivered.type, data: { contentId: id, attempts: 1, status: 204 } },
    ]);
    expect(JSON.stringify(await outcomes())).not.toContain('hidden');
  });

  it('is tried again with growing waits where the receiver fails, with the same id, and content does not wait for it', async () => {
    receiver.statuses.push(500, 503);
    const answering = Promise.withResolvers<void>();
    receiver.held = answering.promise;
    const id = await make(receiver.url);
    // The content was there before the receiver took the word of it.
    answering.resolve();
    expect(await outcome()).toMatchObject([{ data: { contentId: id, attempts: 3, status: 204 } }]);
    const { received } = receiver;
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    const [first, second] = [1, 2].map((index) => (received[index]?.at ?? 0) - (received[index - 1]?.at ?? 0));
    expect(first).toBeGreaterThanOrEqual(35);
    expect(second).toBeGreaterThanOrEqual(3 * 40);
  });

  it('is given up after so many tries, or at once where the receiver is gone for good', async () => {
    receiver.statuses.push(500, 500, 500, 500, 410);
    await make(receiver.url);
    expect(await outcome()).toMatchObject([
      { type: WebhookAbandoned.type, data: { attempts: 4, reason: 'answered 500' } },
    ]);
    await make(receiver.url);
    expect((await until(outcomes, (events) => events.length > 1))[1]).toMatchObject({
      data: { attempts: 1, reason: 'answered 410' },
    });
  });

  it('that was not delivered before a restart is delivered after it, and one that was is not told again', async () => {
    await make(receiver.url);
    await outcome();
    await receiver.close();
    const undelivered = await make(receiver.url);
    await service.close();
    await receiver.open();
    await start();
    const all = await until(outcomes, (events) => events.length > 1);
    expect(all[1]).toMatchObject({ type: WebhookDelivered.type, data: { contentId: undelivered } });
    expect(receiver.received).toHaveLength(2);
  });

  it('of the configuration holds for every brief that names none, and tells of failures too', async () => {
    await service.close();
    await start({ ...policy, url: receiver.url, secret: undefined });
    models.answer = () => 'A cheap tea.';
    const id = await make();
    const [message] = await until(
      () => receiver.received,
      (received) => received.length > 0,
    );
    expect(message?.headers['webhook-signature']).toBeUndefined();
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      type: 'content.failed',
      data: { id, status: 'failed', error: { failure: 'banned_terms', message: expect.stringContaining('cheap') } },
    });
  });

  it('goes to no private address unless that is allowed, by number or by name', async () => {
    await service.close();
    await start({ firstRetryMs: 40, attempts: 4 });
    await make(receiver.url);
    await make(receiver.url.replace('127.0.0.1', 'localhost'));
    const refused = await until(outcomes, (events) => events.length > 1);
    for (const { type, data } of refused) {
      expect(type).toBe(WebhookAbandoned.type);
      expect(data).toMatchObject({ attempts: 1, reason: expect.stringContaining('private address') });
    }
    expect(receiver.received).toEqual([]);
  });

  it('is an address of http or https', async () => {
    for (const webhook of ['file:///etc/passwd', 'localhost', 'ftp://example.org']) {
      const answer = await service.answer('POST', '/v1/content', { contentType: 'ad_copy', topic: 'x', webhook });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'webhook' }] } });
    }
  });
});

describe('the signature', () => {
  it.each(['whsec_plJ3nmyCDGBKInavdOK15jsl', 'plJ3nmyCDGBKInavdOK15jsl'])(
    'is that of Standard Webhooks’ own example: %s',
    (secret) => {
      expect(
        webhookSignature(secret, 'msg_loFOjxBNrRLzqYUf', 1731705121, '{"event_type":"ping","data":{"success":true}}'),
      ).toBe('v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=');
    },
  );
});

describe('a private address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '::',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    'fec0::1',
    'fe80::1%eth0',
    'ff02::1',
    '2001:db8::1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '::7f00:1',
    '::10.0.0.1',
    '4000::1',
    '224.0.0.1',
    '255.255.255.255',
    'no address',
  ])('%s', (address) => expect(isPrivate(address)).toBe(true));
  it.each(['1.1.1.1', '172.32.0.1', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('is not %s', (address) =>
    expect(isPrivate(address)).toBe(false),
  );
});
