import type { Clock, NewEvent } from '@contentflow/kernel';
import { join } from 'node:path';
import { openEmbeddedLog } from '../embedded/embedded-log.ts';
import type { EventLog } from '../event-log.ts';
import { compared, type Figure } from './figures.ts';
import { latencyFigures } from './latency.ts';
import { PlainDriver } from './plain-driver.ts';
import { inBatches, sampleEvents, withInFlight } from './sample-events.ts';
import { rateOf } from './stopwatch.ts';

const TOPIC = 'benchmark.measurements';
const READ = 'benchmark.history';
const ONE_BY_ONE = 100;
const BY_HUNDREDS = 4_000;
const HISTORY = 50_000;
const IN_FLIGHT = 4;
const TARGET_RATIO = 0.7;
const TARGET_FOLLOWED = 50_000;

/** The embedded engine beside the plain driver doing the same writes to a file of its own, synced alike. */
export async function embeddedFigures(
  options: { folder: string; repetitions: number; seconds: number; clock: Clock },
  report: (figure: Figure) => void,
): Promise<void> {
  const { folder, repetitions, seconds, clock } = options;
  const log = await openEmbeddedLog({
    file: join(folder, 'log.db'),
    topics: [TOPIC, READ].map((name) => ({ name, partitions: 4 })),
    clock,
    writer: 'thread',
  });
  const plain = new PlainDriver(join(folder, 'plain.db'));
  try {
    const single = inBatches(sampleEvents(ONE_BY_ONE, TOPIC), 1);
    const hundreds = inBatches(sampleEvents(BY_HUNDREDS, TOPIC), 100);
    const writes = (batches: NewEvent[][], inFlight: number): Parameters<typeof compared>[2] => ({
      ours: () => rateOf(batches.flat().length, () => withInFlight(batches, inFlight, (batch) => log.append(batch))),
      plain: () => rateOf(batches.flat().length, () => batches.forEach((batch) => plain.append(batch))),
      atLeast: TARGET_RATIO,
    });
    report(await compared('embedded: append one by one, each awaited', repetitions, writes(single, 1)));
    report(await compared('embedded: append one by one, 64 callers', repetitions, writes(single, 64)));
    report(await compared('embedded: append by hundreds, each awaited', repetitions, writes(hundreds, 1)));
    report(await compared('embedded: append by hundreds, 4 callers', repetitions, writes(hundreds, IN_FLIGHT)));

    const history = sampleEvents(HISTORY, READ);
    for (const batch of inBatches(history, 1_000)) await log.append(batch);
    plain.replaceBy(history);
    report(
      await compared('embedded: read', repetitions, {
        ours: () => rateOf(HISTORY, () => readAll(log)),
        plain: () => rateOf(HISTORY, () => plain.readAll()),
        atLeast: TARGET_RATIO,
      }),
    );
    report(await followed(log, repetitions));
    for (const figure of await latencyFigures('embedded', log, { topic: TOPIC, seconds, medianBelowMs: 20, clock }))
      report(figure);
  } finally {
    plain.close();
    await log.close();
  }
}

async function readAll(log: EventLog): Promise<void> {
  for (const [key, to] of Object.entries(await log.ends([READ])))
    for await (const _ of log.read({ topic: READ, partition: Number(key.split('/').at(-1)), from: 0, to })) continue;
}

/** From the first event to the last, as a read model is rebuilt. */
async function followed(log: EventLog, repetitions: number): Promise<Figure> {
  const rates: number[] = [];
  for (let round = 0; round <= repetitions; round++) rates.push(await rateOf(HISTORY, () => followAll(log)));
  const value = rates.slice(1).sort((a, b) => a - b)[Math.floor(repetitions / 2)]!;
  const aim = `at least ${TARGET_FOLLOWED.toLocaleString('en')} events/s`;
  return {
    name: 'embedded: follow from the beginning',
    value,
    unit: 'events/s',
    aim,
    verdict: value >= TARGET_FOLLOWED ? 'met' : 'missed',
  };
}

async function followAll(log: EventLog): Promise<void> {
  let seen = 0;
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  const follower = await log.follow({
    topics: [READ],
    from: {},
    handle: async (events) => {
      seen += events.length;
      if (seen === HISTORY) arrive();
    },
  });
  await arrived;
  await follower.stop();
}
