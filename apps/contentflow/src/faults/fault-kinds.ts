import { DAY_MS, MINUTE_MS, SECOND_MS, systemClock } from '@contentflow/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { type Engine, type Installation, LEASE_MS } from './installation.ts';
import type { Requests } from './requests.ts';
import { reordered, malformedEvents } from './malformed-events.ts';

/** A round as its faults find it. */
export interface Round {
  readonly installation: Installation;
  readonly requests: Requests;
  /** Content items written into the log by us. */
  readonly injected: string[];
  readonly violations: string[];
}

export interface FaultKind {
  readonly name: string;
  readonly weight: number;
  readonly engines: readonly Engine[];
  /** Ends in at least one death. */
  strike(round: Round): Promise<void>;
}

const BOTH: readonly Engine[] = ['embedded', 'kafka'];
const KAFKA: readonly Engine[] = ['kafka'];
const EMBEDDED: readonly Engine[] = ['embedded'];

/** Load on all that run, for a drawn time; the kill comes in the midst of it. */
async function loaded({ installation, requests }: Round, meanwhile: () => Promise<unknown>): Promise<void> {
  const { random } = installation;
  await installation.any();
  const urls = installation.alive().map(({ url }) => url);
  const sending = requests.burst(urls, 4 + Math.floor(random.next() * 12));
  await pause(random.next() * 700);
  await meanwhile();
  await sending;
}

const killOne = (round: Round): Promise<void> => loaded(round, async () => (await round.installation.any()).kill());

export const FAULT_KINDS: readonly FaultKind[] = [
  { name: 'kill', weight: 10, engines: BOTH, strike: killOne },
  {
    name: 'kill at start',
    weight: 2,
    engines: BOTH,
    strike: async ({ installation }) => {
      const process = installation.launch();
      await pause(installation.random.next() * 2_000);
      await process.kill();
    },
  },
  {
    name: 'two processes',
    weight: 4,
    engines: BOTH,
    strike: async (round) => {
      await round.installation.any();
      await round.installation.launch().ready();
      await killOne(round);
    },
  },
  {
    name: 'freeze',
    weight: 2,
    engines: BOTH,
    strike: async (round) => {
      const { installation } = round;
      const frozen = await installation.any();
      await loaded(round, async () => frozen.signal('SIGSTOP'));
      installation.processes = installation.processes.filter((process) => process !== frozen);
      // One that is frozen within a write keeps the embedded log locked: then the other ends and says so.
      const other = installation.launch();
      const isReady = await other.ready().then(
        () => true,
        () => false,
      );
      if (isReady) await round.requests.burst([other.url], 5);
      else await other.kill();
      await pause(LEASE_MS * installation.random.next() * 2);
      frozen.signal('SIGCONT');
      installation.processes.push(frozen);
      await killOne(round);
    },
  },
  {
    name: 'outage',
    weight: 2,
    engines: BOTH,
    strike: async (round) => {
      const { models } = round.installation.options;
      models.isUnavailable = true;
      await killOne(round);
      await loaded(round, () => pause(500));
      models.isUnavailable = false;
    },
  },
  {
    name: 'clock jump',
    weight: 2,
    engines: BOTH,
    strike: async (round) => {
      const { installation } = round;
      const { random } = installation;
      // By seconds back, minutes forward, or to any hour of the same day, of which the budget is.
      const now = systemClock.now() + installation.clockOffsetMs;
      const day = DAY_MS * Math.floor(now / DAY_MS);
      const drawn = random.next();
      const toAnyHour = day + DAY_MS * (0.02 + 0.95 * random.next()) - now;
      const bySome = drawn < 0.35 ? -random.next() * 10 * SECOND_MS : random.next() * 10 * MINUTE_MS;
      const jump = drawn < 0.7 ? bySome : toAnyHour;
      await loaded(round, async () => installation.setClock(Math.round(installation.clockOffsetMs + jump)));
      await killOne(round);
    },
  },
  {
    name: 'strange events',
    weight: 3,
    engines: BOTH,
    strike: async (round) => {
      const { installation } = round;
      await installation.any();
      const platform = await installation.platform();
      try {
        await platform.storedLog.append(await malformedEvents(platform.storedLog, installation.random));
        const turned = await reordered(platform.storedLog, installation.random);
        if (turned) {
          await platform.storedLog.append(turned.events);
          round.injected.push(turned.contentId);
        }
      } finally {
        await platform.close();
      }
      await killOne(round);
    },
  },
  {
    name: 'full disk',
    weight: 2,
    engines: EMBEDDED,
    strike: async (round) => {
      const { installation } = round;
      await installation.any();
      await installation.killAll();
      const room = Math.floor(installation.random.next() * 300_000);
      const process = installation.launch(installation.largestFile() + room);
      await process.ready().catch(() => undefined);
      if (process.isAlive && process.url !== '') await round.requests.burst([process.url], 10);
      await process.kill();
    },
  },
  {
    name: 'stop',
    weight: 1,
    engines: BOTH,
    strike: (round) =>
      loaded(round, async () => {
        if (!(await (await round.installation.any()).stop()))
          round.violations.push('a process did not stop when asked to');
      }),
  },
  {
    name: 'no broker',
    weight: 3,
    engines: KAFKA,
    strike: async (round) => {
      const { kafka } = round.installation.options.servers!;
      await loaded(round, () => kafka.kill());
      await pause(round.installation.random.next() * 3_000);
      await kafka.start();
      await loaded(round, () => pause(200));
    },
  },
  {
    name: 'no MongoDB',
    weight: 3,
    engines: KAFKA,
    strike: async (round) => {
      const { mongo } = round.installation.options.servers!;
      await loaded(round, () => mongo.kill());
      await pause(round.installation.random.next() * 3_000);
      await mongo.start();
      await loaded(round, () => pause(200));
    },
  },
];
