import {
  AnomalyDetected,
  AnomalyHandled,
  AutonomyPaused,
  AutonomyResumed,
  type EventData,
  IncidentOpened,
  newEvent,
  type NotificationFailed,
  type NotificationSent,
  type ShownIncident,
  Topic,
  topics,
} from '@contentflow/contracts';
import { sampleBasis } from '@contentflow/contracts/testing';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Clock, HOUR_MS, MINUTE_MS, type NewEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { parseConfiguration, webhookSignature } from '@contentflow/nest-platform';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MonitorModule } from './index.ts';
import { MailServer } from './testing/mail-server.ts';

/** Who is told over HTTP; answers as it is told to, and remembers what came. */
class Sink {
  readonly received: { path: string; headers: Record<string, unknown>; body: string; at: number }[] = [];
  /** Of the next answers; 204 where there is none. */
  readonly statuses: number[] = [];
  private server: Server | undefined;

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => {
        this.received.push({ path: request.url ?? '', headers: request.headers, body, at: performance.now() });
        response.writeHead(this.statuses.shift() ?? 204).end();
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, '127.0.0.1', resolve));
  }
  url(path: string): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}${path}`;
  }
  /** What one channel was told. */
  at(path: string): { type: string; data: { title: string; incidents: { incidentId: string }[] } }[] {
    return this.received.filter((each) => each.path === path).map(({ body }) => JSON.parse(body));
  }
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const PASSWORD = 'correct horse battery staple';

describe('notifications', () => {
  const folder = mkdtempSync(join(tmpdir(), 'notifications-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const sink = new Sink();
  const servers: MailServer[] = [];
  let log: EmbeddedLog;
  let service: TestedService;

  beforeAll(async () => {
    const how = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
    const names = ['-addext', 'subjectAltName=DNS:localhost'];
    execFileSync('openssl', [...how, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    await sink.open();
  });
  afterAll(async () => {
    await sink.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    sink.received.length = 0;
    sink.statuses.length = 0;
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
  });
  afterEach(async () => {
    await service?.close();
    await log.close();
    for (const server of servers.splice(0)) await server.stop();
  });

  const start = async (notifications: object, clock: Clock = systemClock, simulated = false): Promise<void> => {
    const settings = { allowPrivateAddresses: true, firstRetryMs: 40, attempts: 4, ...notifications };
    const options = parseConfiguration({ notifications: settings }, 'the test');
    service = await startTestedService({ services: [MonitorModule.of(options)], clock, log, simulated });
  };
  const mailServer = async (options: Parameters<typeof MailServer.start>[0]): Promise<MailServer> => {
    const server = await MailServer.start(options);
    servers.push(server);
    return server;
  };
  const hook = (name = 'hook', more: object = {}) => ({ name, kind: 'webhook', url: sink.url(`/${name}`), ...more });

  let count = 0;
  const anomaly = (
    over: Partial<EventData<typeof AnomalyDetected>> = {},
    time = service.platform.clock.now(),
  ): NewEvent[] => {
    const anomalyId = `anomaly-${++count}`;
    const of = { subject: anomalyId, time, cause: { id: anomalyId } };
    const measured = { value: 1, baseline: 0, threshold: 0.2, affected: 8, of: 10, since: time };
    const detected = { rule: 'failures', severity: 'critical', contentType: 'email', model: 'm', ...measured } as const;
    return [
      newEvent(AnomalyDetected, { ...of, data: { ...detected, anomalyId, basis: sampleBasis, ...over } }),
      newEvent(AnomalyHandled, {
        ...of,
        index: 'handled',
        data: { anomalyId, action: 'open_incident', target: null, basis: sampleBasis },
      }),
    ];
  };
  const incidents = async () => (await service.get<{ items: ShownIncident[] }>('/v1/incidents')).items;
  const outcomes = async () =>
    (
      await service.events<EventData<typeof NotificationSent> & Partial<EventData<typeof NotificationFailed>>>(
        Topic.operations,
      )
    ).map(({ data }) => data);
  const settled = (number: number) => until(outcomes, (all) => all.length >= number);
  const test = async (channel?: string) =>
    (await service.answer('POST', '/v1/notifications/test', channel === undefined ? {} : { channel })) as {
      status: number;
      body: { items: { channel: string; isSent: boolean; reason: string | null }[]; detail: string };
    };

  it('of a thousand anomalies in a minute are one for each cause and channel', async () => {
    const mail = await mailServer({ key, cert, user: 'flow', password: PASSWORD });
    const email = {
      name: 'mail',
      kind: 'email',
      host: 'localhost',
      port: mail.port,
      user: 'flow',
      password: PASSWORD,
      caFile: cert,
      from: 'flow@example.org',
      to: ['ada@example.org'],
    };
    await start({
      channels: [hook('hook', { secret }), { name: 'slack', kind: 'slack', url: sink.url('/slack?token=t') }, email],
    });
    // Two causes: either model; all types and rules of content by one are one incident.
    const many = Array.from({ length: 1000 }, (_, i) =>
      anomaly({ contentType: `type-${i}`, model: i % 2 ? 'm' : 'n' }),
    );
    for (let from = 0; from < many.length; from += 100) await log.append(many.slice(from, from + 100).flat());
    await until(incidents, (all) => all.length === 2 && all.every((each) => each.count === 500));
    await settled(6);
    // Nothing more comes.
    await systemClock.sleep(500);
    expect(await outcomes()).toHaveLength(6);
    expect([sink.at('/hook').length, sink.at('/slack?token=t').length, mail.taken.length]).toEqual([2, 2, 2]);

    const [first] = sink.received.filter(({ path }) => path === '/hook');
    const timestamp = Number(first?.headers['webhook-timestamp']);
    const signature = webhookSignature(secret, String(first?.headers['webhook-id']), timestamp, first?.body ?? '');
    expect(first?.headers['webhook-signature']).toBe(signature);
    expect(mail.taken[0]).toMatchObject({
      from: 'flow@example.org',
      to: ['ada@example.org'],
      isSecure: true,
      user: 'flow',
    });
    expect(mail.taken[0]?.source).toMatch(/^Subject: \[ContentFlow\] critical: /m);

    const shown = await until(incidents, (all) => all.every(({ notifications }) => notifications.length === 3));
    expect(shown[0]?.notifications).toMatchObject([{ status: 'sent' }, { status: 'sent' }, { status: 'sent' }]);
    const everything = JSON.stringify([shown, await outcomes(), sink.received.map(({ body }) => body), mail.taken]);
    expect(everything).not.toContain(PASSWORD);
    expect(everything).not.toContain('token');
    const { items } = await service.get<{ items: object[] }>('/v1/notifications');
    expect(items).toMatchObject([{ name: 'hook', last: { isSent: true } }, { name: 'slack' }, { name: 'mail' }]);
    expect(JSON.stringify(items)).not.toMatch(/token|whsec|correct horse/);
  }, 180_000);

  it('are tried again after growing waits, which a restart does not forget', async () => {
    const channels = [hook()];
    await start({ channels, firstRetryMs: 1500 });
    sink.statuses.push(500, 500);
    await log.append(anomaly());
    await settled(1);
    const [failed] = await outcomes();
    expect(failed).toMatchObject({ attempts: 1, reason: 'answered 500', retryAt: expect.any(Number) });
    await service.close();
    await start({ channels, firstRetryMs: 100 });
    expect(await settled(3)).toMatchObject([{ attempts: 1 }, { attempts: 2 }, { attempts: 3 }]);
    const [first, second] = sink.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1400);
    expect(new Set(sink.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    await service.close();
    await start({ channels });
    await systemClock.sleep(300);
    expect(sink.received).toHaveLength(3);
    const [{ notifications }] = (await incidents()) as [ShownIncident];
    expect(notifications).toMatchObject([{ channel: 'hook', status: 'sent', attempts: 3 }]);
  });

  it('are given up after so many tries, at once where the receiver is gone, and no channel waits for another', async () => {
    await start({ channels: [hook('bad'), hook('good')], attempts: 2 });
    sink.statuses.push(...[500, 500, 500, 500]);
    await log.append(anomaly());
    const all = await until(outcomes, (found) => found.filter(({ retryAt }) => retryAt === null).length === 2);
    expect(all.filter(({ channel }) => channel === 'bad')).toHaveLength(2);
    sink.statuses.push(410, 204);
    await log.append(anomaly({ model: 'other' }));
    await until(outcomes, (found) => found.length === all.length + 2);
    const shown = await until(incidents, ([newest]) => newest?.notifications.length === 2);
    expect(shown[0]?.notifications.map(({ status }) => status).sort()).toEqual(['failed', 'sent']);
  });

  it('wait for the end of quiet hours and are then one; what is critical does not wait', async () => {
    const clock = new SteppedClock();
    // It is Monday, midnight.
    await start({ channels: [hook()], quietHours: { from: '23:00', until: '06:00' } }, clock);
    await log.append([...anomaly({ model: 'a', severity: 'warning', rule: 'high_cost' }, START_MS)]);
    await log.append([...anomaly({ model: 'b', severity: 'warning', rule: 'high_cost' }, START_MS)]);
    await until(incidents, (all) => all.length === 2);
    await log.append(anomaly({ model: 'c' }, START_MS));
    await until(() => sink.received.length);
    expect(sink.at('/hook').map(({ type }) => type)).toEqual(['incident.opened']);
    for (let minutes = 0; minutes < 6 * 60; minutes += 10) {
      clock.advance(10 * MINUTE_MS);
      await systemClock.sleep(2);
      if (minutes < 5 * 60) expect(sink.received).toHaveLength(1);
    }
    expect(clock.now()).toBe(START_MS + 6 * HOUR_MS);
    await until(() => sink.received.length === 2);
    const [, summary] = sink.at('/hook');
    expect(summary).toMatchObject({ type: 'incident.summary', data: { incidents: [{}, {}] } });
    expect(await settled(3)).toHaveLength(3);
  });

  it('that it is over are sent once to whom wants them, however often the cause comes back', async () => {
    const clock = new SteppedClock();
    await start({ channels: [hook('hook', { whenOver: true })] }, clock);
    const pause = (reason: string) => paused(reason, clock.now());
    for (const round of ['one', 'two', 'three']) {
      await log.append([pause(round)]);
      await until(incidents, ([first]) => first?.status === 'open');
      await log.append([resumed(round, clock.now())]);
      await systemClock.sleep(50);
      for (let minutes = 0; minutes < 12; minutes++) {
        clock.advance(MINUTE_MS);
        await systemClock.sleep(5);
      }
      await until(incidents, ([first]) => first?.status === 'resolved');
    }
    expect(await incidents()).toMatchObject([{ title: 'Autonomy is paused', reopened: 2 }]);
    await settled(2);
    await systemClock.sleep(200);
    expect(sink.at('/hook').map(({ type }) => type)).toEqual(['incident.opened', 'incident.resolved']);
  });

  it('are sent by nobody in the simulated demo', async () => {
    await start({ channels: [hook()] }, systemClock, true);
    await log.append(anomaly());
    await until(incidents, (all) => all.length === 1);
    await systemClock.sleep(300);
    expect(sink.received).toEqual([]);
    expect(await test()).toMatchObject({ status: 409, body: { detail: 'the simulated demo sends nothing' } });
  });

  describe('a test', () => {
    it('says of each channel whether it works', async () => {
      await start({ channels: [hook('good'), { name: 'bad', kind: 'slack', url: sink.url('/bad') }] });
      sink.statuses.push(404);
      const { body } = await test('bad');
      expect(body.items).toEqual([{ channel: 'bad', isSent: false, reason: 'answered 404' }]);
      expect((await test()).body.items).toEqual([
        { channel: 'good', isSent: true, reason: null },
        { channel: 'bad', isSent: true, reason: null },
      ]);
      expect(sink.at('/good')).toMatchObject([
        { type: 'notification.test', data: { severity: 'test', incidents: [] } },
      ]);
      expect(await test('other')).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('there are good, bad') },
      });
      expect(await outcomes()).toEqual([]);
    });

    it('says that there is none', async () => {
      await start({ channels: [] });
      expect(await test()).toMatchObject({
        status: 404,
        body: { detail: expect.stringContaining('notifications.channels') },
      });
    });

    it('goes to nobody inside where that is not allowed', async () => {
      const mail = await mailServer({});
      const email = {
        name: 'mail',
        kind: 'email',
        host: 'localhost',
        port: mail.port,
        from: 'a@b.org',
        to: ['c@d.org'],
      };
      await start({ channels: [hook(), { ...email, security: 'none' }], allowPrivateAddresses: false });
      const { body } = await test();
      expect(
        body.items.map(({ isSent, reason }) => [isSent, /notifications\.allowPrivateAddresses/.test(reason ?? '')]),
      ).toEqual([
        [false, true],
        [false, true],
      ]);
      expect([sink.received, mail.taken]).toEqual([[], []]);
    });
  });

  describe('by mail', () => {
    const address = { from: 'flow@example.org', to: ['ada@example.org', 'bob@example.org'] };
    const tested = async (server: MailServer, more: object): Promise<string | null> => {
      await start({
        channels: [{ name: 'mail', kind: 'email', host: 'localhost', port: server.port, ...address, ...more }],
      });
      const [item] = (await test()).body.items;
      expect(item?.isSent).toBe(item?.reason === null);
      return item?.reason ?? null;
    };

    it('go over TLS from the first byte on, with user and password', async () => {
      const server = await mailServer({ secure: true, key, cert, user: 'flow', password: PASSWORD });
      const account = { user: 'flow', password: PASSWORD, caFile: cert };
      expect(await tested(server, { security: 'tls', ...account })).toBeNull();
      expect(server.taken).toMatchObject([{ to: address.to, isSecure: true, user: 'flow' }]);
    });

    it('go in the clear only where that is asked for', async () => {
      const server = await mailServer({});
      expect(await tested(server, { security: 'none' })).toBeNull();
      expect(server.taken).toMatchObject([{ isSecure: false, user: null }]);
      await service.close();
      // It offers no certificate that anybody could trust.
      expect(await tested(server, {})).toMatch(/certificate|STARTTLS/i);
      expect(server.taken).toHaveLength(1);
    });

    it.each<[string, object, RegExp]>([
      ['to a server whose certificate nobody vouches for', { caFile: undefined }, /self-signed/],
      ['with a wrong password', { password: 'wrong horse' }, /takes no such user and password \(535\)/],
      ['to a mailbox that there is not', { to: ['nobody@example.org'] }, /did not take the message \(550\)/],
    ])('fail, and say why and no secret: %s', async (_, more, reason) => {
      const server = await mailServer({ key, cert, user: 'flow', password: PASSWORD, unknown: 'nobody@example.org' });
      const said = await tested(server, { user: 'flow', password: PASSWORD, caFile: cert, ...more });
      expect(said).toMatch(reason);
      expect(said).not.toMatch(/horse/);
      expect(server.taken).toEqual([]);
    });

    it('are tried again where the server is busy, and shown once by their id', async () => {
      const server = await mailServer({ busyFor: 1 });
      const channel = {
        name: 'mail',
        kind: 'email',
        host: 'localhost',
        port: server.port,
        security: 'none',
        ...address,
      };
      await start({ channels: [channel] });
      await log.append(anomaly());
      expect(await settled(2)).toMatchObject([
        { attempts: 1, reason: 'the mail server did not take the message (451)' },
        { attempts: 2 },
      ]);
      expect(server.taken).toHaveLength(1);
      const [first] = await outcomes();
      expect(server.taken[0]?.source).toContain(`Message-ID: <${first?.messageId}@example.org>`);
    });
  });

  it('stand in the log with what they are about alone', async () => {
    await start({ channels: [hook()] });
    await log.append(anomaly());
    const [sent] = await settled(1);
    const [incident] = await incidents();
    expect(sent).toEqual({
      incidentId: incident?.id,
      channel: 'hook',
      about: 'opened',
      messageId: expect.stringMatching(/^msg_/),
      attempts: 1,
    });
    const ledger = await service.events(Topic.decisions);
    expect(ledger.filter(({ type }) => type === IncidentOpened.type)).toHaveLength(1);
  });
});

const paused = (reason: string, time: number): NewEvent =>
  newEvent(AutonomyPaused, { subject: 'system', time, cause: { id: `pause ${reason}` }, data: { reason, by: 'ada' } });
const resumed = (reason: string, time: number): NewEvent =>
  newEvent(AutonomyResumed, {
    subject: 'system',
    time,
    cause: { id: `resume ${reason}` },
    data: { reason, by: 'ada' },
  });
