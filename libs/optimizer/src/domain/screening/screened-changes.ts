import { ChangeScreened, type EventData, fold, type RecipeChange, type ScreenedRun } from '@contentflow/contracts';
import { ownValue, ownValueOrNew } from '@contentflow/kernel';
import { type EffectPrior, learnPrior, type MeasuredEffect, shrink } from '@contentflow/statistics';
import { recordLast } from '../windows.ts';

/** What a changed recipe made of held-out briefs, beside the recipe in force: means over the briefs of which both made something. */
export interface ScreenedFigures {
  readonly briefs: number;
  /** Points beyond the recipe in force, the standard error of their mean, and the points of the recipe in force. */
  readonly quality: MeasuredEffect & { readonly of: number };
  /** Times those of the recipe in force. */
  readonly tokens: number;
  readonly cost: number;
  readonly time: number;
  /** Standard errors of the last two; earlier releases told none. */
  readonly errors?: { readonly cost: number; readonly time: number };
}

/** A change that was tried, and what came of it. */
export interface ScreenedChange extends ScreenedFigures {
  readonly context: string;
  readonly change: RecipeChange;
  /** That it was tried by, the first one first; evidence of earlier releases named none. */
  readonly orders?: readonly string[];
}

export interface ScreeningObservations {
  /** By content type, in order. */
  readonly screened: Record<string, ScreenedChange[]>;
}

const KEPT = 100;

export const screenedFold = fold<ScreeningObservations['screened']>(() => ({})).on(
  ChangeScreened,
  (known, { data }) => {
    const { contentType, context, change, pairs, requestId } = data;
    const all = ownValueOrNew(known, contentType, () => []);
    const figures = figuresOf(pairs) ?? failedFigures;
    const index = all.findIndex((each) => each.context === context);
    const before = all[index];
    if (!before) recordLast(all, { context, change, ...figures, orders: [requestId] }, KEPT);
    else if (!before.orders?.includes(requestId))
      all[index] = { ...before, ...together(before, figures), orders: [...(before.orders ?? []), requestId] };
    return known;
  },
);

/** Nothing came of it: as good as worthless. */
const failedFigures: ScreenedFigures = {
  briefs: 0,
  quality: { effect: 0, error: 0, of: 0 },
  tokens: 1,
  cost: 1,
  time: 1,
};

export type Pair = EventData<typeof ChangeScreened>['pairs'][number];

/** Fewer tell nothing. */
const MIN_BRIEFS = 4;
/** Below it the spread of so few differences is taken for chance, in points. */
const MIN_SPREAD = 0.3;

/** Undefined with too few briefs of which both made something. */
export function figuresOf(pairs: readonly Pair[]): ScreenedFigures | undefined {
  const both = pairs.flatMap(({ control, treatment }) => (control && treatment ? [{ control, treatment }] : []));
  if (both.length < MIN_BRIEFS) return undefined;
  const sum = (of: (pair: (typeof both)[number]) => number): number =>
    both.reduce((total, pair) => total + of(pair), 0);
  const mean = (of: (pair: (typeof both)[number]) => number): number => sum(of) / both.length;
  const gain = ({ control, treatment }: (typeof both)[number]): number => treatment.quality - control.quality;
  const effect = mean(gain);
  const spread = Math.sqrt(sum((pair) => (gain(pair) - effect) ** 2) / (both.length - 1));
  const of = (metric: keyof ScreenedRun): number => sum(({ control }) => control[metric]);
  const times = (metric: keyof ScreenedRun): number =>
    of(metric) > 0 ? sum(({ treatment }) => treatment[metric]) / of(metric) : 1;
  // Of a ratio of sums: Cochran (1977), Sampling Techniques, 6.4.
  const errorOf = (metric: keyof ScreenedRun): number => {
    const missed = sum(({ control, treatment }) => (treatment[metric] - times(metric) * control[metric]) ** 2);
    return of(metric) > 0 ? Math.sqrt((both.length * missed) / (both.length - 1)) / of(metric) : 0;
  };
  return {
    briefs: both.length,
    quality: {
      effect,
      error: Math.max(MIN_SPREAD, spread) / Math.sqrt(both.length),
      of: mean(({ control }) => control.quality),
    },
    tokens: times('tokens'),
    cost: times('cost'),
    time: times('timeMs'),
    errors: { cost: errorOf('cost'), time: errorOf('timeMs') },
  };
}

/** Of two tries of the same change: effects on quality by their precision, all else by briefs. */
function together(one: ScreenedFigures, other: ScreenedFigures): ScreenedFigures {
  if (other.briefs === 0) return one;
  if (one.briefs === 0) return other;
  const briefs = one.briefs + other.briefs;
  const byBriefs = (of: (each: ScreenedFigures) => number): number =>
    (one.briefs * of(one) + other.briefs * of(other)) / briefs;
  const errorOf = (of: (each: ScreenedFigures) => number): number =>
    Math.hypot(one.briefs * of(one), other.briefs * of(other)) / briefs;
  const [precision, more] = [one.quality.error ** -2, other.quality.error ** -2];
  return {
    briefs,
    quality: {
      effect: (precision * one.quality.effect + more * other.quality.effect) / (precision + more),
      error: (precision + more) ** -0.5,
      of: byBriefs(({ quality }) => quality.of),
    },
    tokens: byBriefs(({ tokens }) => tokens),
    cost: byBriefs(({ cost }) => cost),
    time: byBriefs(({ time }) => time),
    errors: {
      cost: errorOf(({ errors }) => errors?.cost ?? 0),
      time: errorOf(({ errors }) => errors?.time ?? 0),
    },
  };
}

/** How far changes of one kind are usually apart in quality, in points, before anything of them is known. */
const PRIOR: EffectPrior = { mean: 0, spread: 0.7 };
/** However alike they were so far. */
const MIN_PRIOR_SPREAD = 0.3;

/** What a change is, whatever content type it is made in: what one of them shows of it says something of it in the others. */
function kindOf(change: RecipeChange): string {
  switch (change.kind) {
    case 'use_model':
      return `${change.kind} ${change.model}`;
    case 'drop_step':
      return `${change.kind} ${change.step}`;
    case 'set_candidates':
      return `${change.kind} ${change.candidates}`;
    case 'set_temperature':
      return `${change.kind} ${change.temperature}`;
    case 'set_examples':
      return `${change.kind} ${change.examples.length}`;
    case 'set_tone':
      return `${change.kind} ${change.tone}`;
    case 'set_words':
      return `${change.kind} ${change.words}`;
    default:
      return change.kind;
  }
}

/** All that was tried in a content type, its effect on quality drawn towards what the same change does in the other ones. */
export function screenedIn(parts: readonly ScreeningObservations[], contentType: string): ScreenedChange[] {
  const of = (each: string): ScreenedChange[] => parts.flatMap(({ screened }) => ownValue(screened, each) ?? []);
  const types = [...new Set(parts.flatMap(({ screened }) => Object.keys(screened)))].sort();
  const others = types.filter((each) => each !== contentType).flatMap(of);
  return of(contentType).map((each) => {
    if (each.briefs === 0) return each;
    const alike = others.filter((other) => other.briefs > 0 && kindOf(other.change) === kindOf(each.change));
    const { mean, spread } = learnPrior(
      alike.map(({ quality }) => quality),
      alike[0] ? { mean: shrink(alike[0].quality, PRIOR).effect, spread: PRIOR.spread } : PRIOR,
    );
    const likely = shrink(each.quality, { mean, spread: Math.max(MIN_PRIOR_SPREAD, spread) });
    return { ...each, quality: { ...likely, of: each.quality.of } };
  });
}
