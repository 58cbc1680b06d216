import {
  ContentGenerated,
  type EventData,
  type Exposure,
  FeedbackReceived,
  GenerationMeasured,
  type Metric,
  PromptCandidateDrafted,
  PromptCandidateScreened,
  SemanticHitAudited,
  fold,
} from '@contentflow/contracts';
import { learningCostOfDay, nothingSpent, type Spent, withPromptCost, withSpending } from '@contentflow/decisions';
import { type CacheRequest, cacheRequest, JUDGED_KEPT, type JudgedNeighbour, REQUESTS_KEPT } from './cache-replay.ts';
import type { StoredEvent } from '@contentflow/kernel';
import {
  addToBivariate,
  addToMoments,
  type Bivariate,
  mergeBivariate,
  mergeMoments,
  type Moments,
  momentsOfY,
  noBivariate,
  noMoments,
  type SpanMean,
} from '@contentflow/statistics';
import { learnOutcome, mergeOutcomes, noOutcomes, type OutcomeWindow } from './outcomes.ts';
import {
  noPromptKnowledge,
  type PromptKnowledge,
  spentOnPrompts,
  withDrafted,
  withSaid,
  withSample,
  withScreened,
} from './prompt-samples.ts';

/** Sufficient statistics of one arm. Times in ms, quality and its spread 0–10, success and hits 0 or 1, satisfaction 1–5. */
export interface ArmStatistics {
  readonly time: Bivariate;
  readonly cost: Bivariate;
  readonly tokens: Bivariate;
  readonly quality: Bivariate;
  /** Of contents taken two by two in the order in which they came, how far they are apart: Gini's mean difference. */
  readonly qualitySpread: Moments;
  /** The quality that waits for its pair. */
  readonly unpaired: number | null;
  readonly success: Moments;
  readonly cacheHits: Moments;
  readonly satisfaction: Moments;
}

export const noStatistics: ArmStatistics = {
  time: noBivariate,
  cost: noBivariate,
  tokens: noBivariate,
  quality: noBivariate,
  qualitySpread: noMoments,
  unpaired: null,
  success: noMoments,
  cacheHits: noMoments,
  satisfaction: noMoments,
};

export interface Arms {
  readonly control: ArmStatistics;
  readonly treatment: ArmStatistics;
}
export const noArms: Arms = { control: noStatistics, treatment: noStatistics };

/** What the holdback did: success 0 or 1, quality 0–10. */
export interface HeldStatistics {
  readonly success: Moments;
  readonly quality: Moments;
}
const nothingHeld: HeldStatistics = { success: noMoments, quality: noMoments };

/** What units did that met two experiments at once: by their arm in the one whose id comes first, then by that in the other. */
export interface Crossing {
  readonly control: Arms;
  readonly treatment: Arms;
}
export const noCrossing: Crossing = { control: noArms, treatment: noArms };

/** What one call of a step of a workflow takes. */
interface StepCalls {
  readonly time: Moments;
  readonly cost: Moments;
  readonly tokensIn: Moments;
}
export interface StepStatistics extends StepCalls {
  /** Below one for a step that only some contents need. */
  readonly callsPerContent: number;
}

/**
 * What the optimizer knows of one partition of the log. Its containers are changed in place, its statistics never:
 * evidence may hold on to them.
 */
