import { ExperimentConcluded, type ExperimentDesign } from '@contentflow/contracts';
import type { Decided } from '@contentflow/decisions';
import type { LookEvidence } from '../domain/experiments/look-evidence.ts';
import { basis, HOUR, MINUTE } from './traffic.ts';

/** The design of an experiment on cost. */
export const lookDesign = (over: Pick<ExperimentDesign, 'alpha' | 'unitsPerArm' | 'horizonMs'>): ExperimentDesign => ({
  minimumImprovement: 0.1,
  minimumRunMs: 0,
  longestMs: 24 * HOUR,
  lookEveryMs: 10 * MINUTE,
  fewestUnits: 50,
  ramp: [0.5],
  rampStepMs: 10 * MINUTE,
  stopping: '',
  guardrails: { quality: 0.3, success: 0.02, cost: 0.1, time: 0.1, satisfaction: 0.15 },
  ...over,
});

/** An experiment with another model, begun at 0. */
export const lookedAt = (design: ExperimentDesign): LookEvidence['experiment'] => ({
  experimentId: 'e',
  origin: { kind: 'hypothesis', id: 'h' },
  contentType: 'email',
  lever: 'model',
  change: { kind: 'use_model', model: 'small' },
  metric: 'cost',
  design,
  registration: '',
  registeredAt: 0,
  startedAt: 0,
  looks: 0,
});

/** The verdict and its reason; undefined while the experiment goes on. */
export function verdictIn(decisions: readonly Decided[]): [string, string] | undefined {
  const concluded = decisions.find(({ definition }) => definition === ExperimentConcluded);
  if (!concluded) return undefined;
  const { verdict, reason } = ExperimentConcluded.schema.parse({ ...concluded.data, basis });
  return [verdict, reason];
}
