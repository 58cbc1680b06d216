import { median, quantile } from './stopwatch.ts';

/** One line of the benchmark: what was measured, and the aim it has, if any. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: 'events/s' | 'ms';
  /** What the plain driver reached in the same minutes, and the median of the pairwise ratios. */
  readonly plain?: number;
  readonly ratio?: number;
  readonly aim?: string;
  readonly isMet?: boolean;
}

/** Ours and plain in turn, so that what else the machine does falls on both. The first pair warms up and is not counted. */
export async function compared(
  name: string,
  repetitions: number,
  runs: { ours: (round: number) => Promise<number>; plain: (round: number) => Promise<number>; atLeast: number },
): Promise<Figure> {
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round <= repetitions; round++) {
    ours.push(await runs.ours(round));
    plain.push(await runs.plain(round));
  }
  const ratio = median(ours.slice(1).map((value, i) => value / plain[i + 1]!));
  return {
    name,
    unit: 'events/s',
    value: median(ours.slice(1)),
    plain: median(plain.slice(1)),
    ratio,
    aim: `at least ${runs.atLeast} of plain`,
    isMet: ratio >= runs.atLeast,
  };
}

export function latencyFigure(name: string, samples: readonly number[], share: number, belowMs?: number): Figure {
  const value = quantile(samples, share);
  if (belowMs === undefined) return { name, unit: 'ms', value };
  return { name, unit: 'ms', value, aim: `below ${belowMs} ms`, isMet: value < belowMs };
}
