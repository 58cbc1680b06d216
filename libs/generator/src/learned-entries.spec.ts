import { LearnedEntries } from './learned-entries.ts';
import type { Audit } from './domain/wrong-hits.ts';

const audits = (from: number, count: number, verdict: Audit['verdict'] = 'both'): Audit[] =>
  Array.from({ length: count }, (_, i) => ({ at: from + i, entry: 'a', similarity: 0.9, found: 'near_miss', verdict }));
const chance = (learned: LearnedEntries, parts: readonly (readonly Audit[])[], from = 0): number =>
  learned
    .of(
      parts.map((email) => ({ email })),
      'email',
      from,
    )
    .wrongChance('a', 0.9);

describe('what is learned of entries', () => {
  const first = audits(0, 20);
  const second = audits(100, 20, 'only_made');

  it('is the same, however it came', () => {
    const bitByBit = new LearnedEntries();
    chance(bitByBit, [first.slice(0, 5), []]);
    chance(bitByBit, [first, second.slice(0, 3)]);
    expect(chance(bitByBit, [first, second])).toBeCloseTo(chance(new LearnedEntries(), [first, second]), 9);
  });

  it('goes on where the oldest audits are kept no longer, and begins anew where others are told', () => {
    const learned = new LearnedEntries();
    const whole = chance(learned, [first]);
    expect(chance(learned, [first.slice(10)])).toBe(whole);
    expect(chance(learned, [second])).toBeCloseTo(chance(new LearnedEntries(), [second]), 9);
  });

  it('leaves out what was judged before a person allowed the cache again, and what the judge was not clear about', () => {
    expect(chance(new LearnedEntries(), [second], 200)).toBe(chance(new LearnedEntries(), []));
    expect(chance(new LearnedEntries(), [audits(0, 9, 'unclear')])).toBe(chance(new LearnedEntries(), []));
  });
});
