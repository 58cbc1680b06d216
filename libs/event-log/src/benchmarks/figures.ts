import { median, quantile } from './stopwatch.ts';

/** One line of the benchmark: what was measured, and the aim it has, if any. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'events/s' | 'ms';
  /** What the plain driver reached in the same minutes, and the median of the pairwise ratios. */
  readonly plain?: number;
  readonly ratio?: number;
  /** A quarter of the pairs lay below the first, a quarter above the second. */
  readonly quartiles?: readonly [number, number];
  readonly aim?: string;
  /** Unsettled when the aim lies between the quartiles: the machine was too busy to tell. */
  readonly verdict?: 'met' | 'missed' | 'unsettled';
}

const SLICES_PER_REPETITION = 10;

/**
 * Ours and plain in many short slices, in turn and in changing order, so that what else the machine does falls on both.
 * The ratio is the median of the pairs; its quartiles tell how far to trust it. On a machine with more work than cores, waiting
 * for a core outweighs both sides and draws the ratio to 1 and beyond: see docs/benchmarks/log.md before believing it.
 * The first pair warms up and is not counted.
 */
export async function compared(
  name: string,
  repetitions: number,
  runs: { ours: (round: number) => Promise<number>; plain: (round: number) => Promise<number>; atLeast: number },
  slicesPerRepetition = SLICES_PER_REPETITION,
): Promise<Figure> {
  const pairs: { ours: number; plain: number }[] = [];
  for (let round = 0; round <= repetitions * slicesPerRepetition; round++) pairs.push(await pair(runs, round));
  const counted = pairs.slice(1);
  const ratios = counted.map(({ ours, plain }) => ours / plain);
  const ratio = median(ratios);
  const quartiles = [quantile(ratios, 0.25), quantile(ratios, 0.75)] as const;
  return {
    name,
    unit: 'events/s',
    value: median(counted.map(({ ours }) => ours)),
    plain: median(counted.map(({ plain }) => plain)),
    ratio,
    quartiles,
    aim: `at least ${runs.atLeast} of plain`,
    verdict: quartiles[0] >= runs.atLeast ? 'met' : quartiles[1] < runs.atLeast ? 'missed' : 'unsettled',
  };
}

async function pair(
  runs: { ours: (round: number) => Promise<number>; plain: (round: number) => Promise<number> },
  round: number,
): Promise<{ ours: number; plain: number }> {
  if (round % 2 === 0) return { ours: await runs.ours(round), plain: await runs.plain(round) };
  const plain = await runs.plain(round);
  return { ours: await runs.ours(round), plain };
}

export function latencyFigure(name: string, samples: readonly number[], share: number, belowMs?: number): Figure {
  const value = quantile(samples, share);
  if (belowMs === undefined) return { name, unit: 'ms', value };
  return { name, unit: 'ms', value, aim: `below ${belowMs} ms`, verdict: value < belowMs ? 'met' : 'missed' };
}