export interface Observations {
  /** Content type → window of time → traffic outside the holdback. */
  readonly traffic: Record<string, Record<string, ArmStatistics>>;
  /** Content type → how many were made by calls, and what those of each step took. */
  readonly steps: Record<string, { made: number; readonly calls: Record<string, StepCalls> }>;
  /** Content type → window of time → what each model did, for the learned model. */
  readonly outcomes: Record<string, Record<string, OutcomeWindow>>;
  /** Experiment → what its units did, by epoch of the ramp. */
  readonly experiments: Record<string, { lastAt: number; readonly seen: Set<string>; readonly epochs: Arms[] }>;
  /** Two experiments, by `crossingOf` → what units did that met both. */
  readonly crossings: Record<string, { lastAt: number; arms: Crossing }>;
  /** Improvement → window of time → its reverse holdback (control) beside those that have it (treatment). */
  readonly improvements: Record<string, Record<string, Arms>>;
  /** Content type → window of time → what the holdback did. */
  readonly holdback: Record<string, Record<string, HeldStatistics>>;
  /** Content type → window of time, longer and kept for longer → what the holdback did: nothing is changed there, so that what comes back with the hour is the hour's doing. */
  readonly seasons: Record<string, Record<string, ArmStatistics>>;
  /** Content type → the latest requests, for the replay of caches. */
  readonly requests: Record<string, CacheRequest[]>;
  /** Content type → the latest judged neighbours of requests: whether their answers would serve. */
  readonly neighbours: Record<string, JudgedNeighbour[]>;
  /** What trying and having improvements costs. */
  spent: Spent;
  readonly prompts: PromptKnowledge;
}

export const WINDOW_MS = 30 * 60_000;
const WINDOWS_KEPT = 48;
const SEASON_WINDOW_MS = 3 * 60 * 60_000;
/** Two weeks and a day: two cycles of a week, wherever they begin. */
const SEASON_WINDOWS_KEPT = 15 * 8;
const EXPERIMENTS_KEPT_MS = 48 * 60 * 60_000;

export const observations = fold<Observations>(() => ({
  traffic: {},
  steps: {},
  outcomes: {},
  experiments: {},
  crossings: {},
  improvements: {},
  holdback: {},
  seasons: {},
  requests: {},
  neighbours: {},
  spent: nothingSpent,
  prompts: noPromptKnowledge(),
}))
  .on(ContentGenerated, (known, event) => {
    withSample(known.prompts, event);
    return event.data.assignment.holdback ? known : withSteps(withRequest(known, event.data, event.time), event.data);
  })
  .on(SemanticHitAudited, (known, { data, time }) => {
    const { contentType, similarity, verdict } = data;
    if (data.found !== 'by_key')
      keptLast((known.neighbours[contentType] ??= []), { at: time, similarity, verdict }, JUDGED_KEPT);
    return known;
  })
  .on(PromptCandidateDrafted, (known, event) => {
    withDrafted(known.prompts, event);
    known.spent = withPromptCost(known.spent, event.data);
    return known;
  })
  .on(PromptCandidateScreened, (known, event) => {
    withScreened(known.prompts, event);
    known.spent = withPromptCost(known.spent, event.data);
    return known;
  })
  .on(GenerationMeasured, (known, event) => {
    withOutcome(known, event);
    return event.data.assignment.holdback ? withHeld(known, event) : withMeasurement(known, event);
  })
  .on(FeedbackReceived, (known, event) =>
    event.data.flood ? known : event.data.assignment.holdback ? withHeldRating(known, event) : withRating(known, event),
  );

function withRequest(
  known: Observations,
  { brief, calls }: EventData<typeof ContentGenerated>,
  time: number,
): Observations {
  keptLast((known.requests[brief.contentType] ??= []), cacheRequest(brief, calls, time), REQUESTS_KEPT);
  return known;
}

function keptLast<T>(all: T[], one: T, most: number): void {
  all.push(one);
  if (all.length > most) all.shift();
}

function withSteps(known: Observations, { brief, calls, usage }: EventData<typeof ContentGenerated>): Observations {
  if (usage.cache === 'exact' || usage.cache === 'semantic') return known;
  const steps = (known.steps[brief.contentType] ??= { made: 0, calls: {} });
  steps.made++;
  for (const { step, timeMs, cost, tokensIn } of calls) {
    const before = steps.calls[step] ?? { time: noMoments, cost: noMoments, tokensIn: noMoments };
    steps.calls[step] = {
      time: addToMoments(before.time, timeMs),
      cost: addToMoments(before.cost, cost),
      tokensIn: addToMoments(before.tokensIn, tokensIn),
    };
  }
  return known;
}

/** The cache's answers say nothing of a model. */
function withOutcome(known: Observations, { data, time }: Measurement): void {
  if (data.cacheHit) return;
  inWindow((known.outcomes[data.contentType] ??= {}), time, (window = noOutcomes()) => {
    learnOutcome(window, data);
    return window;
  });
}

