import { topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { accessOf, accessSchema } from '@contentflow/nest-platform';
import { startTestedService, type TestedService } from '@contentflow/nest-platform/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { LedgerModule } from './index.ts';

const LAG_MS = 200;
const ADMIN = 'an-admin-key-of-a-test-that-is-long-enough';

/** The same log as it is read past one machine: what is appended is heard of a while later. */
const laterHeard = (log: EventLog): EventLog => ({
  append: (events) => log.append(events),
  subscribe: (options) => log.subscribe(options),
  follow: ({ handle, ...options }) =>
    log.follow({
      ...options,
      handle: async (events) => {
        await pause(LAG_MS);
        return handle(events);
      },
    }),
  read: (range) => log.read(range),
  ends: (of) => log.ends(of),
  close: () => log.close(),
});

describe('a key that one process has just made', () => {
  let log: EventLog;
  const processes: TestedService[] = [];

  beforeAll(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    const access = accessOf(accessSchema.parse({ keys: 'always' }), { CONTENTFLOW_ADMIN_KEY: ADMIN });
    for (const [instance, heard] of [
      ['one', log],
      ['other', laterHeard(log)],
    ] as const)
      processes.push(
        await startTestedService({
          services: [LedgerModule],
          clock: systemClock,
          hasLedger: true,
          log: heard,
          access,
          instance,
        }),
      );
  });
  afterAll(async () => {
    for (const each of processes) await each.close();
    await log.close();
  });

  it('opens at once what it opens at another, and a made-up one opens nothing', async () => {
    const [one, other] = processes as [TestedService, TestedService];
    for (let round = 0; round < 3; round++) {
      const headers = { authorization: `Bearer ${ADMIN}` };
      const { body } = await one.answer('POST', '/v1/keys', { name: 'app', scopes: ['read'] }, headers);
      const { key } = body as { key: string };
      const asked = async (shown: string): Promise<number> =>
        (await other.app.inject({ url: '/v1/decisions', headers: { authorization: `Bearer ${shown}` } })).statusCode;
      const madeUp = `cfk_${'0'.repeat(16)}_${'x'.repeat(43)}`;
      expect(await Promise.all([asked(key), asked(madeUp)])).toEqual([200, 401]);
    }
  });
});
