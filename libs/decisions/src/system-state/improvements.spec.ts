import {
  AnomalyHandled,
  ImprovementConfirmed,
  ImprovementExpired,
  type Lever,
  type RecipeChange,
} from '@contentflow/contracts';
import type { Experiment } from './experiments.ts';
import { type Improvement, dependentsOf, evidenceFor } from './improvements.ts';
import { Ledger, change, instructions, temperature } from '../testing/ledger.ts';

describe('decisions on improvements that are void', () => {
  it('an improvement that no experiment supports, or that is applied already', () => {
    const ledger = new Ledger();
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
    ledger.register('e');
    ledger.start('e');
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
    ledger.conclude('e', 'treatment');
    expect(ledger.apply('i', 'e')).toBeUndefined();
    expect(ledger.apply('i', 'e')).toBe('applied already');
    expect(ledger.state.improvements).toHaveLength(1);
  });

  it.each(['control', 'none', 'void'])('an improvement whose experiment ended in %s', (verdict) => {
    const ledger = new Ledger();
    ledger.register('e');
    ledger.start('e');
    ledger.conclude('e', verdict);
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
  });

  it('a second rollback, and whatever else comes after the first', () => {
    const ledger = new Ledger().improve('i', 'model', change);
    expect(ledger.rollBack('i')).toBeUndefined();
    expect(ledger.rollBack('i')).toBe('the improvement is rolled_back');
    expect(ledger.take(ImprovementConfirmed, { improvementId: 'i', impact: {}, guardrails: {} })).toBe(
      'the improvement is rolled_back',
    );
    expect(ledger.take(ImprovementExpired, { improvementId: 'i' })).toBe('the improvement is rolled_back');
    expect(ledger.rollBack('nothing')).toBe('no such improvement');
  });
});

describe('what rests on an improvement that is rolled back', () => {
  /** Each found in an hour of its own, one after the other. */
  function stack(): Ledger {
    const ledger = new Ledger();
    const found: [string, Lever, RecipeChange][] = [
      ['a', 'model', change],
      ['b', 'prompt', instructions],
      ['c', 'workflow', temperature],
    ];
    found.forEach(([name, lever, of], hour) => ledger.improve(name, lever, of, hour * 1000));
    return ledger;
  }
  const doubts = (ledger: Ledger) => ledger.state.improvements.map(({ doubt }) => doubt?.id);

  it('is in doubt, whoever took that back; what came before it is not', () => {
    const ledger = stack();
    ledger.rollBack('b');
    expect(doubts(ledger)).toEqual([undefined, undefined, 'b']);
    expect(ledger.state.improvements[2]?.doubt).toEqual({ cause: 'rollback', id: 'b', action: 'retest_improvement' });
  });

  it('waits for its re-test under that name, until it is confirmed', () => {
    const ledger = stack();
    ledger.rollBack('b');
    ledger.take(ImprovementExpired, { improvementId: 'c', reason: 'rollback of improvement b' });
    expect(ledger.state.improvements[2]).toMatchObject({ status: 'expired', retestFor: 'rollback of improvement b' });
    expect(doubts(ledger)).toEqual([undefined, undefined, undefined]);
    ledger.take(ImprovementConfirmed, { improvementId: 'c', impact: {}, guardrails: {} }, 5000);
    expect(ledger.state.improvements[2]).not.toHaveProperty('retestFor');
  });

  it('stays with the rollback that an anomaly asked for', () => {
    const ledger = stack();
    ledger.take(AnomalyHandled, { anomalyId: 'x', action: 'roll_back_improvement', target: 'c' });
    ledger.rollBack('b');
    expect(ledger.state.improvements[2]?.doubt).toEqual({ cause: 'anomaly', id: 'x', action: 'roll_back_improvement' });
  });
});

const improvement = (improvementId: string, appliedAt: number, over: Partial<Improvement> = {}): Improvement =>
  ({
    improvementId,
    appliedAt,
    experimentId: `of-${improvementId}`,
    contentType: 'email',
    status: 'applied',
    change: { kind: 'use_model', model: 'small' },
    ...over,
  }) as Improvement;
const experiment = (experimentId: string, startedAt: number, concludedAt: number, over: Partial<Experiment> = {}) =>
  ({
    experimentId,
    startedAt,
    concludedAt,
    status: 'concluded',
    origin: { kind: 'hypothesis', id: '' },
    ...over,
  }) as Experiment;
