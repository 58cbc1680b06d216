import { isInstant, ownValue } from '@contentflow/kernel';
import type { z } from 'zod';
import { type Estimate, improvementIn, type accountSchema } from '@contentflow/contracts';
import {
  boundaryZ,
  type EffectPrior,
  learnPrior,
  type MeasuredEffect,
  type Moments,
  movingWindowBoundary,
  shrink,
  Z95,
} from '@contentflow/statistics';
import { extraOf, mergeSpent, noSpending, type Spending, type Spent } from './spending.ts';
import type { SystemState } from './system-state.ts';
import type { Experiment } from './system-state/experiments.ts';
import { evidenceFor, type Improvement } from './system-state/improvements.ts';

/** An improvement's own account. Money in the price table's currency, times in epoch milliseconds. */
export type Account = z.output<typeof accountSchema>;

/** Until two experiments of one's own teach better: most changes do little. */
const FIRST_PRIOR: EffectPrior = { mean: 0, spread: 0.15 };
const MIN_SPREAD = 0.02;
/** A reverse holdback of fewer units says nothing of money yet. */
const MIN_WITHOUT = 30;
/** Standard errors that a saving may be off at any look, while the evidence for it grows ten-thousandfold. */
const ANY_LOOK = movingWindowBoundary({ alpha: 0.05, figures: 1, windows: 1, growth: 1e4 });

/** The account of every improvement ever applied, by its id. */
export function accountsOf(system: SystemState, parts: readonly Spent[], at: number): Record<string, Account> {
  const spent = mergeSpent(parts);
  const savings = system.improvements.flatMap(({ improvementId }) => savingOf(spent, improvementId) ?? []);
  const prior = priorOf(savings, FIRST_PRIOR);
  const accounts = system.improvements.map((improvement): [string, Account] => {
    const search = searchOf(system, improvement, spent);
    const benefit = benefitOf(improvement, spent, prior, search.costToFind, at);
    return [improvement.improvementId, { ...search, ...benefit, ...reportedEffect(system, improvement) }];
  });
  return Object.fromEntries(accounts);
}

/** Effects that seem all alike may still differ a little. */
function priorOf(effects: readonly MeasuredEffect[], otherwise: EffectPrior): EffectPrior {
  const { mean, spread } = learnPrior(effects, otherwise);
  return { mean, spread: Math.max(MIN_SPREAD, spread) };
}

/** Its own experiment, its orders for new prompts, and its failed predecessors: on the same lever of the same content type, since the improvement before. */
function searchOf(
  { experiments, improvements, promptRequests }: SystemState,
  { improvementId, experimentId, contentType, lever, appliedAt }: Improvement,
  spent: Spent,
): Pick<Account, 'costToFind' | 'screening' | 'experiments'> {
  const before = improvements.filter(
    (each) =>
      each.contentType === contentType &&
      each.lever === lever &&
      each.appliedAt < appliedAt &&
      each.improvementId !== improvementId,
  );
  const since = Math.max(Number.NEGATIVE_INFINITY, ...before.map((each) => each.appliedAt));
  const failed = Object.values(experiments)
    .filter(
      (each) =>
        each.contentType === contentType &&
        each.lever === lever &&
        each.origin.kind !== 'retest' &&
        each.verdict !== 'treatment' &&
        (each.concludedAt ?? Number.POSITIVE_INFINITY) <= appliedAt &&
        (each.concludedAt as number) > since,
    )
    .map((each) => each.experimentId);
  const searched = [...failed, experimentId];
  const asked = promptRequests.filter(
    (each) => lever === 'prompt' && each.contentType === contentType && each.at > since && each.at <= appliedAt,
  );
  const screening = asked.reduce((sum, { requestId }) => sum + (ownValue(spent.prompts, requestId) ?? 0), 0);
  const tried = searched.reduce((sum, id) => sum + extraOf(ownValue(spent.experiments, id) ?? noSpending), 0);
  return { costToFind: tried + screening, screening, experiments: searched };
}

