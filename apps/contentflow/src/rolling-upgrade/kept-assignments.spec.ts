import type { Variant } from '@contentflow/contracts';
import { assignmentsIn } from './kept-assignments.ts';

const ROLLED_AT = 12;
const made = (unit: string, time: number, variant: Variant, experiment = 'e1') => ({
  time,
  data: { unit, assignment: { exposures: [{ experiment, variant }] } },
});

describe('assignments over a roll', () => {
  it('are kept where a unit meets the same arm again, however often', () => {
    const generations = [
      made('a', 11, 'treatment'),
      made('a', 13, 'treatment'),
      made('a', 14, 'treatment'),
      made('b', 11, 'control'),
      made('c', 13, 'control'),
    ];
    expect(assignmentsIn(generations, ['e1'], ROLLED_AT)).toEqual({ cameBack: 1, moved: [] });
  });

  it('are moved where it meets the other one', () => {
    const generations = [made('a', 11, 'treatment'), made('a', 13, 'control')];
    expect(assignmentsIn(generations, ['e1'], ROLLED_AT).moved).toEqual(['unit a in e1 met both arms']);
  });

  it('are looked at of those experiments alone', () => {
    const generations = [made('a', 11, 'treatment', 'e2'), made('a', 13, 'control', 'e2')];
    expect(assignmentsIn(generations, ['e1'], ROLLED_AT)).toEqual({ cameBack: 0, moved: [] });
  });
});
