import { seededRandom } from '@contentflow/kernel';
import { type EntryThresholds, entryThresholds } from './entry-thresholds.ts';

const judged = (thresholds: EntryThresholds, entry: string, similarity: number, verdicts: readonly boolean[]): void =>
  verdicts.forEach((isRight) => thresholds.learn(entry, similarity, isRight));
const times = (n: number, isRight: boolean): boolean[] => Array.from({ length: n }, () => isRight);

describe('thresholds of each entry', () => {
  it('expect the less wrong, the more was right and the more alike a request is', () => {
    const thresholds = entryThresholds({ isPooled: false });
    const before = thresholds.wrongChance('a', 0.9);
    judged(thresholds, 'a', 0.9, times(20, true));
    expect(thresholds.wrongChance('a', 0.9)).toBeLessThan(before);
    expect(thresholds.wrongChance('a', 0.95)).toBeLessThan(thresholds.wrongChance('a', 0.6));
  });

  it('are an entry’s own', () => {
    const thresholds = entryThresholds({ isPooled: false });
    judged(thresholds, 'good', 0.8, times(30, true));
    judged(thresholds, 'bad', 0.8, times(30, false));
    expect(thresholds.wrongChance('good', 0.8)).toBeLessThan(0.1);
    expect(thresholds.wrongChance('bad', 0.8)).toBeGreaterThan(0.9);
    expect(thresholds.wrongChance('unknown', 0.8)).toBe(entryThresholds({ isPooled: false }).wrongChance('x', 0.8));
  });

  it('begin, where pooled, with what the others showed, and leave it where the entry shows another', () => {
    const thresholds = entryThresholds({ isPooled: true });
    for (let entry = 0; entry < 100; entry++) judged(thresholds, `${entry}`, 0.9, times(5, true));
    expect(thresholds.wrongChance('new', 0.9)).toBeLessThan(0.02);
    judged(thresholds, 'new', 0.9, times(3, false));
    expect(thresholds.wrongChance('new', 0.9)).toBeGreaterThan(0.5);
  });

  it('come near the truth they are drawn from, at every similarity that was seen', () => {
    const random = seededRandom(1);
    const right = (similarity: number): number => 1 / (1 + Math.exp(-40 * (similarity - 0.8)));
    const thresholds = entryThresholds({ isPooled: true });
    for (let i = 0; i < 6000; i++) {
      const similarity = 0.6 + 0.4 * random.next();
      thresholds.learn(`${i % 60}`, similarity, random.next() < right(similarity));
    }
    for (const similarity of [0.7, 0.8, 0.9, 0.97])
      expect(Math.abs(thresholds.wrongChance('new', similarity) - (1 - right(similarity)))).toBeLessThan(0.05);
  });
});
