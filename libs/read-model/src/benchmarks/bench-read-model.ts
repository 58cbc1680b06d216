import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedReadModel } from '../embedded/open.ts';
import { openMongoReadModel } from '../mongo/open.ts';
import type { ReadModelStore } from '../read-model.ts';
import { rebuildProjection } from '../rebuild-projection.ts';
import { projectOnto } from '../run-projection.ts';
import { recordedWrites, writePlainly } from './plain-sqlite.ts';
import { SampleLog, type SampleDocument, sampleProjection } from './sample.ts';
import { quantile, secondsOf } from './stopwatch.ts';
import { visibilityAt } from './visibility.ts';

export interface BenchReadModelOptions {
  /** Events rebuilt. Default 100,000. */
  readonly events?: number;
  /** Interleaved pairs of ours and plain. Default 3. */
  readonly repetitions?: number;
  /** How long the steady pace is kept. Default 5. */
  readonly seconds?: number;
  /** Measure the MongoDB engine too. */
  readonly mongoUri?: string;
}

/** A simulated day's log, and how many projections read it. */
const dayEvents = 200_000;
const dayProjections = 5;
const batchSize = 500;

/** Measures the read models beside plain node:sqlite, a line of Markdown table for each figure. */
export async function benchReadModel(options: BenchReadModelOptions, report: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-bench-'));
  report('| what | ours | plain node:sqlite | ratio |\n| --- | --- | --- | --- |');
  try {
    await benchRebuild(folder, options, report);
    await benchVisibility(folder, options, report);
    await benchDay(folder, report);
    if (options.mongoUri) await benchMongo(options.mongoUri, options, report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchRebuild(
  folder: string,
  { events = 100_000, repetitions = 3 }: BenchReadModelOptions,
  report: (line: string) => void,
): Promise<void> {
  const log = new SampleLog(events, batchSize);
  const writes = await recordedWrites(log.batches);
  const ours: number[] = [];
  const plain: number[] = [];
  // In turn, so that what else the machine does falls on both; the first pair warms up.
  for (let round = 0; round <= repetitions; round++) {
    const store = await openEmbeddedReadModel({ file: join(folder, `rebuild-${round}.sqlite`), writer: 'thread' });
    ours.push(events / (await secondsOf(() => rebuilt(store, log))));
    await store.close();
    plain.push(events / (await secondsOf(() => writePlainly(join(folder, `plain-${round}.sqlite`), writes))));
  }
  const ratio = quantile(
    ours.slice(1).map((rate, i) => rate / (plain[i + 1] as number)),
    0.5,
  );
  const rates = [ours, plain].map((all) => `${whole(quantile(all.slice(1), 0.5))} events/s`);
  report(`| rebuild, embedded (aim 50,000 events/s) | ${rates.join(' | ')} | ${ratio.toFixed(2)} |`);
}

const rebuilt = (store: ReadModelStore, log: SampleLog): Promise<void> =>
  rebuildProjection<SampleDocument>({ log, store, projection: sampleProjection('bench.rebuilt') });

async function benchVisibility(
  folder: string,
  { seconds = 5 }: BenchReadModelOptions,
  report: (line: string) => void,
): Promise<void> {
  const store = await openEmbeddedReadModel({ file: join(folder, 'visible.sqlite'), writer: 'thread' });
  const { medianMs, p99Ms, eventLoopDelayP99Ms } = await visibilityAt(500, seconds, store);
  await store.close();
  report(`| event to visible document at 500 events/s, median (aim 20 ms) | ${medianMs.toFixed(1)} ms | | |`);
  report(`| the same, 99th percentile | ${p99Ms.toFixed(1)} ms | | |`);
  report(`| event-loop delay meanwhile, 99th percentile (aim 20 ms) | ${eventLoopDelayP99Ms.toFixed(1)} ms | | |`);
}

/** As a simulated day is projected: event by event, with a query now and then. */
async function benchDay(folder: string, report: (line: string) => void): Promise<void> {
  const events = new SampleLog(dayEvents, 1).batches;
  const store = await openEmbeddedReadModel({ file: join(folder, 'day.sqlite'), writer: 'inline' });
  // Of the processor, not of the clock on the wall: a day runs in one thread, and others may be running beside it.
  const start = process.cpuUsage();
  for (let n = 0; n < dayProjections; n++) await projectDay(store, `bench.day-${n}`, events);
  await store.close();
  const { user, system } = process.cpuUsage(start);
  const what = `simulated day, ${dayProjections} projections of ${whole(dayEvents)} events one by one (aim 6 s)`;
  report(`| ${what} | ${((user + system) / 1e6).toFixed(1)} s of processor | | |`);
}

async function projectDay(store: ReadModelStore, name: string, events: SampleLog['batches']): Promise<void> {
  const projection = sampleProjection(name);
  const writer = await store.writer<SampleDocument>(projection);
  const collection = await store.collection<SampleDocument>(projection);
  for (const [i, batch] of events.entries()) {
    await projectOnto(writer, projection, batch);
    if (i % 1000 === 0)
      await collection.find({ where: { status: 'done' }, sort: { by: 'since', descending: true }, limit: 20 });
  }
}

async function benchMongo(
  uri: string,
  { events = 100_000 }: BenchReadModelOptions,
  report: (line: string) => void,
): Promise<void> {
  const store = await openMongoReadModel({ uri, database: 'contentflow_bench' });
  const log = new SampleLog(events / 10, batchSize);
  const rate = events / 10 / (await secondsOf(() => rebuilt(store, log)));
  await store.close();
  report(`| rebuild, MongoDB protocol | ${whole(rate)} events/s | | |`);
}

const whole = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 0 });
