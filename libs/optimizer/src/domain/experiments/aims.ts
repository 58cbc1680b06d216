import { improvementIn, type Metric, type Policy, type RecipeChange } from '@contentflow/contracts';
import { canMoveTexts, isForReadersToJudge } from '@contentflow/recipes';
import { contrastOf, evidenceOfP, sequentialP } from '@contentflow/statistics';
import { armsIn } from './guardrails.ts';
import { horizonUnitsOf, type LookEvidence } from './look-evidence.ts';
import { type Aim, AIMS, weightsOf } from './value.ts';

/** Of the user's aims, the one that a metric is about. */
export const aimServedBy = (metric: Metric): Aim | undefined =>
  metric === 'tokens' ? 'cost' : AIMS.find((each) => each === metric);

/** What a trial may be won by: its own metric first, then whatever else of the user's aims its change can move and measures can judge. */
export function aimsFor(
  { origin, change, metric }: { origin: { kind: string }; change: RecipeChange; metric: Metric },
  { objective }: Policy,
): Metric[] | undefined {
  const served = aimServedBy(metric);
  const weights = weightsOf(objective);
  if (origin.kind !== 'hypothesis') return undefined;
  // Measures look at no tone that a brief does not ask for, so that what they show of another is no echo of it; that readers are as satisfied is to be shown besides.
  if (change.kind === 'set_tone' && metric === 'satisfaction' && weights.quality > 0) return [metric, 'quality'];
  if (served === undefined) return undefined;
  const others = AIMS.filter(
    (aim) =>
      aim !== served &&
      weights[aim] > 0 &&
      (aim !== 'quality' || (canMoveTexts(change) && !isForReadersToJudge(change))),
  );
  return others.length > 0 ? [metric, ...others] : undefined;
}

/** What its own metric weighs of all that a trial may be won by; the others share the rest. */
const OWN_WEIGHT = 0.5;

/** Evidence that a change betters at least one of what it may be won by. */
export interface AimsFound {
  /** Against "it betters none of them": 1 at most in the mean, where it does not. */
  readonly evidence: number;
  /** The one that there is most evidence for. */
  readonly aim: Metric;
}

/**
 * A weighted mean of the evidence for each aim: whichever a change betters, it need not have been foreseen, and what it takes to be shown is a factor of two or four,
 * which few units make up for. Undefined for trials that are about their own metric alone.
 * Source: a mean of e-values is one, whatever the dependence: Vovk and Wang (2021), 10.1214/20-AOS2020
 */
export function aimsFound({ experiment, epochs }: Pick<LookEvidence, 'experiment' | 'epochs'>): AimsFound | undefined {
  const { aims } = experiment.design;
  if (aims === undefined) return undefined;
  const horizonUnits = horizonUnitsOf(experiment);
  const found = aims.map((aim, index) => {
    const [control, treatment] = armsIn(epochs, aim);
    const isBetter = improvementIn(aim, contrastOf(control, treatment).difference) > 0;
    const evidence = isBetter
      ? evidenceOfP(sequentialP({ control, treatment, horizonUnits, tuning: 'untruncated' }))
      : 0;
    return { aim, part: evidence * (index === 0 ? OWN_WEIGHT : (1 - OWN_WEIGHT) / (aims.length - 1)) };
  });
  const most = found.reduce((best, each) => (each.part > best.part ? each : best));
  return { evidence: found.reduce((sum, { part }) => Math.min(Number.MAX_VALUE, sum + part), 0), aim: most.aim };
}
