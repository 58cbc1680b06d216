import fc from 'fast-check';
import { upperMedian } from './averages.ts';
import { MovingMedian } from './moving-median.ts';

describe('a moving median', () => {
  it('is the median of the last values, and holds them in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -1e9, max: 1e9 }))),
        fc.integer({ min: 1, max: 9 }),
        (values, length) => {
          const moving = new MovingMedian(length);
          for (const value of values) moving.push(value);
          expect(moving.values()).toEqual(values.slice(-length));
          expect(moving.median()).toBe(upperMedian(values.slice(-length)));
        },
      ),
      { seed: 3 },
    );
  });
});