type Measurement = StoredEvent<EventData<typeof GenerationMeasured>>;

function withHeld(known: Observations, { data, time }: Measurement): Observations {
  const { quality } = data.metrics;
  inWindow((known.holdback[data.contentType] ??= {}), time, (before = nothingHeld) => ({
    success: addToMoments(before.success, data.outcome === 'ok' ? 1 : 0),
    quality: quality === null ? before.quality : addToMoments(before.quality, quality),
  }));
  return withSeason(known, data.contentType, time, observationOf(data));
}

const withHeldRating = (known: Observations, { data, time }: Rating): Observations =>
  withSeason(known, data.contentType, time, ratingOf(data));

function withSeason(
  known: Observations,
  contentType: string,
  time: number,
  observed: (before: ArmStatistics) => ArmStatistics,
): Observations {
  const windows = (known.seasons[contentType] ??= {});
  inWindow(windows, time, (before = noStatistics) => observed(before), SEASON_WINDOW_MS, SEASON_WINDOWS_KEPT);
  return known;
}

function withMeasurement(known: Observations, event: Measurement): Observations {
  const { data, time } = event;
  const observed = observationOf(data);
  known.spent = withSpending(known.spent, data, time);
  inWindow((known.traffic[data.contentType] ??= {}), time, (before = noStatistics) => observed(before));

  const firsts = new Set<string>();
  for (const exposure of data.assignment.exposures) {
    const experiment = experimentOf(known, exposure, time);
    const isFirst = !experiment.seen.has(data.unit);
    experiment.seen.add(data.unit);
    if (isFirst) firsts.add(exposure.experiment);
    // A unit counts once; what it does when it comes back says something of the cache alone.
    const add = isFirst ? observed : (before: ArmStatistics) => withHit(before, data.cacheHit);
    const epoch = (experiment.epochs[exposure.epoch] ??= noArms);
    experiment.epochs[exposure.epoch] = { ...epoch, [exposure.variant]: add(epoch[exposure.variant]) };
  }
  observeCrossings(known, data.assignment.exposures, firsts, time, observed);
  return withImprovements(known, data.assignment, time, observed);
}

/** A unit counts once in each pair: when it first meets the one that it met last. */
function observeCrossings(
  known: Observations,
  exposures: readonly Exposure[],
  firsts: ReadonlySet<string>,
  time: number,
  observed: (before: ArmStatistics) => ArmStatistics,
): void {
  for (const one of exposures)
    for (const other of exposures) {
      const isNew = firsts.has(one.experiment) || firsts.has(other.experiment);
      if (one.experiment >= other.experiment || !isNew) continue;
      const crossing = ofLately(known.crossings, crossingOf(one.experiment, other.experiment), time, () => ({
        lastAt: time,
        arms: noCrossing,
      }));
      crossing.arms = withCrossed(crossing.arms, one, other, observed);
    }
}

/** Readers speak of what is in its cell already, and nothing is begun by them. */
function observeCrossedRating(
  known: Observations,
  exposures: readonly Exposure[],
  rated: (before: ArmStatistics) => ArmStatistics,
): void {
  for (const one of exposures)
    for (const other of exposures) {
      const crossing = known.crossings[crossingOf(one.experiment, other.experiment)];
      if (one.experiment < other.experiment && crossing) crossing.arms = withCrossed(crossing.arms, one, other, rated);
    }
}

const withCrossed = (
  arms: Crossing,
  one: Exposure,
  other: Exposure,
  observed: (before: ArmStatistics) => ArmStatistics,
): Crossing => {
  const row = arms[one.variant];
  return { ...arms, [one.variant]: { ...row, [other.variant]: observed(row[other.variant]) } };
};

const crossingOf = (one: string, other: string): string => [one, other].sort().join(' × ');

type Rating = StoredEvent<EventData<typeof FeedbackReceived>>;

/** How one rating moves an arm's statistics. */
const ratingOf =
  ({ rating }: Rating['data']) =>
  (before: ArmStatistics): ArmStatistics => ({ ...before, satisfaction: addToMoments(before.satisfaction, rating) });

