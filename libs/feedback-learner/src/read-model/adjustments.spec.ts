import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  ExperimentRegistered,
  type AdjustmentDocument,
} from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced, sampleBasis } from '@contentflow/contracts/testing';
import type { StoredEvent } from '@contentflow/kernel';
import { projected } from '@contentflow/read-model/testing';
import { adjustmentDocuments } from './adjustments.ts';

const change = { kind: 'set_words' as const, words: 80 };
const wanted = { contentType: 'email', lever: 'style' as const, change };
const estimate = { value: 0.1, lower: 0.05, upper: 0.15 };
const impact = { quality: estimate, engagement: estimate, satisfaction: estimate };

const proposed = storedEvent(
  AdjustmentProposed,
  {
    adjustmentId: 'a',
    kind: 'modify_length',
    ...wanted,
    metric: 'satisfaction',
    current: '120',
    target: '80',
    support: { comments: 12, raters: 9 },
    basis: sampleBasis,
  },
  { id: 'proposed', time: 10 },
);
const registered = (kind: 'adjustment' | 'hypothesis') =>
  storedEvent(
    ExperimentRegistered,
    {
      experimentId: 'e',
      origin: { kind, id: 'a' },
      ...wanted,
      metric: 'satisfaction',
      design: {
        alpha: 0.05,
        minimumImprovement: 0.05,
        unitsPerArm: 100,
        horizonMs: 1000,
        minimumRunMs: 0,
        longestMs: 2000,
        lookEveryMs: 100,
        fewestUnits: 20,
        ramp: [0.1, 0.5],
        rampStepMs: 100,
        stopping: 'horizon',
        guardrails: { quality: 0.02, success: 0.02, cost: 0.1, time: 0.1, satisfaction: 0.02 },
      },
      registration: 'hash',
      basis: sampleBasis,
    },
    { id: 'registered', time: 20 },
  );
const permanent = storedEvent(
  AdjustmentMadePermanent,
  { adjustmentId: 'a', experimentId: 'e', ...wanted, impact, basis: sampleBasis },
  { id: 'permanent', time: 30 },
);
const rolledBack = storedEvent(
  AdjustmentRolledBack,
  { adjustmentId: 'a', experimentId: 'e', reason: 'no better', impact, basis: sampleBasis },
  { id: 'rolled back', time: 30 },
);

const after = async (...decisions: StoredEvent[]): Promise<ReadonlyMap<string, AdjustmentDocument>> =>
  projected(adjustmentDocuments, inOrder(...decisions.map((each, seq) => sequenced(seq, each))));

describe('the adjustments that are shown', () => {
  it('are what readers ask for, and who stands behind it', async () => {
    expect((await after(proposed)).get('a')).toMatchObject({
      kind: 'modify_length',
      current: '120',
      target: '80',
      support: { comments: 12, raters: 9 },
      status: 'proposed',
      proposedAt: 10,
      experimentId: null,
      impact: null,
      eventIds: ['proposed'],
    });
  });

  it('are on trial once an experiment of theirs is registered, and not for that of another origin', async () => {
    expect((await after(proposed, registered('adjustment'))).get('a')).toMatchObject({
      status: 'on_trial',
      experimentId: 'e',
      eventIds: ['proposed', 'registered'],
    });
    expect((await after(proposed, registered('hypothesis'))).get('a')?.status).toBe('proposed');
  });

  it('stay for good with what they brought', async () => {
    expect((await after(proposed, registered('adjustment'), permanent)).get('a')).toMatchObject({
      status: 'permanent',
      impact,
      reason: null,
      endedAt: 30,
      eventIds: ['proposed', 'registered', 'permanent'],
    });
  });

  it('are rolled back with the reason', async () => {
    expect((await after(proposed, registered('adjustment'), rolledBack)).get('a')).toMatchObject({
      status: 'rolled_back',
      reason: 'no better',
      endedAt: 30,
    });
  });

  it('are none that nobody proposed', async () => {
    expect(await after(registered('adjustment'), permanent)).toEqual(new Map());
  });
});
