import {
  type EventData,
  type EventDefinition,
  type ExperimentDesign,
  ExperimentConcluded,
  ExperimentLooked,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisProposed,
  ImprovementApplied,
  ImprovementRolledBack,
  type Lever,
  type RecipeChange,
  RecipeRegistered,
  recipeSchema,
  withRegistration,
} from '@contentflow/contracts';
import { initialSystemState, afterEntry, type SystemState } from '../system-state.ts';
import type { Experiment } from '../system-state/experiments.ts';

export const generation0 = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write well.' },
  steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 100 }],
  output: { body: 'draft' },
  model: 'large',
});
const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };

/** The ledger, told decision by decision. */
export class Ledger {
  state: SystemState = initialSystemState;

  constructor() {
    this.take(RecipeRegistered, { contentType: 'email', recipe: generation0, version: 'v', source: 'test' });
  }

  /** Takes a decision; says why it is void, if it is. */
  take(definition: EventDefinition, data: Record<string, unknown>, time = 0): string | undefined {
    const seq = this.state.position;
    const decision = {
      id: `d${seq}`,
      type: definition.type,
      source: 'test',
      subject: 's',
      time,
      data: { basis, ...data },
      correlationId: 'c',
    };
    this.state = afterEntry(this.state, { seq, previousHash: '', hash: '', hashVersion: 2 as const, decision });
    const last = this.state.void.at(-1);
    return last?.seq === seq ? last.reason : undefined;
  }

  propose = (hypothesisId: string, lever: Lever = 'model') =>
    this.take(HypothesisProposed, {
      hypothesisId,
      contentType: 'email',
      lever,
      kind: 'test',
      change,
      metric: 'cost',
      reason: '',
      context: 'c',
      expectedGain: 0.2,
    });
  register = (
    experimentId: string,
    over: { lever?: Lever; change?: RecipeChange; origin?: Experiment['origin'] } = {},
    registeredAs: { registration?: string } = {},
  ) => {
    const registered = withRegistration({
      experimentId,
      origin: { kind: 'hypothesis' as const, id: `of-${experimentId}` },
      contentType: 'email',
      lever: 'model' as const,
      change,
      metric: 'cost' as const,
      design: {} as ExperimentDesign,
      ...over,
    });
    return this.take(ExperimentRegistered, { ...registered, ...registeredAs });
  };
  start = (experimentId: string, at = 10) => this.take(ExperimentStarted, { experimentId }, at);
  look = (experimentId: string, look: number) =>
    this.take(ExperimentLooked, { experimentId, look, metrics: {}, sampleRatio: { p: 1, broken: false } });
  conclude = (experimentId: string, verdict = 'treatment', p = 0.001, at = 0) =>
    this.take(
      ExperimentConcluded,
      {
        experimentId,
        verdict,
        reason: verdict === 'void' ? 'sample_ratio' : 'success',
        metrics: {
          cost: {
            control: { n: 9, mean: 2 },
            treatment: { n: 9, mean: 1 },
            relative: { value: -0.5, lower: -1, upper: 0 },
            p,
          },
        },
        units: 18,
      },
      at,
    );
  apply = (
    improvementId: string,
    experimentId: string,
    over: Partial<EventData<typeof ImprovementApplied>> = {},
    at = 0,
  ) =>
    this.take(
      ImprovementApplied,
      {
        improvementId,
        experimentId,
        contentType: 'email',
        lever: 'model',
        change,
        type: '',
        impact: {},
        summary: '',
        learnedFrom: 1,
        costToFind: 0,
        guardrails: {},
        expiresAt: 100,
        ...over,
      },
      at,
    );
  rollBack = (improvementId: string) =>
    this.take(ImprovementRolledBack, { improvementId, reason: 'it hurts', by: 'person', impact: {} }, 50);

  /** From a hypothesis to the improvement it became. */
  improve(name: string, lever: Lever, change: RecipeChange, at = 0): this {
    this.register(`e-${name}`, { lever, change });
    this.start(`e-${name}`, at);
    this.conclude(`e-${name}`, 'treatment', 0.001, at + 600);
    this.apply(name, `e-${name}`, { lever, change }, at + 600);
    return this;
  }
}
export const change: RecipeChange = { kind: 'use_model', model: 'small' };
export const instructions: RecipeChange = { kind: 'replace_instructions' as const, instructions: 'Write better.' };
export const temperature = { kind: 'set_temperature' as const, temperature: 0.3 };
