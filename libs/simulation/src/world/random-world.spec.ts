import fc from 'fast-check';
import { randomWorld } from './random-world.ts';

describe('a world that nobody has designed', () => {
  it('is a world, and the same one for the same seed', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(randomWorld(seed)).toEqual(randomWorld(seed));
      }),
    );
  });

  it('leaves nothing of a text that is cut to a word', () => {
    for (const { effects } of Array.from({ length: 20 }, (_, seed) => randomWorld(String(seed)))) {
      const points = effects.find(({ feature }) => feature === 'lengthRatio')?.points ?? [];
      expect(points[0]).toEqual([0, -10]);
      expect(points.map(([ratio]) => ratio)).toEqual([0, 0.5, 1, 2]);
    }
  });

  it('is another for each seed', () => {
    const worlds = Array.from({ length: 50 }, (_, seed) => randomWorld(String(seed)));
    expect(new Set(worlds.map((world) => JSON.stringify(world.models))).size).toBe(50);
    const helps = worlds.filter(({ effects }) =>
      effects.some(({ feature, points }) => feature === 'step:plan' && points[0]![1] > 0),
    );
    // Whether a step helps or hurts is a coin's toss.
    expect(helps.length).toBeGreaterThan(10);
    expect(helps.length).toBeLessThan(40);
  });
});
