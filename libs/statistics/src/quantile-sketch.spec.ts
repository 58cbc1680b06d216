import fc from 'fast-check';
import { seededRandom } from '@contentflow/kernel';
import {
  addToSketch,
  emptySketch,
  mergeSketches,
  quantileOf,
  sketchWith,
  type QuantileSketch,
} from './quantile-sketch.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });
const sketchOf = (numbers: readonly number[]): QuantileSketch => sketchWith(emptySketch(), numbers);

describe('a quantile sketch', () => {
  it('is within its accuracy of the exact quantile', () => {
    const random = seededRandom('latency');
    const latencies = Array.from({ length: 20_000 }, () => random.logNormal(800, 0.9));
    const sorted = [...latencies].sort((a, b) => a - b);
    const sketch = sketchOf(latencies);
    for (const q of [0.01, 0.5, 0.95, 0.999]) {
      const exact = sorted[Math.floor(q * (sorted.length - 1))] as number;
      expect(Math.abs((quantileOf(sketch, q) as number) / exact - 1)).toBeLessThan(0.011);
    }
  });

  it('merges exactly, in any order', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)];
        const whole = sketchOf([...a, ...b, ...c]);
        expect(mergeSketches(mergeSketches(x, y), z)).toEqual(whole);
        expect(mergeSketches(z, mergeSketches(y, x))).toEqual(whole);
      }),
    );
  });

  it('orders negative values, zero and positive values', () => {
    const sketch = [-5, 0, 0, 3, 9].reduce(addToSketch, emptySketch());
    expect(quantileOf(sketch, 0)).toBeCloseTo(-5, 1);
    expect(quantileOf(sketch, 0.5)).toBe(0);
    expect(quantileOf(sketch, 1)).toBeCloseTo(9, 0);
    expect(quantileOf(emptySketch(), 0.5)).toBeUndefined();
  });

  it('refuses what is not a number, and sketches of another accuracy', () => {
    expect(() => addToSketch(emptySketch(), Number.NaN)).toThrow(RangeError);
    expect(() => mergeSketches(emptySketch(0.01), emptySketch(0.02))).toThrow(RangeError);
  });
});
