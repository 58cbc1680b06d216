import type { Metric } from '@contentflow/contracts';
import { guardrail } from '@contentflow/statistics';
import { type Arms, mergeStatistics, noStatistics, sampleOfMetric } from '../arm-statistics.ts';
import { evidenceOf } from './comparison.ts';
import { type Comparisons, horizonUnitsOf, type LookEvidence } from './look-evidence.ts';
import { GUARDRAIL_ALPHA, valuesPerUnit } from './value.ts';

type Rail = 'within' | 'breached' | 'unknown';

/** Quality, cost and time must be shown to stay within their margins; success and satisfaction, which few units tell of, must not be shown to fall. */
export function guardrailsOf(
  { experiment, epochs }: Pick<LookEvidence, 'experiment' | 'epochs'>,
  metrics: Comparisons,
): Rail[] {
  const { design, metric: primary } = experiment;
  const shareOf = (metric: Metric, margin: number): number =>
    margin / Math.max(1e-9, metrics[metric]?.control.mean ?? 1);
  const seen = epochs.flatMap(({ control, treatment }) => [control, treatment]).reduce(mergeStatistics, noStatistics);
  const rails: [Metric, number, 'higher' | 'lower'][] = [
    ['quality', shareOf('quality', design.guardrails.quality), 'higher'],
    ['cost', design.guardrails.cost, 'lower'],
    ['time', design.guardrails.time, 'lower'],
    ['success', shareOf('success', design.guardrails.success), 'higher'],
    ['satisfaction', shareOf('satisfaction', design.guardrails.satisfaction), 'higher'],
  ];
  return rails
    .filter(([metric]) => metric !== primary)
    .map(([metric, share, better]): Rail => {
      const [control, treatment] = (['control', 'treatment'] as const).map((variant) =>
        evidenceOf(epochs, variant, metric),
      );
      if (!control || !treatment) return 'unknown';
      if (isStill(epochs, metric)) return 'within';
      const { withinP, breachedP, harmP } = guardrail(
        control,
        treatment,
        { share: Math.min(0.99, share), better },
        valuesPerUnit(seen, metric) * horizonUnitsOf(experiment),
      );
      if (breachedP <= GUARDRAIL_ALPHA) return 'breached';
      if (metric === 'success' || metric === 'satisfaction') return harmP <= GUARDRAIL_ALPHA ? 'unknown' : 'within';
      return withinP <= GUARDRAIL_ALPHA ? 'within' : 'unknown';
    });
}

/** Whether a metric is the same for every unit of both arms, as the cost of a model of one's own is. */
function isStill(epochs: readonly Arms[], metric: Metric): boolean {
  const samples = epochs
    .flatMap(({ control, treatment }) => [sampleOfMetric(control, metric), sampleOfMetric(treatment, metric)])
    .filter(({ n }) => n > 0);
  return samples.length > 1 && samples.every(({ mean, variance }) => variance === 0 && mean === samples[0]?.mean);
}