const byId = (...all: Experiment[]) => Object.fromEntries(all.map((each) => [each.experimentId, each]));
const retestOf = (id: string) => ({ origin: { kind: 'retest' as const, id } });

describe('what rests on an improvement', () => {
  const first = improvement('first', 100);
  const dependents = (later: Improvement, ...experiments: Experiment[]): string[] =>
    dependentsOf({ improvements: [first, later], experiments: byId(...experiments) }, first).map(
      ({ improvementId }) => improvementId,
    );

  it('is what was applied later and found mostly while it was in force', () => {
    const later = improvement('later', 160);
    expect(dependents(later, experiment('of-later', 110, 160))).toEqual(['later']);
    expect(dependents(later, experiment('of-later', 50, 160))).toEqual(['later']);
    expect(dependents(later, experiment('of-later', 20, 160))).toEqual([]);
  });

  it('is nothing that came before it, of another content type, gone, or under its re-test', () => {
    const found = experiment('of-later', 110, 160);
    expect(dependents(improvement('later', 90), found)).toEqual([]);
    expect(dependents(improvement('later', 160, { contentType: 'blog' }), found)).toEqual([]);
    expect(dependents(improvement('later', 160, { status: 'rolled_back' }), found)).toEqual([]);
    expect(dependents(improvement('later', 160, { status: 'expired' }), found)).toEqual([]);
  });

  describe('that changes no word', () => {
    const parallel: RecipeChange = { kind: 'run_in_parallel', parallel: true };
    const cache: RecipeChange = { kind: 'set_cache', strategy: 'exact', timeToLiveMs: 9, similarity: 0.9 };
    const isInDoubt = (change: RecipeChange, lever: Lever, won: Partial<Experiment>): boolean => {
      const gone = improvement('first', 100, { change });
      const later = improvement('later', 160, { lever });
      const experiments = byId(experiment('of-later', 110, 160, won));
      return dependentsOf({ improvements: [gone, later], experiments }, gone).length > 0;
    };

    it('is nothing that others save or better, where steps go in parallel no more', () => {
      for (const metric of ['cost', 'quality', 'tokens', 'satisfaction'] as const)
        for (const lever of ['model', 'prompt', 'style', 'cache'] as const)
          expect(isInDoubt(parallel, lever, { metric })).toBe(false);
    });

    it('is what was won by time, and what may take more of it for its quality', () => {
      expect(isInDoubt(parallel, 'model', { metric: 'cost', aim: 'time' })).toBe(true);
      expect(isInDoubt(parallel, 'model', { metric: 'time', aim: 'cost' })).toBe(false);
      expect(isInDoubt(parallel, 'workflow', { metric: 'quality' })).toBe(true);
      expect(isInDoubt(parallel, 'workflow', { metric: 'cost' })).toBe(false);
    });

    it('is what a cache is asked for besides, where it answers as before', () => {
      expect(isInDoubt(cache, 'model', { metric: 'cost' })).toBe(false);
      expect(isInDoubt(cache, 'workflow', { metric: 'time' })).toBe(false);
      expect(isInDoubt(cache, 'cache', { metric: 'cost' })).toBe(true);
    });

    it('and whatever was found on top of other words', () => {
      const kinds: RecipeChange[] = [
        { kind: 'use_model', model: 'small' },
        { kind: 'drop_step', step: 'title' },
        { kind: 'set_tone', tone: 'formal' },
      ];
      for (const change of kinds) expect(isInDoubt(change, 'cache', { metric: 'cost' })).toBe(true);
    });
  });

  it('is judged by the latest re-test that came to an end', () => {
    const later = improvement('later', 160);
    const found = experiment('of-later', 20, 160);
    const [retest, voided] = [
      experiment('retest', 200, 260, retestOf('later')),
      experiment('voided', 300, 360, { ...retestOf('later'), status: 'void' }),
    ];
    expect(dependents(later, found, retest, voided)).toEqual(['later']);
    expect(evidenceFor({ experiments: byId(found, retest, voided) }, later)).toBe(retest);
    expect(evidenceFor({ experiments: byId(found, voided) }, later)).toBe(found);
  });
});
