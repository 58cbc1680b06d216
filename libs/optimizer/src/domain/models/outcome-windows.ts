import { type EventData, fold, GenerationMeasured } from '@contentflow/contracts';
import { ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import { recordInWindow, WINDOW_MS, type Windows } from '../windows.ts';

export const outcomeNames = ['cost', 'timeMs', 'quality'] as const;
export type OutcomeName = (typeof outcomeNames)[number];
/** USD, ms, 0–10. */
export type Outcomes = Readonly<Record<OutcomeName, number>>;

export const FEATURES = 4;
/** Of one model: its own level, and what each feature does to it. */
export const BLOCK = 1 + FEATURES;

/** What is known of a brief before it is made, each about 0 and of the order of 1. */
export function featuresOf({ keyPoints, words, material, language }: Measured['covariates']): number[] {
  return [
    (keyPoints - 4) / 4,
    words > 0 ? Math.log(words / 150) : 0,
    (Math.log1p(material) - 4.5) / 2,
    /^en\b/i.test(language) ? 0 : 1,
  ];
}

type Measured = EventData<typeof GenerationMeasured>;

/** Sums over the generations of one model in one window; z is [1, x]. Changed in place. */
interface ModelSums {
  /** Σ z zᵀ by rows; the first entry counts. */
  readonly zz: number[];
  /** Σ y z, by outcome. */
  readonly yz: number[][];
  /** Σ y², by outcome. */
  readonly yy: number[];
}

/** Briefs that look alike. */
export interface BriefCell {
  readonly keyPoints: number;
  /** At most so many words were asked for. */
  readonly words: number;
  count: number;
  /** Σ x */
  readonly features: number[];
}

/** One content type in one window of time. */
export interface OutcomeWindow {
  readonly models: Record<string, ModelSums>;
  readonly briefs: Record<string, BriefCell>;
  /** Generation 0's: what the weighted objective measures cost and time by. */
  readonly holdback: { count: number; cost: number; timeMs: number };
}

export const noOutcomes = (): OutcomeWindow => ({
  models: {},
  briefs: {},
  holdback: { count: 0, cost: 0, timeMs: 0 },
});

/** Adds what was made by a model, in place; what came from a cache or failed says nothing of what a model makes. */
export function recordOutcome(window: OutcomeWindow, { model, metrics, covariates, assignment }: Measured): void {
  const { cost, timeMs, quality } = metrics;
  if (quality === null) return;
  if (assignment.holdback) {
    window.holdback.count++;
    window.holdback.cost += cost;
    window.holdback.timeMs += timeMs;
    return;
  }
  const x = featuresOf(covariates);
  recordBrief(window.briefs, covariates, x);
  const sums = ownValueOrNew(window.models, model, noSums);
  const z = [1, ...x];
  const y = [logOf(cost), logOf(timeMs), quality];
  for (let i = 0; i < BLOCK; i++) {
    const zi = z[i] as number;
    for (let j = 0; j < BLOCK; j++) (sums.zz[BLOCK * i + j] as number) += zi * (z[j] as number);
    for (let k = 0; k < y.length; k++) ((sums.yz[k] as number[])[i] as number) += zi * (y[k] as number);
  }
  for (let k = 0; k < y.length; k++) (sums.yy[k] as number) += (y[k] as number) ** 2;
}

const noSums = (): ModelSums => ({
  zz: new Array<number>(BLOCK * BLOCK).fill(0),
  yz: outcomeNames.map(() => new Array<number>(BLOCK).fill(0)),
  yy: outcomeNames.map(() => 0),
});

export const logOf = (value: number): number => Math.log(Math.max(value, 1e-9));

function recordBrief(briefs: OutcomeWindow['briefs'], { keyPoints, words }: Measured['covariates'], x: number[]): void {
  // Half-octaves of length, named by their upper edge.
  const edge = words > 0 ? Math.ceil(2 ** (Math.ceil(2 * Math.log2(words)) / 2)) : 0;
  const cell = ownValueOrNew(briefs, `${keyPoints}/${edge}`, () => ({
    keyPoints,
    words: edge,
    count: 0,
    features: new Array<number>(FEATURES).fill(0),
  }));
  cell.count++;
  x.forEach((value, i) => ((cell.features[i] as number) += value));
}

export interface OutcomeObservations {
  /** Content type → window of time → what each model did, for the learned model. */
  readonly outcomes: Record<string, Windows<OutcomeWindow>>;
}

export const outcomesFold = fold<OutcomeObservations['outcomes']>(() => ({})).on(
  GenerationMeasured,
  (known, { data, time }) => {
    // The cache's answers say nothing of a model.
    if (!data.cacheHit)
      recordInWindow(
        ownValueOrNew(known, data.contentType, () => ({})),
        time,
        (window = noOutcomes()) => {
          recordOutcome(window, data);
          return window;
        },
      );
    return known;
  },
);

/** What all partitions learned of a content type's models, window by window, and when each window began. */
export const outcomeWindows = (
  parts: readonly OutcomeObservations[],
  contentType: string,
): { window: OutcomeWindow; start: number }[] => {
  const keys = new Set(parts.flatMap((part) => Object.keys(ownValue(part.outcomes, contentType) ?? {})));
  return [...keys]
    .map(Number)
    .sort((a, b) => a - b)
    .map((key) => ({
      window: mergeOutcomes(parts.flatMap((part) => ownValue(part.outcomes, contentType)?.[key] ?? [])),
      start: key * WINDOW_MS,
    }));
};

/** One window, as all partitions saw it. */
export function mergeOutcomes(windows: readonly OutcomeWindow[]): OutcomeWindow {
  const merged = noOutcomes();
  for (const { models, holdback } of windows) {
    for (const [name, { zz, yz, yy }] of Object.entries(models)) {
      const sums = ownValueOrNew(merged.models, name, noSums);
      zz.forEach((value, i) => ((sums.zz[i] as number) += value));
      yz.forEach((row, k) => row.forEach((value, i) => (((sums.yz[k] as number[])[i] as number) += value)));
      yy.forEach((value, k) => ((sums.yy[k] as number) += value));
    }
    merged.holdback.count += holdback.count;
    merged.holdback.cost += holdback.cost;
    merged.holdback.timeMs += holdback.timeMs;
  }
  for (const cell of mergedBriefs(windows)) setOwnValue(merged.briefs, `${cell.keyPoints}/${cell.words}`, cell);
  return merged;
}

export function mergedBriefs(windows: readonly OutcomeWindow[]): BriefCell[] {
  const merged = new Map<string, BriefCell>();
  for (const window of windows)
    for (const [key, { keyPoints, words, count, features }] of Object.entries(window.briefs)) {
      const before = merged.get(key);
      merged.set(key, {
        keyPoints,
        words,
        count: count + (before?.count ?? 0),
        features: features.map((sum, i) => sum + (before?.features[i] ?? 0)),
      });
    }
  return [...merged.values()].sort((a, b) => a.keyPoints - b.keyPoints || a.words - b.words);
}

/** What a model was seen to do in these windows: count, mean features, mean outcomes (cost and time geometric, to be held against medians). */
export function observedOutcomes(
  windows: readonly OutcomeWindow[],
  model: string,
): { count: number; features: number[]; outcomes: Outcomes } {
  const all = windows.flatMap(({ models }) => ownValue(models, model) ?? []);
  const total = (of: (sums: ModelSums) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  const count = total(({ zz }) => zz[0] as number);
  const mean = (of: (sums: ModelSums) => number): number => total(of) / Math.max(1, count);
  const [cost, timeMs, quality] = outcomeNames.map((_, k) => mean(({ yz }) => (yz[k] as number[])[0] as number)) as [
    number,
    number,
    number,
  ];
  return {
    count,
    features: Array.from({ length: FEATURES }, (_, i) => mean(({ zz }) => zz[i + 1] as number)),
    outcomes: { cost: Math.exp(cost), timeMs: Math.exp(timeMs), quality },
  };
}
