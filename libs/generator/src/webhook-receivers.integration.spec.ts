import { type EventData, topics, Topic, WebhookAbandoned, WebhookDelivered } from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

/** A real receiver that does as it likes with each connection, and counts them. */
class BadReceiver {
  came = 0;
  /** Bytes that it could get rid of. */
  sent = 0;
  readonly times: number[] = [];
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  url = '';

  constructor(private readonly answer: (socket: Socket, receiver: BadReceiver) => void) {}

  async open(): Promise<void> {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket
        .on('error', () => undefined)
        .once('data', () => {
          this.came++;
          this.times.push(performance.now());
          this.answer(socket, this);
        });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/ready`;
  }
  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
  }
}

const head = (status: number, more = ''): string => `HTTP/1.1 ${status} X\r\n${more}content-length: 0\r\n\r\n`;

describe('a receiver of web-hooks', () => {
  const models = new ScriptedModelServer();
  const good = new BadReceiver((socket) => socket.end(head(204)));
  const opened: BadReceiver[] = [];
  let log: EmbeddedLog;
  let service: TestedService;

  const start = async (): Promise<void> => {
    const webhooks = { allowPrivateAddresses: true, firstRetryMs: 40, attempts: 3 };
    service = await startTestedGenerator({ models, log, configuration: { webhooks } });
    await until(
      () => service.get<{ items: object[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
  };
  beforeAll(async () => {
    await models.start();
    models.answer = ({ step }) => `The ${step}, written with care.`;
    await good.open();
  });
  beforeEach(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    await start();
  });
  afterEach(async () => {
    await service.close();
    await log.close();
    for (const receiver of opened.splice(0)) await receiver.close();
  });
  afterAll(async () => {
    await good.close();
    await models.close();
  });

  const receiver = async (answer: (socket: Socket, receiver: BadReceiver) => void): Promise<BadReceiver> => {
    const made = new BadReceiver(answer);
    opened.push(made);
    await made.open();
    return made;
  };
  let count = 0;
  const make = async (webhook: string, briefs = 1): Promise<void> => {
    for (let each = 0; each < briefs; each++) {
      const brief = { contentType: 'ad_copy', topic: `tea no. ${++count}`, webhook };
      expect(await service.answer('POST', '/v1/content', brief)).toMatchObject({ status: 202 });
    }
  };
  const outcomes = async () =>
    (await service.events<EventData<typeof WebhookDelivered | typeof WebhookAbandoned>>(Topic.operations))
      .filter(({ type }) => type === WebhookDelivered.type || type === WebhookAbandoned.type)
      .map(({ type, data }) => ({ ...data, isDelivered: type === WebhookDelivered.type }));
  const told = (number: number) => until(outcomes, (all) => all.length >= number);
  const shown = async () =>
    (
      await service.get<{ items: { receiver: string; failures: number; reason: string; waiting: number }[] }>(
        '/v1/webhooks',
      )
    ).items;

  it.each<[string, (socket: Socket) => unknown, RegExp]>([
    ['hangs up before its answer', (socket) => socket.destroy(), /socket hang up|ECONNRESET|broke/],
    ['hangs up within its answer', (socket) => socket.end('HTTP/1.1 20'), /Parse|hang up|broke/],
    ['answers no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'), /Parse Error/],
    [
      'wants to speak something else',
      (socket) => socket.write('HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      /answered 101/,
    ],
    ['leads elsewhere', (socket) => socket.end(head(302, `location: ${good.url}\r\n`)), /answered 302, and redirects/],
    [
      'leads to what is inside',
      (socket) => socket.end(head(308, 'location: http://169.254.169.254/\r\n')),
      /answered 308/,
    ],
    ['has an error', (socket) => socket.end(head(500)), /answered 500/],
    [
      'sends headers without end',
      (socket) => void socket.write(`HTTP/1.1 200 X\r\n${'x-much: 1234567890\r\n'.repeat(10_000)}`),
      /Header overflow|Parse/i,
    ],
  ])('is given up after so many tries, and named meanwhile, where it %s', async (_, answer, reason) => {
    const bad = await receiver(answer);
    const before = good.came;
    await make(bad.url);
    await until(shown, (items) => items.some(({ failures }) => failures > 0));
    const [first] = await told(1);
    expect(first).toMatchObject({ isDelivered: false, attempts: 3, reason: expect.stringMatching(reason) });
    expect(bad.came).toBe(3);
    expect(await shown()).toMatchObject([
      { receiver: new URL(bad.url).origin, failures: 3, waiting: 0, reason: expect.stringMatching(reason) },
    ]);
    // Nobody was told who was not to be.
    expect(good.came).toBe(before);
  });

  it('is told at once and for good where it is gone (410), and its ten megabytes are not read', async () => {
    const gone = await receiver((socket) => socket.end(head(410)));
    const long = await receiver((socket, self) => {
      socket.write('HTTP/1.1 200 X\r\ncontent-length: 10000000\r\n\r\n');
      for (let chunk = 0; chunk < 100; chunk++)
        socket.write(Buffer.alloc(100_000), (error) => (self.sent += error ? 0 : 100_000));
    });
    await make(gone.url);
    await make(long.url);
    const all = await told(2);
    expect(all).toContainEqual(expect.objectContaining({ isDelivered: false, attempts: 1, reason: 'answered 410' }));
    expect(all).toContainEqual(expect.objectContaining({ isDelivered: true, attempts: 1, status: 200 }));
    expect(long.sent).toBeLessThan(10_000_000);
  });

  it.each([429, 503])('is left alone for as long as it asks (%i)', async (status) => {
    const busy = await receiver((socket, { came }) =>
      socket.end(came === 1 ? head(status, 'retry-after: 1\r\n') : head(204)),
    );
    await make(busy.url);
    expect(await told(1)).toMatchObject([{ isDelivered: true, attempts: 2 }]);
    expect((busy.times[1] ?? 0) - (busy.times[0] ?? 0)).toBeGreaterThanOrEqual(990);
    expect(await shown()).toEqual([]);
  });

  it('that never answers, or drop by drop, holds up no other, and no stop', async () => {
    const silent = await receiver(() => undefined);
    const dripping = await receiver((socket) => {
      const begins = 'HTTP/1.1 200 X\r\nx-slow: ';
      let sent = 0;
      const timer = setInterval(() => socket.writable && socket.write(begins[sent++] ?? 'a'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    await make(silent.url, 40);
    await make(dripping.url, 10);
    await until(
      () => silent.came + dripping.came,
      (came) => came >= 8,
    );
    const before = performance.now();
    await make(good.url, 5);
    expect((await told(5)).every(({ isDelivered }) => isDelivered)).toBe(true);
    expect(performance.now() - before).toBeLessThan(10_000);
    // Few at once to each, however many wait.
    expect([silent.came, dripping.came]).toEqual([4, 4]);
    expect(await shown()).toMatchObject([{ underWay: 4 }, { underWay: 4 }]);

    const stops = performance.now();
    await service.close();
    expect(performance.now() - stops).toBeLessThan(5000);
    expect(await outcomesIn(log)).toBe(5);
    await start();
  });

  const outcomesIn = async (of: EmbeddedLog): Promise<number> => {
    let found = 0;
    for (const [key, to] of Object.entries(await of.ends([Topic.operations])))
      for await (const batch of of.read({
        topic: Topic.operations,
        partition: Number(key.split('/').at(-1)),
        from: 0,
        to,
      }))
        found += batch.filter(({ type }) => type === WebhookDelivered.type || type === WebhookAbandoned.type).length;
    return found;
  };

  it('waits its turn among hundreds that fail: none of them holds one while it waits', async () => {
    const failing = await receiver((socket) => socket.end(head(500, 'retry-after: 3600\r\n')));
    await make(failing.url, 60);
    await until(shown, ([first]) => first?.waiting === 60);
    await make(good.url, 3);
    expect((await told(3)).map(({ isDelivered }) => isDelivered)).toEqual([true, true, true]);
    expect(failing.came).toBe(60);
  });

  it('whose certificate is its own is not told, and named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    execFileSync('openssl', [...how, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    let asked = 0;
    const server = createSecure({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) => {
      asked++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await make(`https://localhost:${(server.address() as AddressInfo).port}/`);
      const [outcome] = await told(1);
      expect(outcome).toMatchObject({ isDelivered: false, attempts: 3, reason: expect.stringMatching(/self-signed/) });
      expect(asked).toBe(0);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
