import type { ExperimentDesign, GuardrailStatus, Metric, Policy } from '@contentflow/contracts';
import { isOfTexts, type MarginUsed, noneUsed, usedTogether } from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';
import { canMoveTexts } from '@contentflow/recipes';
import {
  guardrail,
  type GuardrailEvidence,
  harmAtOneLook,
  type Margin,
  normalQuantile,
  openEndedGuardrail,
  shrink,
} from '@contentflow/statistics';
import { type Arms, mergeStatistics, noStatistics, wholeTimeOf } from '../arm-statistics.ts';
import { evidenceOf, totalOf } from './comparison.ts';
import { horizonUnitsOf, type LookEvidence } from './look-evidence.ts';
import { GUARDRAIL_ALPHA, valuesPerUnit } from './value.ts';

/** Where a trial stands with one metric that it must not lose too much of. */
export interface GuardrailCheck {
  readonly metric: Metric;
  /** Its whole interval lies within the margin, or beyond it; else it is not known yet. */
  readonly state: 'within' | 'breached' | 'unknown';
  /** Surely worse, though perhaps by no more than the margin. */
  readonly isHarmed: boolean;
  /** Together with the changes in force it would use more of the margin against generation 0 than there is. */
  readonly isExhausted: boolean;
  readonly standing: GuardrailStatus;
}

/** Few units tell of these: what a trial cannot show of them, the policy says how to buy. */
const LOW_VOLUME: ReadonlySet<Metric> = new Set<Metric>(['success', 'satisfaction']);
export const isLowVolume = ({ metric }: Pick<GuardrailCheck, 'metric'>): boolean => LOW_VOLUME.has(metric);

/** Every guardrail of what the change can move, of the metric that is to be bettered too: against the recipe before, and against generation 0. */
export function guardrailChecks(
  { experiment, epochs, used = {} }: Pick<LookEvidence, 'experiment' | 'epochs' | 'used'>,
  { watch }: Policy,
): GuardrailCheck[] {
  const seen = epochs.flatMap(({ control, treatment }) => [control, treatment]).reduce(mergeStatistics, noStatistics);
  const margins = marginsOf(experiment.design).filter(
    ([metric]) => canMoveTexts(experiment.change) || !isOfTexts(metric),
  );
  return margins.map(([metric, margin]) => {
    const horizonUnits =
      ownValue(experiment.design.guardrailUnits ?? {}, metric) ??
      valuesPerUnit(seen, metric) * horizonUnitsOf(experiment);
    const found = guardrail(...armsIn(epochs, metric), margin, horizonUnits);
    const check = guardrailCheck(metric, margin, found, ownValue(used, metric) ?? noneUsed);
    const inForce = openEndedGuardrail(...armsIn(epochs, metric), margin, TIGHTEST_AT);
    const isHarmed = check.isHarmed || isSurelyWorse(inForce, margin, watch);
    // What failed attempts take is rare: few units tell of it, and it is no part of what must be shown.
    const isBroken = metric === 'time' && guardrail(...wholeTimesIn(epochs), margin, horizonUnits).breachedP <= GUARDRAIL_ALPHA; // prettier-ignore
    return { ...check, isHarmed, ...(isBroken ? { state: 'breached' } : {}) };
  });
}

/** Units of both arms, at equal shares, at which the boundaries of what is in force are tightest. */
export const TIGHTEST_AT = 40;
/** What is in force is held to five metrics, which share the error. */
const METRICS = 5;

/** Whether it does harm beyond doubt, and more than half of its margin as measured: by the watch's own small error, however often one looks. */
export const isSurelyWorse = (
  { harmP, effect }: GuardrailEvidence,
  margin: Margin,
  { harmAlpha }: Policy['watch'],
): boolean => harmP <= harmAlpha / METRICS && effect < -mostOf(margin) / 2;

/** Whether it loses more than its margin beyond doubt, by the same error. */
export const isSurelyBeyond = ({ breachedP }: GuardrailEvidence, { harmAlpha }: Policy['watch']): boolean =>
  breachedP <= harmAlpha / METRICS;

export const mostOf = (margin: Margin): number => ('points' in margin ? margin.points : margin.share);

export const armsIn = (epochs: readonly Arms[], metric: Metric) =>
  [evidenceOf(epochs, 'control', metric), evidenceOf(epochs, 'treatment', metric)] as const;

/** Times with the attempts that failed. */
export const wholeTimesIn = (epochs: readonly Arms[]) =>
  [epochs.map(({ control }) => wholeTimeOf(control)), epochs.map(({ treatment }) => wholeTimeOf(treatment))] as const;

