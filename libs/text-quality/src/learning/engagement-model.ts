import { textFeaturesOf } from './text-features.ts';
import { fitTextRegression, predictText, type TrainingText, type TextRegression } from './text-regression.ts';

/** A text that competed with others of its group for clicks. */
export interface CompetingText {
  readonly group: string;
  readonly text: string;
  readonly impressions: number;
  readonly clicks: number;
}

/** What clicks have taught about texts; plain JSON. */
export interface EngagementModel {
  readonly version: 1;
  /** Of the log-odds of a click, relative to the group. */
  readonly regression: TextRegression;
  /** Log-odds of a click over all that was shown. */
  readonly base: number;
  /** Strength of the beta prior, in impressions. */
  readonly priorImpressions: number;
}

const minTexts = 8;

/**
 * Learns which of several texts gets clicked: ridge regression of log-odds, smoothed by a beta-binomial prior at each group's own
 * rate, on hashed n-grams and traits, within groups and weighted by the information in the counts. With small effects this is one
 * Newton step of a logistic regression with an intercept per group (McCullagh and Nelder 1989, ch. 4), and an order of
 * magnitude cheaper. The prior's strength is by the method of moments (Kleinman 1973, JASA 68). Deterministic.
 */
export function learnEngagement(texts: readonly CompetingText[]): EngagementModel {
  const shown = texts.filter(({ impressions }) => impressions > 0);
  const groups = groupTotals(shown);
  const all = [...groups.values()].reduce(
    (sum, { impressions, clicks }) => ({ impressions: sum.impressions + impressions, clicks: sum.clicks + clicks }),
    {
      impressions: 0,
      clicks: 0,
    },
  );
  const base = logit((all.clicks + 0.5) / (all.impressions + 1));
  const priorImpressions = priorStrength(shown, groups);
  const training = shown.map((text) => trainingTextOf(text, groups, priorImpressions));
  const regression = training.length < minTexts ? untrainedRegression : fitTextRegression(training);
  return { version: 1, regression, base, priorImpressions };
}

/** The click rate to expect of a text where nothing but its words is known, [0, 1]. */
export function engagementRate(model: EngagementModel, text: string): number {
  return logistic(model.base + predictText(model.regression, text));
}

const untrainedRegression: TextRegression = { version: 1, texts: 0, intercept: 0, buckets: [], traits: [], penalty: 1 };

interface GroupTotal {
  readonly number: number;
  readonly impressions: number;
  readonly clicks: number;
}

function groupTotals(texts: readonly CompetingText[]): Map<string, GroupTotal> {
  const totals = new Map<string, GroupTotal>();
  for (const { group, impressions, clicks } of texts) {
    const total = totals.get(group) ?? { number: totals.size, impressions: 0, clicks: 0 };
    totals.set(group, { ...total, impressions: total.impressions + impressions, clicks: total.clicks + clicks });
  }
  return totals;
}

function trainingTextOf(
  { group, text, impressions, clicks }: CompetingText,
  groups: ReadonlyMap<string, GroupTotal>,
  prior: number,
): TrainingText {
  const total = groups.get(group);
  const level = total ? (total.clicks + 0.5) / (total.impressions + 1) : 0.01;
  const rate = (clicks + prior * level) / (impressions + prior);
  // The smoothed log-odds have shrunk by this share; the information of the raw ones is scaled to match.
  const target = ((logit(rate) - logit(level)) * (impressions + prior)) / Math.max(1, impressions);
  const noise = 1 / Math.max(1e-9, impressions * level * (1 - level));
  const spread = 1 / Math.max(1e-9, prior * level * (1 - level));
  return {
    features: textFeaturesOf(text),
    target: clampTarget(target),
    trust: 1 / (noise + spread),
    group: total?.number ?? 0,
  };
}

const maxTarget = 2;
const clampTarget = (target: number): number => Math.max(-maxTarget, Math.min(maxTarget, target));

/** Impressions that a group's own rate is worth as a guess of one text's rate. */
function priorStrength(texts: readonly CompetingText[], groups: ReadonlyMap<string, GroupTotal>): number {
  let excess = 0;
  let expected = 0;
  for (const { group, impressions, clicks } of texts) {
    const total = groups.get(group);
    if (!total || total.impressions <= impressions) continue;
    const level = (total.clicks + 0.5) / (total.impressions + 1);
    const variance = level * (1 - level);
    excess += (clicks / impressions - level) ** 2 - variance / impressions;
    expected += variance;
  }
  const correlation = expected === 0 ? 0 : Math.min(0.5, Math.max(1e-5, excess / expected));
  return correlation === 0 ? 1000 : 1 / correlation - 1;
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}

function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