/** Relative saving per generation beside the reverse holdback. Nothing was selected on these figures: no winner's curse in them. */
function savingOf(spent: Spent, improvementId: string): MeasuredEffect | undefined {
  const { control, treatment } = ownValue(spent.improvements, improvementId) ?? noSpending;
  if (control.n < MIN_WITHOUT || treatment.n < 2 || !(control.mean > 0)) return undefined;
  const ratio = treatment.mean / control.mean;
  // Delta method; Deng, Knoblich, Lu (2018), arXiv:1803.06336, eq. 3
  const variance = (varianceOfMean(treatment) + ratio ** 2 * varianceOfMean(control)) / control.mean ** 2;
  return variance > 0 ? { effect: 1 - ratio, error: Math.sqrt(variance) } : undefined;
}

const varianceOfMean = ({ n, m2 }: Moments): number => m2 / (n - 1) / n;

function benefitOf(
  { improvementId, appliedAt, endedAt }: Improvement,
  spent: Spent,
  prior: EffectPrior,
  costToFind: number,
  at: number,
): Pick<Account, 'generations' | 'saved' | 'savedRaw' | 'paysBackOn'> {
  const of: Spending = ownValue(spent.improvements, improvementId) ?? noSpending;
  const generations = of.treatment.n;
  const measured = savingOf(spent, improvementId);
  if (!measured) return { generations, saved: null, savedRaw: null, paysBackOn: costToFind <= 0 ? appliedAt : null };
  const money = of.control.mean * generations;
  const saved = scaled(interval(shrink(measured, prior), ANY_LOOK), money);
  const perMs = saved.value / Math.max(1, (endedAt ?? at) - appliedAt);
  const date = appliedAt + costToFind / perMs;
  // What saves next to nothing would pay back on a day that no calendar has.
  const isReached = isInstant(date) && (endedAt === undefined || date <= endedAt);
  const paysBackOn = costToFind <= 0 ? appliedAt : saved.value > 0 && isReached ? Math.round(date) : null;
  return { generations, saved, savedRaw: measured.effect * money, paysBackOn };
}

function reportedEffect(
  system: SystemState,
  improvement: Improvement,
): Pick<Account, 'effect' | 'effectRaw' | 'effectFrom'> {
  const own = evidenceFor(system, improvement);
  const [measured] = effectOf(own);
  if (!own || !measured) return { effect: null, effectRaw: null, effectFrom: null };
  const effect = interval(shrunkEffect(measured, own, Object.values(system.experiments)), Z95);
  return { effect, effectRaw: measured.effect, effectFrom: own.experimentId };
}

/** What an improvement was expected to bring in its metric when it was applied; undefined where no experiment of that metric told. */
export function predictedEffectOf({ experiments }: SystemState, improvement: Improvement): MeasuredEffect | undefined {
  const own = ownValue(experiments, improvement.experimentId);
  const [measured] = effectOf(own);
  if (!own || !measured) return undefined;
  const known = Object.values(experiments).filter(
    ({ concludedAt }) => (concludedAt ?? Infinity) <= improvement.appliedAt,
  );
  return shrunkEffect(measured, own, known);
}

function shrunkEffect(measured: MeasuredEffect, { metric }: Experiment, all: readonly Experiment[]): MeasuredEffect {
  const ofMetric = all.filter((each) => each.metric === metric);
  return shrink(measured, priorOf(ofMetric.flatMap(effectOf), priorOf(all.flatMap(effectOf), FIRST_PRIOR)));
}

/** What a concluded experiment showed of its metric, winner or loser, for the better above 0. */
export function effectOf(experiment: Experiment | undefined): MeasuredEffect[] {
  if (experiment?.effect === undefined || experiment.status !== 'concluded') return [];
  const { effect, metric, design, level, units = 0 } = experiment;
  // The interval is valid at every look; the error of this one look is narrower by how much that costs.
  const information = Math.max(1, units) / (2 * design.unitsPerArm);
  const width =
    level === undefined ? boundaryZ(design.alpha, information) : boundaryZ(level, information, 'untruncated');
  const error = (effect.upper - effect.lower) / (2 * width);
  return error > 0 ? [{ effect: improvementIn(metric, effect.value), error }] : [];
}

const interval = ({ effect, error }: MeasuredEffect, width: number): Estimate => ({
  value: effect,
  lower: effect - width * error,
  upper: effect + width * error,
});
const scaled = ({ value, lower, upper }: Estimate, by: number): Estimate => ({
  value: value * by,
  lower: lower * by,
  upper: upper * by,
});
