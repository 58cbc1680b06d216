import { ownValueOrNew, ownValue } from '@contentflow/kernel';
import { type Assignment, FeedbackReceived, fold, GenerationMeasured } from '@contentflow/contracts';
import { type Arms, isCountedRating, noArms, ratedBy } from '../arm-statistics.ts';
import { armsByStratum, measureIn, noStrata, observeIn, type Strata } from '../strata.ts';
import { recordInWindow, WINDOW_MS, type Windows } from '../windows.ts';

export interface ImprovementObservations {
  /** Improvement → window of time → its reverse holdback (control) beside those that have it (treatment). */
  readonly improvements: Record<string, Windows<Strata>>;
}
type Seen = ImprovementObservations['improvements'];

export const improvementsFold = fold<Seen>(() => ({}))
  .on(GenerationMeasured, (known, { data, time }) =>
    data.assignment.holdback
      ? known
      : recordImprovements(known, data.assignment, time, (strata, variant) => measureIn(strata, variant, data)),
  )
  .on(FeedbackReceived, (known, { data, time }) =>
    isCountedRating(data)
      ? recordImprovements(known, data.assignment, time, (strata, variant) => observeIn(strata, variant, ratedBy(data)))
      : known,
  );

/** Those it was made without, and those it was made with. */
function recordImprovements(
  known: Seen,
  { withheld, improvements: had }: Assignment,
  time: number,
  observe: (strata: Strata, variant: keyof Arms) => void,
): Seen {
  const record = (improvement: string, variant: keyof Arms): void =>
    recordInWindow(
      ownValueOrNew(known, improvement, () => ({})),
      time,
      (strata = noStrata()) => {
        observe(strata, variant);
        return strata;
      },
    );
  for (const improvement of withheld) record(improvement, 'control');
  for (const improvement of had) record(improvement, 'treatment');
  return known;
}

/** An improvement beside its reverse holdback, window by window, and judge by judge, from this time on. */
export function watchOf(parts: readonly ImprovementObservations[], improvement: string, since: number): Arms[] {
  const first = Math.ceil(since / WINDOW_MS);
  const seen = parts.map((part) => ownValue(part.improvements, improvement)).filter((each) => each !== undefined);
  const windows = new Set(seen.flatMap((each) => Object.keys(each)));
  return [...windows]
    .filter((window) => Number(window) >= first)
    .sort((a, b) => Number(a) - Number(b))
    .flatMap((window) => rememberedArms(seen.flatMap((each) => ownValue(each, window) ?? [])));
}

/** Of windows that are over, and are looked at again every ten minutes; what is recorded in strata gives them another `all`. */
const armsKnown = new WeakMap<Arms, { readonly seen: readonly Arms[]; readonly arms: readonly Arms[] }>();

function rememberedArms(strata: readonly Strata[]): readonly Arms[] {
  const seen = strata.map(({ all }) => all);
  const [first] = seen;
  if (!first || seen.includes(noArms)) return armsByStratum(strata);
  const known = armsKnown.get(first);
  if (known && known.seen.length === seen.length && known.seen.every((each, i) => each === seen[i])) return known.arms;
  const arms = armsByStratum(strata);
  armsKnown.set(first, { seen, arms });
  return arms;
}
