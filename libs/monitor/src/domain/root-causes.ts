import type { Answer, rootCauseSchema } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { enrichmentTest, type Trials, wilsonInterval } from '@contentflow/statistics';

/** How many generations met a value of an attribute, or a pair of values, and how many of them failed at it. */
export interface FailureTally {
  readonly n: number;
  readonly failed: number;
}
/** By attribute, then by value. */
export type AttributeCounts = Readonly<Record<string, Readonly<Record<string, FailureTally>>>>;
/** By `pairName` of two attributes, then by `pairName` of their values. */
export type PairCounts = AttributeCounts;

/** Values of one or two attributes that explain failures together. */
export type RootCause = Answer<typeof rootCauseSchema>;

/** One name for two, whatever is in them. */
export const pairName = (one: string, other: string): string => JSON.stringify([one, other]);

const MAX_CAUSES = 20;
const MIN_FAILED = 3;
/** Probability of naming anything at all where nothing fails more than the rest. */
const SEARCH_ERROR = 0.05;
/** A pair is more than one of its values alone: by this error the rest of each of them fails less. */
const PAIR_ERROR = 0.01;

interface Condition {
  readonly attribute: string;
  readonly value: string;
}

interface Cell extends FailureTally {
  readonly conditions: readonly Condition[];
}

export interface CountedFailures {
  readonly generations: number;
  readonly failed: number;
  readonly attributes: AttributeCounts;
  readonly pairs: PairCounts;
}

/**
 * What explains failures: values of one attribute, or of two together, at which more fails than elsewhere. The best explanation first, by its
 * likelihood ratio less the price of the search; each further one by what is left without those before it. A pair is named only where it fails
 * more than the rest of either of its values.
 *
 * `p` is one-sided and exact, times the number of values and pairs that were looked at: where nothing fails more than the rest, nothing is
 * named with a probability of 95 % at least.
 * Source: Fisher (1922), Bonferroni (1936); beam of depth two as in subgroup discovery, Herrera et al. (2011), 10.1007/s10115-010-0356-2
 */
export function rootCausesOf(counts: CountedFailures): RootCause[] {
  const singles = cellsOf(counts.attributes, (attribute, value) => [{ attribute, value }]);
  const couples = cellsOf(counts.pairs, conditionsOfPair);
  const searched = singles.length + couples.length;
  const likely = [...singles, ...couples].filter(({ failed, n }) => failed >= MIN_FAILED && n < counts.generations);
  const named: Cell[] = [];
  const causes: RootCause[] = [];
  while (causes.length < MAX_CAUSES) {
    const best = bestOf(likely, named, counts, { singles: singles.length, couples: couples.length });
    if (!best) break;
    const p = Math.min(1, searched * enrichmentTest(best.inside, best.outside));
    likely.splice(likely.indexOf(best.cell), 1);
    if (!(p <= SEARCH_ERROR)) continue;
    named.push(best.cell);
    causes.push(shownCause(best.cell, counts, p));
  }
  return causes;
}

interface Candidate {
  readonly cell: Cell;
  readonly inside: Trials;
  readonly outside: Trials;
}

function bestOf(
  cells: readonly Cell[],
  named: readonly Cell[],
  counts: CountedFailures,
  searched: { readonly singles: number; readonly couples: number },
): Candidate | undefined {
  let best: Candidate | undefined;
  let highest = 0;
  for (const cell of cells) {
    const { inside, outside } = withoutNamed(cell, named, counts);
    if (inside.successes < MIN_FAILED) continue;
    const price = Math.log(cell.conditions.length === 1 ? searched.singles : searched.couples);
    const evidence = logLikelihoodRatio(inside, outside) - price;
    if (evidence > highest && isMoreThanItsParts(cell, inside, named, counts))
      [highest, best] = [evidence, { cell, inside, outside }];
  }
  return best;
}

