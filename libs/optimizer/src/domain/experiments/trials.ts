import { type EventOf, type Exposure, FeedbackReceived, fold, GenerationMeasured } from '@contentflow/contracts';
import { DAY_MS, MINUTE_MS, ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import {
  type Arms,
  hitBy,
  isCountedRating,
  measuredBy,
  mergeArms,
  noArms,
  type Observed,
  ratedBy,
} from '../arm-statistics.ts';
import { recordInWindow, type Spans, WINDOW_MS, type Windows } from '../windows.ts';
import { armsByStratum, measureIn, noStrata, observeIn, type Strata } from '../strata.ts';
import { changesOf, otherChanges, type SeenBesides } from './other-changes.ts';

/** What the units of one experiment did, by epoch of the ramp. */
interface Trial {
  lastAt: number;
  /** How often it changed. */
  changes: number;
  readonly seen: Set<string>;
  /** By what other changes units had. */
  readonly epochs: Record<string, Strata>[];
  /** Measurements of its latest half hours: what begins to do harm shows there before it shows in all of them. */
  readonly lately: Windows<Strata>;
  /** Ratings of contents whose feedback window has not closed, in the order in which they came. */
  waiting: Waiting[];
}

interface Waiting extends Exposure {
  readonly closesAt: number;
  readonly rating: number;
}

/** What units did that met two experiments at once: by their arm in the one whose id comes first, then by that in the other. */
export interface Crossing {
  readonly control: Arms;
  readonly treatment: Arms;
}
export const noCrossing: Crossing = { control: noArms, treatment: noArms };

export interface Trials {
  readonly experiments: Record<string, Trial>;
  /** Two experiments, by `crossingOf` → what units did that met both. */
  readonly crossings: Record<string, { lastAt: number; arms: Crossing }>;
}
export interface TrialObservations {
  readonly trials: Trials;
}

const KEPT_MS = 2 * DAY_MS;
/** Of a content: what readers say of it later counts in no trial, and what they say earlier counts when it closes. */
const FEEDBACK_WINDOW_MS = 30 * MINUTE_MS;

export const trialsFold = fold<Trials>(() => ({ experiments: {}, crossings: {} }))
  .on(GenerationMeasured, (known, event) => (event.data.assignment.holdback ? known : recordMeasurement(known, event)))
  .on(FeedbackReceived, (known, event) => (isCountedRating(event.data) ? recordRating(known, event) : known));

function recordMeasurement(known: Trials, { data, time }: EventOf<typeof GenerationMeasured>): Trials {
  const { exposures } = data.assignment;
  const observed = measuredBy(data);
  const measure = (strata: Strata, variant: keyof Arms): void => measureIn(strata, variant, data);
  const hit = (strata: Strata, variant: keyof Arms): void => observeIn(strata, variant, hitBy(data));
  const firsts = new Set<string>();
  for (const exposure of exposures) {
    const trial = trialOf(known, exposure, time);
    const isFirst = !trial.seen.has(data.unit);
    trial.seen.add(data.unit);
    if (isFirst) firsts.add(exposure.experiment);
    // A unit counts once; what it does when it comes back says something of the cache alone.
    const others = isFirst ? changesOf(data.assignment, exposure.experiment) : NO_MATTER;
    recordInEpoch(trial, exposure, others, isFirst ? measure : hit);
    if (isFirst) recordRecent(trial, exposure, time, measure);
  }
  // A unit counts once in each pair: when it first meets the one that it met last.
  for (const [one, other] of pairsOf(exposures)) {
    if (!firsts.has(one.experiment) && !firsts.has(other.experiment)) continue;
    const crossing = prunedEntry(known.crossings, crossingOf(one.experiment, other.experiment), time, () => ({
      lastAt: time,
      arms: noCrossing,
    }));
    crossing.arms = withCrossed(crossing.arms, one, other, observed);
  }
  return known;
}

function recordRating(known: Trials, { data, time }: EventOf<typeof FeedbackReceived>): Trials {
  const { exposures } = data.assignment;
  const rated = ratedBy(data);
  // Whose content was made so long ago that its window has closed has missed it, in both arms alike.
  const closesAt = data.madeAt === undefined ? time : data.madeAt + FEEDBACK_WINDOW_MS;
  if (closesAt < time) return known;
  for (const exposure of exposures) {
    const trial = trialOf(known, exposure, time);
    for (const closed of trial.waiting.filter((each) => each.closesAt < time)) recordRated(trial, closed);
    trial.waiting = trial.waiting.filter((each) => each.closesAt >= time);
    trial.waiting.push({ ...exposure, closesAt, rating: data.rating });
    trial.changes++;
  }
  // Readers speak of what is in its cell already, and nothing is begun by them.
  for (const [one, other] of pairsOf(exposures)) {
    const crossing = ownValue(known.crossings, crossingOf(one.experiment, other.experiment));
    if (crossing) crossing.arms = withCrossed(crossing.arms, one, other, rated);
  }
  return known;
}

const recordRated = (trial: Trial, waiting: Waiting): void =>
  recordInEpoch(trial, waiting, NO_MATTER, (strata, variant) => observeIn(strata, variant, ratedBy(waiting)));

/** Of what is not told apart by other changes. */
const NO_MATTER = '';

function recordInEpoch(
  trial: Trial,
  { epoch, variant }: Exposure,
  others: string,
  observe: (strata: Strata, variant: keyof Arms) => void,
): void {
  trial.changes++;
  const { epochs } = trial;
  observe(
    ownValueOrNew((epochs[epoch] ??= {}), others, () => noStrata()),
    variant,
  );
}

const RECENT_WINDOWS: Spans = { windowMs: WINDOW_MS, kept: 5 };

const recordRecent = (
  { lately }: Trial,
  { variant }: Exposure,
  time: number,
  observe: (strata: Strata, variant: keyof Arms) => void,
): void =>
  recordInWindow(
    lately,
    time,
    (strata = noStrata()) => {
      observe(strata, variant);
      return strata;
    },
    RECENT_WINDOWS,
  );

const trialOf = ({ experiments }: Trials, { experiment }: Exposure, time: number): Trial =>
  prunedEntry(experiments, experiment, time, () => ({
    lastAt: time,
    changes: 0,
    seen: new Set(),
    epochs: [],
    lately: {},
    waiting: [],
  }));

/** What is known by this id; when another is begun, those that nothing happened to for two days leave. */
function prunedEntry<T extends { lastAt: number }>(
  all: Record<string, T>,
  id: string,
  time: number,
  begun: () => T,
): T {
  const found = ownValue(all, id);
  if (found) {
    found.lastAt = time;
    return found;
  }
  for (const [each, { lastAt }] of Object.entries(all)) if (lastAt < time - KEPT_MS) delete all[each];
  return setOwnValue(all, id, begun());
}

/** Any two experiments that a unit meets, the one whose id comes first before the other. */
const pairsOf = (exposures: readonly Exposure[]): [Exposure, Exposure][] =>
  exposures.flatMap((one) =>
    exposures.filter((other) => one.experiment < other.experiment).map((other): [Exposure, Exposure] => [one, other]),
  );

const withCrossed = (arms: Crossing, one: Exposure, other: Exposure, observed: Observed): Crossing => {
  const row = arms[one.variant];
  return { ...arms, [one.variant]: { ...row, [other.variant]: observed(row[other.variant]) } };
};

const crossingOf = (one: string, other: string): string => [one, other].sort().join(' × ');

/**
 * What all partitions together saw of an experiment by a time, without what other changes did: one pair of arms for each epoch, more where a judge or the
 * instances changed in it.
 * @param own the improvement that it is about, where it is a re-test
 */
export function armsOf(
  parts: readonly TrialObservations[],
  experiment: string,
  at = Number.POSITIVE_INFINITY,
  own?: string,
): Arms[] {
  const seen = parts.flatMap(({ trials: { experiments } }) => ownValue(experiments, experiment) ?? []);
  const closed = seen.flatMap(({ waiting }) => waiting.filter(({ closesAt }) => closesAt <= at));
  return rememberedArms(seen, `${seen.map(({ changes }) => changes).join()}:${closed.length}:${own}`, () =>
    armsIn(seen, closed, own),
  );
}

/** What is looked at again and again, and has not changed: the trials of what is in force. */
const armsKnown = new WeakMap<
  Trial,
  { readonly seen: readonly Trial[]; readonly key: string; readonly arms: Arms[] }
>();

function rememberedArms(seen: readonly Trial[], key: string, make: () => Arms[]): Arms[] {
  const [first] = seen;
  if (!first) return make();
  const before = armsKnown.get(first);
  const isSame = before?.key === key && before.seen.length === seen.length && before.seen.every((each, i) => each === seen[i]); // prettier-ignore
  if (before && isSame) return before.arms;
  const arms = make();
  armsKnown.set(first, { seen, key, arms });
  return arms;
}

function armsIn(seen: readonly Trial[], closed: readonly Waiting[], own: string | undefined): Arms[] {
  const epochs = Math.max(0, ...seen.map((each) => each.epochs.length), ...closed.map(({ epoch }) => epoch + 1));
  const seenIn = (epoch: number): SeenBesides[] =>
    seen.flatMap((each) => Object.entries(each.epochs[epoch] ?? {}).map(([others, strata]) => ({ others, strata })));
  const all = Array.from({ length: epochs }, (_, epoch) => seenIn(epoch));
  const { takenOut, doubted } = otherChanges(all.flat(), own);
  return all.flatMap((inEpoch, epoch) => {
    const rated = noStrata();
    for (const each of closed) if (each.epoch === epoch) observeIn(rated, each.variant, ratedBy(each));
    return armsByStratum([...inEpoch.map(takenOut), rated]).map(doubted);
  });
}

/** What an experiment's units did in its latest half hours, the latest last, each in as many strata as `armsOf` has. */
export function recentStrata(parts: readonly TrialObservations[], experiment: string, at: number): Arms[][] {
  const latest = Math.floor(at / WINDOW_MS);
  return Array.from({ length: RECENT_WINDOWS.kept - 1 }, (_, index) =>
    String(latest - RECENT_WINDOWS.kept + 2 + index),
  ).map((window) =>
    armsByStratum(
      parts.flatMap(
        ({ trials: { experiments } }) => ownValue(ownValue(experiments, experiment)?.lately ?? {}, window) ?? [],
      ),
    ),
  );
}

/** What all partitions together saw of the units that met both experiments: by their arm in `own`, then by that in the other. */
export function crossingSeen(parts: readonly TrialObservations[], own: string, other: string): Crossing | undefined {
  const key = crossingOf(own, other);
  const seen = parts.flatMap(({ trials: { crossings } }) => ownValue(crossings, key)?.arms ?? []);
  if (seen.length === 0) return undefined;
  const { control, treatment } = seen.reduce((a, b) => ({
    control: mergeArms(a.control, b.control),
    treatment: mergeArms(a.treatment, b.treatment),
  }));
  if (own < other) return { control, treatment };
  return {
    control: { control: control.control, treatment: treatment.control },
    treatment: { control: control.treatment, treatment: treatment.treatment },
  };
}