function withRating(known: Observations, { data, time }: Rating): Observations {
  withSaid(known.prompts, data);
  const rated = ratingOf(data);
  inWindow((known.traffic[data.contentType] ??= {}), time, (before = noStatistics) => rated(before));
  for (const exposure of data.assignment.exposures) {
    const experiment = experimentOf(known, exposure, time);
    const epoch = (experiment.epochs[exposure.epoch] ??= noArms);
    experiment.epochs[exposure.epoch] = { ...epoch, [exposure.variant]: rated(epoch[exposure.variant]) };
  }
  observeCrossedRating(known, data.assignment.exposures, rated);
  return withImprovements(known, data.assignment, time, rated);
}

/** How one measurement moves an arm's statistics: time and quality count over successes, cost and success over all. */
function observationOf(data: Measurement['data']): (before: ArmStatistics) => ArmStatistics {
  const { metrics, outcome, cacheHit, covariates } = data;
  const x = covariates.keyPoints;
  const isSuccess = outcome === 'ok';
  return (before) => ({
    ...before,
    cost: addToBivariate(before.cost, x, metrics.cost),
    tokens: isSuccess ? addToBivariate(before.tokens, x, metrics.tokens) : before.tokens,
    time: isSuccess ? addToBivariate(before.time, x, metrics.timeMs) : before.time,
    ...(metrics.quality === null ? {} : withQuality(before, x, metrics.quality)),
    success: addToMoments(before.success, isSuccess ? 1 : 0),
    cacheHits: addToMoments(before.cacheHits, cacheHit ? 1 : 0),
  });
}

const withQuality = (
  { quality, qualitySpread, unpaired }: ArmStatistics,
  x: number,
  value: number,
): Pick<ArmStatistics, 'quality' | 'qualitySpread' | 'unpaired'> => ({
  quality: addToBivariate(quality, x, value),
  ...(unpaired === null
    ? { qualitySpread, unpaired: value }
    : { qualitySpread: addToMoments(qualitySpread, Math.abs(value - unpaired)), unpaired: null }),
});

const withHit = (before: ArmStatistics, isHit: boolean): ArmStatistics => ({
  ...before,
  cacheHits: addToMoments(before.cacheHits, isHit ? 1 : 0),
});

const experimentOf = (
  known: Observations,
  { experiment }: Exposure,
  time: number,
): Observations['experiments'][string] =>
  ofLately(known.experiments, experiment, time, () => ({ lastAt: time, seen: new Set(), epochs: [] }));

/** What is known by this id; when another is begun, those that nothing happened to for two days leave. */
function ofLately<T extends { lastAt: number }>(all: Record<string, T>, id: string, time: number, begun: () => T): T {
  const found = all[id];
  if (found) {
    found.lastAt = time;
    return found;
  }
  for (const [each, { lastAt }] of Object.entries(all)) if (lastAt < time - EXPERIMENTS_KEPT_MS) delete all[each];
  return (all[id] = begun());
}

/** Those it was made without, and those it was made with. */
function withImprovements(
  known: Observations,
  { withheld, improvements }: Measurement['data']['assignment'],
  time: number,
  observed: (before: ArmStatistics) => ArmStatistics,
): Observations {
  for (const improvement of withheld) observeImprovement(known, improvement, time, 'control', observed);
  for (const improvement of improvements) observeImprovement(known, improvement, time, 'treatment', observed);
  return known;
}

function observeImprovement(
  known: Observations,
  improvement: string,
  time: number,
  variant: keyof Arms,
  observed: (before: ArmStatistics) => ArmStatistics,
): void {
  inWindow((known.improvements[improvement] ??= {}), time, (before = noArms) => ({
    ...before,
    [variant]: observed(before[variant]),
  }));
}

/** Changes what stands in the window of this time; the oldest windows leave. */
function inWindow<T>(
  windows: Record<string, T>,
  time: number,
  change: (before: T | undefined) => T,
  windowMs = WINDOW_MS,
  kept = WINDOWS_KEPT,
): void {
  const key = String(Math.floor(time / windowMs));
  const isNew = windows[key] === undefined;
  windows[key] = change(windows[key]);
  if (!isNew) return;
  const oldest = Number(key) - kept;
  for (const each of Object.keys(windows)) if (Number(each) <= oldest) delete windows[each];
}

