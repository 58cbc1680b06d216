import { Z95 } from '@contentflow/statistics';
import { dayFigures, valueOf } from './day-figures.ts';
import type { DayOutcome } from './day-outcome.ts';

/** One figure over all days: its median, and the interval that holds the median with 95 % confidence. */
export interface ComparedFigure {
  readonly figure: keyof DayOutcome;
  readonly median: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

/** The days of one world under one set of rules. */
export interface Comparison {
  readonly world: string;
  readonly baseline: string | null;
  readonly days: number;
  readonly failed: readonly { readonly seed: string; readonly error: string }[];
  readonly meetsAll: number;
  readonly withAnythingApplied: number;
  readonly withHarmInForce: number;
  /** Of the days on which an improvement decayed, those that ended with none of them in force. */
  readonly decayReverted: { readonly days: number; readonly of: number };
  readonly figures: readonly ComparedFigure[];
  readonly outcomes: readonly DayOutcome[];
}
export interface Comparisons {
  readonly simulated: true;
  readonly comparisons: readonly Comparison[];
}

/** A day to run. */
export interface PlannedDay {
  readonly world: string;
  readonly baseline: string | undefined;
  readonly seed: string;
}
/** What came of it. */
export type Ended = PlannedDay & ({ readonly outcome: DayOutcome } | { readonly error: string });

export function comparisonOf(world: string, baseline: string | undefined, ended: readonly Ended[]): Comparison {
  const outcomes = ended
    .flatMap((each) => ('outcome' in each ? [each.outcome] : []))
    .toSorted((a, b) => Number(a.seed) - Number(b.seed));
  const decayed = outcomes.filter((each) => each.decayed > 0);
  return {
    world,
    baseline: baseline ?? null,
    days: outcomes.length,
    failed: ended.flatMap((each) => ('error' in each ? [{ seed: each.seed, error: each.error }] : [])),
    meetsAll: outcomes.filter(({ meetsAll }) => meetsAll).length,
    withAnythingApplied: outcomes.filter(({ applied }) => applied > 0).length,
    withHarmInForce: outcomes.filter(({ harmfulInForce }) => harmfulInForce > 0).length,
    decayReverted: {
      days: decayed.filter((each) => each.decayedRolledBack === each.decayed).length,
      of: decayed.length,
    },
    figures: dayFigures.map(({ figure }) => comparedFigure(figure, outcomes)),
    outcomes,
  };
}

/** The interval's ends are order statistics: distribution-free, by the binomial's normal approximation. Source: Conover (1999), ch. 3.2 */
function comparedFigure(figure: keyof DayOutcome, outcomes: readonly DayOutcome[]): ComparedFigure {
  const values = outcomes
    .map((each) => valueOf(each, figure))
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const n = values.length;
  const at = (index: number): number | null => values[Math.min(n - 1, Math.max(0, index))] ?? null;
  const reach = Z95 * Math.sqrt(n / 4);
  const middle = n % 2 === 1 ? at((n - 1) / 2) : n === 0 ? null : ((at(n / 2 - 1) ?? 0) + (at(n / 2) ?? 0)) / 2;
  return {
    figure,
    median: middle,
    lower: at(Math.floor(n / 2 - reach)),
    upper: at(Math.ceil(n / 2 + reach)),
    least: at(0),
    most: at(n - 1),
  };
}
