import type { ListedDecision } from './documents.ts';
import { withLatest } from './latest-decisions.ts';

const decision = (seq: number, ledger = 'a'): ListedDecision => ({ id: `${ledger}${seq}`, seq }) as ListedDecision;
const seqs = (decisions: readonly ListedDecision[]): string[] => decisions.map(({ id }) => id);

describe('the decisions that the page remembers', () => {
  it('puts the latest first, each once', () => {
    const known = [decision(3), decision(2), decision(1)];
    expect(seqs(withLatest(known, [decision(4), decision(3)]))).toEqual(['a4', 'a3', 'a2', 'a1']);
  });

  it('forgets what another ledger said', () => {
    expect(seqs(withLatest([decision(9), decision(8)], [decision(1, 'b'), decision(0, 'b')]))).toEqual(['b1', 'b0']);
  });
});