/** The holdback's generations in the windows that begin after `since`. */
export function holdbackSince(parts: readonly Observations[], contentType: string, since: number): HeldStatistics {
  return parts
    .flatMap(({ holdback }) => Object.entries(holdback[contentType] ?? {}))
    .filter(([window]) => Number(window) * WINDOW_MS >= since)
    .map(([, held]) => held)
    .reduce(
      (a, b) => ({ success: mergeMoments(a.success, b.success), quality: mergeMoments(a.quality, b.quality) }),
      nothingHeld,
    );
}

/** Spans in a cycle: three hours of a day, 21 of a week. */
export const PHASES = 8;
/** Of a span, before its mean says anything. */
const FEWEST_IN_SPAN = 5;

/** Means of a metric in the holdback over the whole spans so far, `PHASES` to a cycle. */
export function seasonSpans(
  parts: readonly Observations[],
  contentType: string,
  metric: Metric,
  cycleMs: number,
  at: number,
): SpanMean[] {
  const spanMs = cycleMs / PHASES;
  const spans = new Map<number, ArmStatistics>();
  for (const { seasons } of parts)
    for (const [window, seen] of Object.entries(seasons[contentType] ?? {})) {
      const cell = Math.floor((Number(window) * SEASON_WINDOW_MS) / spanMs);
      spans.set(cell, mergeStatistics(spans.get(cell) ?? noStatistics, seen));
    }
  return [...spans]
    .map(([cell, seen]) => ({ cell, ...sampleOfMetric(seen, metric) }))
    .filter(({ cell, n }) => n >= FEWEST_IN_SPAN && (cell + 1) * spanMs <= at)
    .sort((a, b) => a.cell - b.cell)
    .map(({ cell, n, mean }) => ({ cell, n, mean }));
}

export const requestsOf = (parts: readonly Observations[], contentType: string): CacheRequest[] =>
  parts.flatMap(({ requests }) => requests[contentType] ?? []);

export const neighboursOf = (parts: readonly Observations[], contentType: string): JudgedNeighbour[] =>
  parts.flatMap(({ neighbours }) => neighbours[contentType] ?? []);

export const spentOf = (parts: readonly Observations[]): Spent[] => parts.map(({ spent }) => spent);

const DAY_MS = 24 * 60 * 60_000;

/** Money of the day (UTC) that experiments cost beyond their controls, and that trying new prompts cost. */
export const learningCostToday = (parts: readonly Observations[], at: number): number =>
  learningCostOfDay(spentOf(parts), at) +
  spentOnPrompts(
    parts.map(({ prompts }) => prompts),
    at - (at % DAY_MS),
  );

/** What all partitions together saw of an experiment: one pair of arms for each epoch. */
export function armsOf(parts: readonly Observations[], experiment: string): Arms[] {
  const epochs = Math.max(0, ...parts.map((part) => part.experiments[experiment]?.epochs.length ?? 0));
  return Array.from({ length: epochs }, (_, epoch) =>
    parts.map((part) => part.experiments[experiment]?.epochs[epoch] ?? noArms).reduce(mergeArms),
  );
}