/** What is left of a cell, and of everything else, once those that are named are taken out: at least as much as they may share is. */
function withoutNamed(cell: Cell, named: readonly Cell[], counts: CountedFailures): Omit<Candidate, 'cell'> {
  let { n, failed } = cell;
  let all: FailureTally = { n: counts.generations, failed: counts.failed };
  for (const other of named) {
    const shared = sharedBy(cell, other, counts);
    n -= shared.n;
    failed -= shared.failed;
    all = { n: all.n - other.n, failed: all.failed - other.failed };
  }
  const inside = { n: Math.max(0, n), successes: Math.max(0, Math.min(failed, n)) };
  const rest = { n: Math.max(0, all.n - inside.n), failed: Math.max(0, all.failed - inside.successes) };
  return { inside, outside: { n: rest.n, successes: Math.min(rest.failed, rest.n) } };
}

/** The most that two cells can share: what any value of the one shares with any value of the other. */
function sharedBy(cell: Cell, other: Cell, counts: CountedFailures): FailureTally {
  let shared: FailureTally = { n: Math.min(cell.n, other.n), failed: Math.min(cell.failed, other.failed) };
  for (const one of cell.conditions)
    for (const two of other.conditions) {
      if (one.attribute === two.attribute && one.value === two.value) continue;
      const both = tallyOfPair(one, two, counts.pairs);
      shared = { n: Math.min(shared.n, both.n), failed: Math.min(shared.failed, both.failed) };
    }
  return shared;
}

const none: FailureTally = { n: 0, failed: 0 };

function tallyOfPair(one: Condition, two: Condition, pairs: PairCounts): FailureTally {
  const straight = ownValue(pairs, pairName(one.attribute, two.attribute));
  if (straight) return ownValue(straight, pairName(one.value, two.value)) ?? none;
  return (
    ownValue(ownValue(pairs, pairName(two.attribute, one.attribute)) ?? {}, pairName(two.value, one.value)) ?? none
  );
}

function isMoreThanItsParts(
  { conditions }: Cell,
  inside: Trials,
  named: readonly Cell[],
  counts: CountedFailures,
): boolean {
  if (conditions.length === 1) return true;
  return conditions.every((condition) => {
    const tally = ownValue(ownValue(counts.attributes, condition.attribute) ?? {}, condition.value) ?? none;
    const part = withoutNamed({ conditions: [condition], ...tally }, named, counts).inside;
    const rest = { n: part.n - inside.n, successes: Math.max(0, part.successes - inside.successes) };
    // A value that is met only with the other says no more than the other.
    return rest.n > rest.successes && enrichmentTest(inside, rest) <= PAIR_ERROR;
  });
}

function cellsOf(
  counts: AttributeCounts,
  conditions: (attribute: string, value: string) => readonly Condition[],
): Cell[] {
  return Object.entries(counts).flatMap(([attribute, values]) =>
    Object.entries(values).map(([value, tally]) => ({ conditions: conditions(attribute, value), ...tally })),
  );
}

function conditionsOfPair(attributes: string, values: string): readonly Condition[] {
  const [first, second] = JSON.parse(attributes) as [string, string];
  const [one, other] = JSON.parse(values) as [string, string];
  return [
    { attribute: first, value: one },
    { attribute: second, value: other },
  ];
}

/** Of two rates against one, in nats; 0 where the inside fails no more than the outside. */
function logLikelihoodRatio(inside: Trials, outside: Trials): number {
  const all = { n: inside.n + outside.n, successes: inside.successes + outside.successes };
  if (inside.n === 0 || outside.n === 0 || inside.successes * outside.n <= outside.successes * inside.n) return 0;
  return logLikelihood(inside) + logLikelihood(outside) - logLikelihood(all);
}

function logLikelihood({ n, successes }: Trials): number {
  const part = (count: number): number => (count === 0 ? 0 : count * Math.log(count / n));
  return part(successes) + part(n - successes);
}

function shownCause(
  { conditions, n, failed }: Cell,
  { generations, failed: allFailed }: CountedFailures,
  p: number,
): RootCause {
  const [first, second] = conditions as readonly [Condition, Condition?];
  const others = { n: generations - n, failed: Math.max(0, allFailed - failed) };
  return {
    ...first,
    and: second ?? null,
    generations: n,
    failed,
    rate: failed / n,
    interval: wilsonInterval({ n, successes: failed }),
    lift: others.failed === 0 ? null : failed / n / (others.failed / others.n),
    support: n / generations,
    explains: allFailed === 0 ? 0 : failed / allFailed,
    confidence: 1 - p,
  };
}
