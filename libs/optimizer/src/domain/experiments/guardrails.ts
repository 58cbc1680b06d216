import type { ExperimentDesign, Metric } from '@contentflow/contracts';
import { guardrail, type Margin } from '@contentflow/statistics';
import { mergeStatistics, noStatistics } from '../arm-statistics.ts';
import { evidenceOf } from './comparison.ts';
import { horizonUnitsOf, type LookEvidence } from './look-evidence.ts';
import { GUARDRAIL_ALPHA, valuesPerUnit } from './value.ts';

type Rail = 'within' | 'breached' | 'unknown';

/** Quality, cost and time must be shown to stay within their margins; success and satisfaction, which few units tell of, must not be shown to fall. */
export function guardrailsOf({ experiment, epochs }: Pick<LookEvidence, 'experiment' | 'epochs'>): Rail[] {
  const { design, metric: primary } = experiment;
  const seen = epochs.flatMap(({ control, treatment }) => [control, treatment]).reduce(mergeStatistics, noStatistics);
  return marginsOf(design)
    .filter(([metric]) => metric !== primary)
    .map(([metric, margin]): Rail => {
      const { withinP, breachedP, harmP } = guardrail(
        evidenceOf(epochs, 'control', metric),
        evidenceOf(epochs, 'treatment', metric),
        margin,
        valuesPerUnit(seen, metric) * horizonUnitsOf(experiment),
      );
      if (breachedP <= GUARDRAIL_ALPHA) return 'breached';
      if (metric === 'success' || metric === 'satisfaction') return harmP <= GUARDRAIL_ALPHA ? 'unknown' : 'within';
      return withinP <= GUARDRAIL_ALPHA ? 'within' : 'unknown';
    });
}

/** What each metric may lose. */
export const marginsOf = ({ guardrails }: Pick<ExperimentDesign, 'guardrails'>): [Metric, Margin][] => [
  ['quality', { points: guardrails.quality, better: 'higher' }],
  ['cost', { share: guardrails.cost, better: 'lower' }],
  ['time', { share: guardrails.time, better: 'lower' }],
  ['success', { points: guardrails.success, better: 'higher' }],
  ['satisfaction', { points: guardrails.satisfaction, better: 'higher' }],
];
