import { backtestEntryThresholds, type EntryPair } from './cache-by-entry.ts';

/** As many right ones as wrong ones, told apart by how alike they are. */
const pairs = (count: number): EntryPair[] =>
  Array.from({ length: count }, (_, i) => ({
    entry: `entry ${i % 100}`,
    similarity: i % 2 === 0 ? 0.9 : 0.55,
    isRight: i % 2 === 0,
    isTrained: i < count / 2,
  }));

describe('the backtest of thresholds of each entry', () => {
  it('gives what is right, and says so once enough was judged to show it', () => {
    const [few, many] = [pairs(800), pairs(4000)].map((each) => backtestEntryThresholds(each)[0]);
    expect(few).toMatchObject({ budget: 0.01, wrong: 0, wrongHits: 0, isShown: false });
    expect(many).toMatchObject({ wrong: 0, wrongHits: 0, isShown: true, hits: 1000 });
  });

  it('does not learn from what it is tested on', () => {
    const changed = pairs(4000).map((pair) => (pair.isTrained ? pair : { ...pair, isRight: !pair.isRight }));
    const [summary] = backtestEntryThresholds(changed);
    expect(summary).toMatchObject({ isShown: true, hits: 1000, wrongHits: 1000 });
  });

  it('gives nothing of what was never told right from wrong', () => {
    const alike = pairs(4000).map((pair, i) => ({ ...pair, similarity: 0.9, entry: `entry ${i % 99}` }));
    const [summary] = backtestEntryThresholds(alike);
    expect(summary).toMatchObject({ hits: 0, isShown: false, wrongShareUpper: 1 });
  });
});
