import { type Random, seededRandom } from '@contentflow/kernel';
import { type CountedFailures, type FailureTally, pairName, rootCausesOf } from '../domain/root-causes.ts';

export interface PlantedOptions {
  readonly trials: number;
  readonly generations?: number;
  readonly attributes?: number;
  readonly base?: number;
  readonly cell?: number;
  /** Of the planted cell, at least. */
  readonly support?: number;
  readonly seed?: string;
}

export interface PlantedFigures {
  readonly single: number;
  readonly pair: number;
  /** Share of trials without a planted cause in which nothing is named. */
  readonly quiet: number;
  /** Causes named beside the planted one, on average. */
  readonly beside: number;
}

type Planted = readonly { readonly attribute: string; readonly value: string }[];

/** How often a planted cause, of one attribute or two, is named first; and how often nothing is named where nothing is planted. */
export function benchPlantedCauses(options: PlantedOptions, report: (line: string) => void): PlantedFigures {
  const { trials, seed = 'planted' } = options;
  let beside = 0;
  const share = (order: 0 | 1 | 2): number => {
    let right = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { counts, planted } = drawn(seededRandom(`${seed}/${order}/${trial}`), order, options);
      const causes = rootCausesOf(counts);
      if (order === 0 ? causes.length === 0 : isNamed(causes[0], planted)) right++;
      if (order > 0) beside += Math.max(0, causes.length - 1) / (2 * trials);
    }
    return right / trials;
  };
  const figures = { single: share(1), pair: share(2), quiet: share(0), beside: 0 };
  report(`planted values named first: ${percent(figures.single)}; pairs: ${percent(figures.pair)}`);
  report(
    `nothing planted, nothing named: ${percent(figures.quiet)}; named beside the planted one: ${beside.toFixed(2)}`,
  );
  return { ...figures, beside };
}

function isNamed(cause: ReturnType<typeof rootCausesOf>[number] | undefined, planted: Planted): boolean {
  if (!cause) return false;
  const found = [cause, ...(cause.and ? [cause.and] : [])];
  return (
    found.length === planted.length &&
    planted.every(({ attribute, value }) => found.some((each) => each.attribute === attribute && each.value === value))
  );
}

/** Attributes of two to eight values of uneven shares, some of which follow another attribute as models follow providers. */
function drawn(
  random: Random,
  order: 0 | 1 | 2,
  options: PlantedOptions,
): { counts: CountedFailures; planted: Planted } {
  const { generations = 20_000, attributes = 10, base = 0.02, cell = 0.2, support = 0.01 } = options;
  const weights = Array.from({ length: attributes }, () =>
    Array.from({ length: 2 + random.below(7) }, () => 0.1 + random.exponential(1)),
  );
  const follows = weights.map((_, i) => (i > 0 && random.next() < 0.2 ? random.below(i) : undefined));
  const rows = Array.from({ length: generations }, () => rowOf(random, weights, follows));
  let planted: readonly (readonly [attribute: number, value: number])[] = [];
  for (let tries = 0; tries < 1000 && planted.length < order; tries++) {
    const chosen = random.shuffled(weights.map((_, i) => i)).slice(0, order);
    const cells = chosen.map((i) => [i, random.below((weights[i] as number[]).length)] as const);
    const met = rows.filter((row) => cells.every(([i, value]) => row[i] === value)).length;
    if (met >= support * generations && met < generations / 2) planted = cells;
  }
  const failed = rows.map((row) => {
    const isMet = planted.length > 0 && planted.every(([i, value]) => row[i] === value);
    return random.next() < (isMet ? cell : base);
  });
  return {
    counts: countsOf(rows, failed, attributes),
    planted: planted.map(([i, value]) => ({ attribute: `a${i}`, value: `v${value}` })),
  };
}

function rowOf(
  random: Random,
  weights: readonly (readonly number[])[],
  follows: readonly (number | undefined)[],
): number[] {
  const row: number[] = [];
  weights.forEach((own, i) => {
    const leader = follows[i];
    row.push(
      leader !== undefined && random.next() < 0.7 ? (row[leader] as number) % own.length : pickedBy(own, random),
    );
  });
  return row;
}

function pickedBy(weights: readonly number[], random: Random): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  );
}

function countsOf(
  rows: readonly (readonly number[])[],
  failed: readonly boolean[],
  attributes: number,
): CountedFailures {
  const tables = new Map<string, Map<string, { n: number; failed: number }>>();
  const count = (attribute: string, value: string, isFailed: boolean): void => {
    const table = tables.get(attribute) ?? new Map<string, { n: number; failed: number }>();
    tables.set(attribute, table);
    const tally = table.get(value) ?? { n: 0, failed: 0 };
    table.set(value, tally);
    tally.n++;
    tally.failed += Number(isFailed);
  };
  const names = Array.from({ length: attributes }, (_, i) =>
    Array.from({ length: attributes }, (__, j) => pairName(`a${i}`, `a${j}`)),
  );
  const values = Array.from({ length: 9 }, (_, i) => Array.from({ length: 9 }, (__, j) => pairName(`v${i}`, `v${j}`)));
  rows.forEach((row, at) => {
    const isFailed = failed[at] === true;
    for (let i = 0; i < attributes; i++) {
      count(`a${i}`, `v${row[i]}`, isFailed);
      for (let j = i + 1; j < attributes; j++)
        count(names[i]?.[j] ?? '', values[row[i] ?? 0]?.[row[j] ?? 0] ?? '', isFailed);
    }
  });
  const plain = (isPair: boolean): Record<string, Record<string, FailureTally>> =>
    Object.fromEntries(
      [...tables]
        .filter(([name]) => name.startsWith('[') === isPair)
        .map(([name, table]) => [name, Object.fromEntries(table)]),
    );
  return {
    generations: rows.length,
    failed: failed.filter(Boolean).length,
    attributes: plain(false),
    pairs: plain(true),
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
