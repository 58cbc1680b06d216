import type { Brief } from '@contentflow/contracts';
import { type Clock, HOUR_MS, type Random } from '@contentflow/kernel';
import type { Truth } from '../truth/truth.ts';
import { hourOfDay, interpolated, isActive } from '../world/world-at.ts';
import type { World } from '../world/world.ts';
import { BriefMaker } from './briefs.ts';

/** Recorded arrivals: milliseconds from their beginning, ascending, and after how long they begin again. */
export interface Arrivals {
  readonly offsetsMs: readonly number[];
  readonly periodMs: number;
}

export interface TrafficOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly accept: (brief: Brief) => Promise<unknown>;
  readonly signal: AbortSignal;
  /** Instead of the world's own rate. */
  readonly arrivals?: Arrivals;
  /** Remembers what was meant, so that sandbox and readers can tell what a prompt or a text leaves out. */
  readonly truth?: Pick<Truth, 'expect'>;
}

export interface TrafficSummary {
  readonly sent: number;
  /** Briefs that were not taken. */
  readonly refused: number;
}

/** Sends briefs until the signal aborts. Arrivals never wait for what became of those before. */
export async function runTraffic(options: TrafficOptions): Promise<TrafficSummary> {
  const { world, clock, random, accept, signal, arrivals, truth } = options;
  const startMs = clock.now();
  const maker = new BriefMaker(world);
  const briefs = random.fork('briefs');
  const times = arrivals ? recorded(arrivals) : poisson(world, random.fork('arrivals'));
  let sent = 0;
  let refused = 0;
  for (const at of times) {
    await clock.sleep(startMs + at - clock.now(), signal);
    if (signal.aborted) break;
    const { brief, meaning } = maker.next(briefs);
    truth?.expect(brief, meaning);
    sent++;
    accept(brief).catch(() => void refused++);
  }
  return { sent, refused };
}

/** Briefs per hour that the world sends at that time. */
export function arrivalRate({ traffic }: World, sinceStartMs: number): number {
  const bursts = traffic.bursts
    .filter((burst) => isActive(sinceStartMs, burst.at, burst.at + burst.for))
    .reduce((times, burst) => times * burst.times, 1);
  return traffic.perHour * dailyShape(traffic.daily, hourOfDay(sinceStartMs)) * bursts;
}

/** Linear between the points, and from the last one over midnight to the first. */
function dailyShape(daily: World['traffic']['daily'], hour: number): number {
  const points = daily.toSorted(([a], [b]) => a - b);
  const [first, last] = [points[0] as [number, number], points.at(-1) as [number, number]];
  const around: [number, number][] = [[last[0] - 24, last[1]], ...points, [first[0] + 24, first[1]]];
  return interpolated(around, hour);
}

/** A Poisson process with that rate, by thinning. Source: Lewis and Shedler (1979), Naval Research Logistics 26(3). */
function* poisson(world: World, random: Random): Generator<number> {
  const { traffic } = world;
  const burst = traffic.bursts.reduce((times, each) => times * Math.max(1, each.times), 1);
  const most = traffic.perHour * Math.max(...traffic.daily.map(([, times]) => times)) * burst;
  if (most <= 0) return;
  let at = 0;
  for (;;) {
    at += random.exponential(HOUR_MS / most);
    if (random.next() * most < arrivalRate(world, at)) yield at;
  }
}

function* recorded({ offsetsMs, periodMs }: Arrivals): Generator<number> {
  if (offsetsMs.length === 0) return;
  for (let begin = 0; ; begin += periodMs) for (const offset of offsetsMs) yield begin + offset;
}
