import { seededRandom } from '@contentflow/kernel';
import fc from 'fast-check';
import { addToSketch, emptySketch, mergeSketches, quantile } from './sketch.ts';

const sketchOf = (values: readonly number[]) => values.reduce(addToSketch, emptySketch);

describe('a sketch', () => {
  it('knows any quantile within five per cent', () => {
    const random = seededRandom('sketch');
    const values = Array.from({ length: 2000 }, () => random.logNormal(3000, 0.8));
    const sorted = [...values].sort((a, b) => a - b);
    for (const share of [0.01, 0.5, 0.95, 0.99]) {
      const truth = sorted[Math.floor(share * 1999)] as number;
      expect(Math.abs((quantile(sketchOf(values), share) as number) / truth - 1)).toBeLessThan(0.05);
    }
  });

  it('merges to what it would have been in one', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(mergeSketches(sketchOf(a), sketchOf(b))).toEqual(sketchOf([...a, ...b]));
      }),
    );
  });

  it('knows zero, and that it knows nothing', () => {
    expect(quantile(sketchOf([0, 0, 5]), 0.5)).toBe(0);
    expect(quantile(emptySketch, 0.5)).toBeUndefined();
  });
});
