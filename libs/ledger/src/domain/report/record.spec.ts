import {
  type EventDefinition,
  type EventOf,
  DecisionSequenced,
  ExperimentConcluded,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisProposed,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementRolledBack,
  RecipeRegistered,
  recipeSchema,
  withRegistration,
} from '@contentflow/contracts';
import { sampleBasis } from '@contentflow/contracts/testing';
import { emptyRecord, type SystemRecord, withDecision } from './record.ts';
import { reportFold, reportOf } from './report.ts';

const change = { kind: 'use_model', model: 'small' } as const;
const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write.' },
  steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 100 }],
  output: { body: 'draft' },
  model: 'large',
});

const proposed = {
  hypothesisId: 'h',
  contentType: 'email',
  lever: 'model',
  kind: 'test',
  change,
  metric: 'cost',
  reason: '',
  context: 'c',
  expectedGain: 0.2,
};

class Ledger {
  record: SystemRecord = emptyRecord;

  constructor() {
    this.take(RecipeRegistered, { contentType: 'email', recipe, version: 'v', source: 'test' });
  }

  take(definition: EventDefinition, data: Record<string, unknown>, time = 0): this {
    const seq = this.record.system.position;
    const id = `d${seq}`;
    const type = definition.type;
    const decision = {
      id,
      type,
      source: 's',
      subject: 's',
      time,
      data: { basis: sampleBasis, ...data },
      correlationId: 'c',
    };
    const entry = { seq, previousHash: '', hash: '', hashVersion: 2, decision };
    this.record = withDecision(this.record, { time, data: entry } as EventOf<typeof DecisionSequenced>);
    return this;
  }

  /** An experiment from its registration to its verdict. */
  tried(experimentId: string, verdict: string, origin: object = { kind: 'hypothesis', id: 'h' }, at = 5): this {
    const registered = withRegistration({
      experimentId,
      origin: origin as never,
      contentType: 'email',
      lever: 'model' as const,
      change,
      metric: 'cost' as const,
      design: { alpha: 0.05, unitsPerArm: 9 } as never,
    });
    const arm = { n: 9, mean: 1 };
    const metrics = {
      cost: { control: arm, treatment: arm, relative: { value: -0.5, lower: -1, upper: 0 }, p: 0.001 },
    };
    return this.take(ExperimentRegistered, registered)
      .take(ExperimentStarted, { experimentId })
      .take(ExperimentConcluded, { experimentId, verdict, reason: 'success', metrics, units: 18 }, at);
  }

  applied = (improvementId: string, experimentId: string): this =>
    this.take(ImprovementApplied, {
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
      expiresAt: 100,
    });

  counters() {
    return reportOf([{ ...reportFold.initial(), record: this.record }]).system_evolution.counters;
  }
}

describe('what the system decided by itself', () => {
  it('counts a verdict and what carries it out once', () => {
    // Given one experiment whose change was applied, one whose hypothesis was refuted, one that nothing followed from.
    const ledger = new Ledger().tried('won', 'treatment').applied('i', 'won');
    ledger
      .take(HypothesisProposed, proposed)
      .tried('lost', 'none')
      .take(HypothesisRefuted, { hypothesisId: 'h', experimentId: 'lost', context: '', reason: '' });
    const { autonomous_decisions, learning_cycles } = ledger.tried('spoilt', 'void').counters();
    expect(autonomous_decisions.events).toMatchObject({
      ExperimentRegistered: 3,
      ImprovementApplied: 1,
      HypothesisRefuted: 1,
      ExperimentConcluded: 1,
    });
    expect(autonomous_decisions.count).toBe(6);
    expect(learning_cycles.count).toBe(3);
  });

  it('counts a rollback by the verdict of a re-test once, and one for another reason apart', () => {
    const rolledBack = (at: number, reason: string) => (ledger: Ledger) =>
      ledger.take(ImprovementRolledBack, { improvementId: 'i', reason, by: 'system', impact: {} }, at);
    const given = () => new Ledger().tried('won', 'treatment').applied('i', 'won');
    const byRetest = rolledBack(50, 'harm')(given().tried('again', 'control', { kind: 'retest', id: 'i' }, 50));
    const byWatch = rolledBack(80, 'it hurts')(given().tried('again', 'none', { kind: 'retest', id: 'i' }, 50));
    expect(byRetest.counters().autonomous_decisions.events).toMatchObject({
      ImprovementRolledBack: 1,
      ExperimentConcluded: 0,
    });
    expect(byWatch.counters().autonomous_decisions.events).toMatchObject({
      ImprovementRolledBack: 1,
      ExperimentConcluded: 1,
    });
  });
});
