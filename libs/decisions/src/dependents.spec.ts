import { dependentsOf, evidenceFor } from './dependents.ts';
import type { Experiment, Improvement } from './system-state.ts';

const improvement = (improvementId: string, appliedAt: number, over: Partial<Improvement> = {}): Improvement =>
  ({
    improvementId,
    appliedAt,
    experimentId: `of-${improvementId}`,
    contentType: 'email',
    status: 'applied',
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
