import { ownValue } from '@contentflow/kernel';
import { type Estimate, type EventData, OutcomesGraded, projection, modelOutcomesSchema } from '@contentflow/contracts';
import { type OutcomeName, outcomeNames } from '../domain/models/outcome-windows.ts';

type GradedModel = EventData<typeof OutcomesGraded>['models'][number];

/** How the learned model of cost, time and quality has done for one model of a content type. */
export interface ModelCalibration {
  readonly generations: number;
  readonly lastPredicted: GradedModel['predicted'];
  readonly lastObserved: GradedModel['observed'];
  readonly calibration: Readonly<Record<OutcomeName, OutcomeCalibration>>;
}
export interface OutcomeCalibration {
  readonly forecasts: number;
  /** Of the 95 % intervals, the share that held what came. */
  readonly coverage: number;
  /** Mean of (observed − predicted), as a share of what was predicted. */
  readonly bias: number;
}

/** Calibration: what was predicted of each model beside what came, over all grades. */
export const modelOutcomes = projection('optimizer.model-outcomes', modelOutcomesSchema, ['gradedUntil']).onDecision(
  OutcomesGraded,
  (before, { data: { contentType, until, models } }) => {
    const graded = models.map(
      (each) => [each.model, withGrade(ownValue(before?.models ?? {}, each.model), each)] as const,
    );
    return { id: contentType, gradedUntil: until, models: { ...before?.models, ...Object.fromEntries(graded) } };
  },
);

function withGrade(before: ModelCalibration | undefined, graded: GradedModel): ModelCalibration {
  const { generations, predicted, observed } = graded;
  const calibration = Object.fromEntries(
    outcomeNames.map((name) => [name, calibrated(before?.calibration[name], predicted[name], observed[name])]),
  ) as Record<OutcomeName, OutcomeCalibration>;
  return {
    generations: (before?.generations ?? 0) + generations,
    lastPredicted: predicted,
    lastObserved: observed,
    calibration,
  };
}

function calibrated(
  { forecasts, coverage, bias }: OutcomeCalibration = { forecasts: 0, coverage: 0, bias: 0 },
  { value, lower, upper }: Estimate,
  observed: number,
): OutcomeCalibration {
  const count = forecasts + 1;
  const isHeld = lower <= observed && observed <= upper;
  const missed = value === 0 ? 0 : observed / value - 1;
  return {
    forecasts: count,
    coverage: coverage + ((isHeld ? 1 : 0) - coverage) / count,
    bias: bias + (missed - bias) / count,
  };
}
