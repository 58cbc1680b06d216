import type { Experiment } from '@contentflow/decisions';
import { contrastOf, type MeasuredEffect, normalCdf, normalDensity, shrink } from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import { SHOWN } from '../hypotheses/drafts.ts';
import { armsIn } from './guardrails.ts';

/** Points of quality that a unit is expected to lose by a change of which this is foreseen: the mean of what is below zero of a normal effect. */
export function predictedLoss({ effect, error }: MeasuredEffect): number {
  if (!(error > 0)) return Math.max(0, -effect);
  return Math.max(0, error * normalDensity(effect / error) - effect * normalCdf(-effect / error));
}

/** The same after what the units of its trial have shown, of which measures tell a part. */
export function lossByNow(foreseen: MeasuredEffect, epochs: readonly Arms[]): number {
  const { difference, controlVariance, treatmentVariance } = contrastOf(...armsIn(epochs, 'quality'));
  const error = Math.sqrt(controlVariance + treatmentVariance) / SHOWN;
  if (!(error > 0)) return predictedLoss(foreseen);
  const prior = { mean: foreseen.effect, spread: foreseen.error };
  return predictedLoss(shrink({ effect: difference / SHOWN, error }, prior));
}

type Priced = Pick<Experiment, 'contentType' | 'design'>;

/** Whether trials of a content type may lose what this one is expected to lose besides; one at a time may always be tried. */
export function isAffordable(
  open: readonly Priced[],
  { contentType, lossForeseen = 0 }: { readonly contentType: string; readonly lossForeseen?: number },
  qualityLoss: number,
): boolean {
  const others = open
    .filter((each) => each.contentType === contentType)
    .reduce((sum, { design: { lossForeseen: loss = 0, ramp } }) => sum + loss * Math.max(0, ...ramp), 0);
  return others === 0 || lossForeseen === 0 || others + FULL * lossForeseen <= qualityLoss;
}

/** Of units, treated at the end of a ramp. */
const FULL = 0.5;