export function guardrailCheck(
  metric: Metric,
  margin: Margin,
  found: GuardrailEvidence,
  used: MarginUsed,
): GuardrailCheck {
  const { withinP, breachedP, harmP, effect, error } = found;
  const state = breachedP <= GUARDRAIL_ALPHA ? 'breached' : withinP <= GUARDRAIL_ALPHA ? 'within' : 'unknown';
  const most = mostOf(margin);
  const together = usedTogether([used, { effect, error }]);
  return {
    metric,
    state,
    isHarmed: harmP <= GUARDRAIL_ALPHA,
    isExhausted: effect < 0 && used !== noneUsed && most + assumedEffect(metric, most, together) < 0,
    standing: { margin: most, effect, error, isShown: state === 'within', left: most + together.effect },
  };
}

/** One-sided doubt in the sum of all changes, where each of them alone is shown to keep its margin. */
const ACCOUNT_ALPHA = 0.05;

/** What all changes together are taken to have done: at worst; of what few units tell of, what is to be expected of effects as wide as the margin. */
const assumedEffect = (metric: Metric, margin: number, { effect, error }: MarginUsed): number =>
  LOW_VOLUME.has(metric)
    ? shrink({ effect, error }, { mean: 0, spread: margin }).effect
    : effect - normalQuantile(1 - ACCOUNT_ALPHA) * error;

/** Whether what is known of a guardrail that is not shown to be kept speaks against the change: beyond the margin as measured, and by more than half of it as effects go. */
export const isEvidenceAgainst = ({ effect, error, margin }: GuardrailStatus): boolean =>
  effect < -margin && shrink({ effect, error }, { mean: 0, spread: margin }).effect < -margin / 2;

/** As events tell it. */
export const standingsOf = (checks: readonly GuardrailCheck[]): Partial<Record<Metric, GuardrailStatus>> =>
  Object.fromEntries(checks.map(({ metric, standing }) => [metric, standing]));

/** What each metric may lose. */
export const marginsOf = ({ guardrails }: Pick<ExperimentDesign, 'guardrails'>): [Metric, Margin][] => [
  ['quality', { points: guardrails.quality, better: 'higher' }],
  ['cost', { share: guardrails.cost, better: 'lower' }],
  ['time', { share: guardrails.time, better: 'lower' }],
  ['success', { points: guardrails.success, better: 'higher' }],
  ['satisfaction', { points: guardrails.satisfaction, better: 'higher' }],
];

/** Half hours; the harm of a moment is not to be diluted by the hours before it. */
const LATEST = [1, 2, 4];
/** Of each arm, by which quality has a spread of its own. */
const MIN_RECENT_UNITS = 8;
/** One-sided, of each look at each span: what a day of looks does to a harmless trial is measured in `lately.spec.ts`. It ends a trial; it never applies anything. */
const RECENT_ALPHA = 0.0002;

/** Whether quality has lately been worse beyond doubt, and by more than its margin as measured, whatever it was before. */
export function isRecentlyHarmed({
  experiment: { design },
  lately = [],
}: Pick<LookEvidence, 'experiment' | 'lately'>): boolean {
  const margin = { points: design.guardrails.quality, better: 'higher' } as const;
  return LATEST.some((count) => {
    const span = lately.slice(-count).flat();
    const minUnits = Math.min(totalOf(span, 'control', 'quality').n, totalOf(span, 'treatment', 'quality').n);
    if (minUnits < MIN_RECENT_UNITS) return false;
    const { p, effect } = harmAtOneLook(...armsIn(span, 'quality'), margin);
    return p <= RECENT_ALPHA && effect < -margin.points;
  });
}

/** Quality, cost and time share the error. */
const RETEST_METRICS = 3;

/** What is in doubt and in force is taken out where quality, cost or time is worse beyond doubt, and by more than its margin as measured, whatever else it brings. */
export const isHarmfulAgain = ({ experiment, epochs }: Pick<LookEvidence, 'experiment' | 'epochs'>): boolean =>
  experiment.origin.kind === 'retest' &&
  marginsOf(experiment.design).some(([metric, margin]) => {
    if (isLowVolume({ metric })) return false;
    const { harmP, effect } = openEndedGuardrail(...armsIn(epochs, metric), margin, TIGHTEST_AT);
    return harmP <= GUARDRAIL_ALPHA / RETEST_METRICS && effect < -mostOf(margin);
  });
