import {
  ExperimentConcluded,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisProposed,
  ImprovementApplied,
  newEvent,
  withRegistration,
} from '@contentflow/contracts';
import type { NewEvent } from '@contentflow/kernel';

const basis = { procedure: '', question: '', at: 0, evidence: { seen: 1000 }, policy: '', code: '', positions: {} };
const about = {
  contentType: 'email',
  lever: 'style' as const,
  change: { kind: 'set_temperature' as const, temperature: 0.3 },
};

/** An experiment that succeeded, and the improvement that came of it, whose summary says this. */
export function improvementApplied(improvementId: string, summary: string, time: number): NewEvent[] {
  const experimentId = `of-${improvementId}`;
  const design = {
    ...{ alpha: 0.05, minimumImprovement: 0.05, unitsPerArm: 500, horizonMs: 1e7, minimumRunMs: 0, longestMs: 1e8 },
    ...{ lookEveryMs: 1e5, fewestUnits: 10, ramp: [0.5], rampStepMs: 1e5, stopping: 'test' },
    guardrails: { quality: 0.1, success: 0.1, cost: 0.1, time: 0.1, satisfaction: 0.1 },
  };
  const origin = { kind: 'hypothesis' as const, id: `h-${improvementId}` };
  const registered = withRegistration({ experimentId, origin, ...about, metric: 'cost' as const, design });
  const metrics = {
    cost: {
      control: { n: 500, mean: 0.02 },
      treatment: { n: 500, mean: 0.01 },
      relative: { value: -0.5, lower: -0.6, upper: -0.4 },
      p: 0.001,
    },
  };
  const verdict = { verdict: 'treatment' as const, reason: 'success' as const, metrics, units: 1000 };
  const applied = {
    type: 'style_optimization',
    impact: {},
    summary,
    learnedFrom: 1000,
    costToFind: 0.1,
    guardrails: {},
  };
  const event = { subject: experimentId, time };
  return [
    newEvent(ExperimentRegistered, { ...event, data: { ...registered, basis }, cause: { id: `${experimentId}-1` } }),
    newEvent(ExperimentStarted, { ...event, data: { experimentId, basis }, cause: { id: `${experimentId}-2` } }),
    newEvent(ExperimentConcluded, {
      ...event,
      data: { experimentId, ...verdict, basis },
      cause: { id: `${experimentId}-3` },
    }),
    newEvent(ImprovementApplied, {
      ...event,
      data: { improvementId, experimentId, ...about, ...applied, expiresAt: time + 1e12, basis },
      cause: { id: `${experimentId}-4` },
    }),
  ];
}

/** A change that waits for a person where its lever is set to propose. */
export const proposed = (hypothesisId: string, lever: 'model' | 'prompt', time: number): NewEvent =>
  newEvent(HypothesisProposed, {
    subject: 'email',
    data: {
      ...{
        hypothesisId,
        kind: 'model_selection',
        contentType: 'email',
        lever,
        metric: 'cost',
        reason: 'it is cheaper',
      },
      change: { kind: 'use_model', model: 'small' },
      context: hypothesisId,
      expectedGain: 0.3,
      basis,
    },
    time,
    cause: { id: hypothesisId },
  });