/** What all partitions together saw of the units that met both experiments: by their arm in `own`, then by that in the other. */
export function crossingSeen(parts: readonly Observations[], own: string, other: string): Crossing | undefined {
  const key = crossingOf(own, other);
  const seen = parts.flatMap(({ crossings }) => crossings[key]?.arms ?? []);
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

/** Traffic of a content type outside the holdback in the windows that begin after `since`, and the span it was seen over. */
export function trafficSince(
  parts: readonly Observations[],
  contentType: string,
  since: number,
  at: number,
): { statistics: ArmStatistics; overMs: number } {
  const windows = trafficWindows(parts, contentType, since);
  const earliest = Math.min(...windows.map(([window]) => Number(window) * WINDOW_MS), at - 1);
  return { statistics: windows.map(([, each]) => each).reduce(mergeStatistics, noStatistics), overMs: at - earliest };
}

/** The quality alone of the same traffic: it is asked for at every beat. */
export const qualitySince = (parts: readonly Observations[], contentType: string, since: number): Moments =>
  momentsOfY(
    trafficWindows(parts, contentType, since)
      .map(([, { quality }]) => quality)
      .reduce(mergeBivariate, noBivariate),
  );

function trafficWindows(parts: readonly Observations[], contentType: string, since: number): [string, ArmStatistics][] {
  const first = Math.ceil(since / WINDOW_MS);
  return parts
    .flatMap((part) => Object.entries(part.traffic[contentType] ?? {}))
    .filter(([window]) => Number(window) >= first);
}

/** What all partitions learned of a content type's models, window by window, and when each window began. */
export const outcomeWindows = (
  parts: readonly Observations[],
  contentType: string,
): { window: OutcomeWindow; start: number }[] => {
  const keys = new Set(parts.flatMap((part) => Object.keys(part.outcomes[contentType] ?? {})));
  return [...keys]
    .map(Number)
    .sort((a, b) => a - b)
    .map((key) => ({
      window: mergeOutcomes(parts.flatMap((part) => part.outcomes[contentType]?.[key] ?? [])),
      start: key * WINDOW_MS,
    }));
};

/** An improvement beside its reverse holdback, window by window, from this time on. */
export function watchOf(parts: readonly Observations[], improvement: string, since: number): Arms[] {
  const first = Math.ceil(since / WINDOW_MS);
  const windows = new Set(parts.flatMap((part) => Object.keys(part.improvements[improvement] ?? {})));
  return [...windows]
    .filter((window) => Number(window) >= first)
    .sort((a, b) => Number(a) - Number(b))
    .map((window) => parts.flatMap((part) => part.improvements[improvement]?.[window] ?? []).reduce(mergeArms, noArms));
}

export function stepsOf(parts: readonly Observations[], contentType: string): Record<string, StepStatistics> {
  const merged: Record<string, StepCalls> = {};
  const seen = parts.flatMap(({ steps }) => steps[contentType] ?? []);
  for (const { calls } of seen)
    for (const [step, { time, cost, tokensIn }] of Object.entries(calls)) {
      const before = merged[step];
      merged[step] = before
        ? {
            time: mergeMoments(before.time, time),
            cost: mergeMoments(before.cost, cost),
            tokensIn: mergeMoments(before.tokensIn, tokensIn),
          }
        : { time, cost, tokensIn };
    }
  const made = seen.reduce((sum, each) => sum + each.made, 0);
  return Object.fromEntries(
    Object.entries(merged).map(([step, calls]) => [step, { ...calls, callsPerContent: calls.cost.n / made }]),
  );
}

export const mergeArms = (a: Arms, b: Arms): Arms => ({
  control: mergeStatistics(a.control, b.control),
  treatment: mergeStatistics(a.treatment, b.treatment),
});

export const mergeStatistics = (a: ArmStatistics, b: ArmStatistics): ArmStatistics => ({
  time: mergeBivariate(a.time, b.time),
  cost: mergeBivariate(a.cost, b.cost),
  tokens: mergeBivariate(a.tokens, b.tokens),
  quality: mergeBivariate(a.quality, b.quality),
  qualitySpread: mergeMoments(a.qualitySpread, b.qualitySpread),
  unpaired: null,
  success: mergeMoments(a.success, b.success),
  cacheHits: mergeMoments(a.cacheHits, b.cacheHits),
  satisfaction: mergeMoments(a.satisfaction, b.satisfaction),
});

/** Mean, variance and count of a metric. */
export function sampleOfMetric(
  statistics: ArmStatistics,
  metric: Metric,
): { n: number; mean: number; variance: number } {
  const value = statistics[metric];
  const [mean, m2] = 'meanY' in value ? [value.meanY, value.m2Y] : [value.mean, value.m2];
  return { n: value.n, mean, variance: value.n > 1 ? m2 / (value.n - 1) : 0 };
}
