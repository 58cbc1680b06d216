import { backtestSimilarity, type LabelledNeighbour } from './similarity-backtest.ts';

const neighbours = (n: number, similarity: number, isRight: boolean, isTrained: boolean): LabelledNeighbour[] =>
  Array.from({ length: n }, () => ({ similarity, isRight, isTrained }));

describe('the backtest of similarities', () => {
  it('learns from one part, and counts the wrong ones in the other', () => {
    const tested = [...neighbours(90, 0.9, true, false), ...neighbours(10, 0.9, false, false), ...neighbours(9, 0.4, false, false)]; // prettier-ignore
    expect(backtestSimilarity([...neighbours(300, 0.9, true, true), ...tested])).toEqual([
      { budget: 0.01, similarity: null, hits: 0, wrongHits: 0 },
      { budget: 0.015, similarity: null, hits: 0, wrongHits: 0 },
      { budget: 0.02, similarity: 0.5, hits: 100, wrongHits: 10 },
    ]);
  });
});
