import { ContentGenerated, fold, type Recipe, type RecipeChange } from '@contentflow/contracts';
import { ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import { bodySteps } from '@contentflow/recipes';
import {
  addToMoments,
  type MeasuredEffect,
  mergeMoments,
  mixtureP,
  type Moments,
  noMoments,
  varianceOf,
} from '@contentflow/statistics';
import { recordInWindow, WINDOW_MS, type Windows } from '../windows.ts';

/** By how many fewer drafts would have been made, the first alone first: points that the choice among them gains on that among all, below 0. */
export type FewerDrafts = readonly Moments[];

export interface DraftObservations {
  /** Content type → window of time → number of drafts and their model → what fewer would have come to. */
  readonly drafts: Record<string, Windows<Record<string, FewerDrafts>>>;
}

/** Of every content of several drafts: no trial is needed to see what the first of them is. Repeats from the cache show it once. */
export const draftsFold = fold<DraftObservations['drafts']>(() => ({})).on(
  ContentGenerated,
  (known, { data, time }) => {
    const { quality, usage, brief, calls } = data;
    const byDrafts = quality?.byDrafts ?? [];
    const all = byDrafts.at(-1);
    if (all === undefined || byDrafts.length < 2 || usage.cache === 'exact' || usage.cache === 'semantic') return known;
    const [writer] = calls.toSorted((a, b) => b.tokensOut - a.tokensOut);
    recordInWindow(
      ownValueOrNew(known, brief.contentType, () => ({})),
      time,
      (seen: Record<string, FewerDrafts> = {}) => {
        const key = keyOf(byDrafts.length, writer?.model ?? '');
        const before = ownValue(seen, key) ?? [];
        const fewer = byDrafts.slice(0, -1).map((each, i) => addToMoments(before[i] ?? noMoments, each - all));
        setOwnValue(seen, key, fewer);
        return seen;
      },
    );
    return known;
  },
);

const keyOf = (drafts: number, model: string): string => `${drafts} ${model}`;

/** What fewer drafts than a recipe has would have come to, by the contents that its model made of so many since then; none where none tell. */
export function fewerDraftsOf(parts: readonly DraftObservations[], recipe: Recipe, since: number): FewerDrafts {
  const body = recipe.steps.find(({ id }) => id === [...bodySteps(recipe)].at(-1));
  if (recipe.routing) return [];
  const key = keyOf(recipe.candidates, body?.model ?? recipe.model);
  const seen = parts.flatMap((part) =>
    Object.entries(ownValue(part.drafts, recipe.contentType) ?? {})
      .filter(([window]) => Number(window) >= Math.ceil(since / WINDOW_MS))
      .flatMap(([, byKey]) => [ownValue(byKey, key) ?? []]),
  );
  if (seen.every((each) => each.length === 0)) return [];
  return Array.from({ length: recipe.candidates - 1 }, (_, i) =>
    seen.reduce((sum, each) => mergeMoments(sum, each[i] ?? noMoments), noMoments),
  );
}

/** Of them, where a change is nothing but fewer drafts. */
export const seenOf = (change: RecipeChange, fewer: FewerDrafts = []): Moments | undefined =>
  change.kind === 'set_candidates' ? fewer[change.candidates - 1] : undefined;

/** Measures of a text show about this share of what two of its drafts truly differ by (docs/benchmarks/statistics.md). */
export const SHOWN = 0.5;

/** Fewer contents are not told from the luck of a few. */
export const FEWEST_SEEN = 100;

/** Points that quality truly moves by, as far as measures tell. */
export const trueEffect = (seen: Moments): MeasuredEffect => ({
  effect: seen.mean / SHOWN,
  error: Math.sqrt(varianceOf(seen) / seen.n) / SHOWN,
});

const ALPHA = 0.05;
/** Contents at which the boundaries are tightest. */
const TIGHTEST_AT = 400;

/** Whether quality is shown to keep a margin with so many fewer drafts, or to break it; each with an error of 5 %, at every look. */
export function draftsKeep(seen: Moments, margin: number): 'within' | 'beyond' | 'unknown' {
  if (seen.n < FEWEST_SEEN) return 'unknown';
  const { effect, error } = trueEffect(seen);
  if (!(error > 0)) return effect >= -margin ? 'within' : 'beyond';
  const z = (effect + margin) / error;
  if (mixtureP(z, seen.n / TIGHTEST_AT) <= ALPHA) return 'within';
  return mixtureP(-z, seen.n / TIGHTEST_AT) <= ALPHA ? 'beyond' : 'unknown';
}
