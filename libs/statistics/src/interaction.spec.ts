import { interactionOf } from './interaction.ts';

const cell = (mean: number, n = 400, variance = 0.04) => ({ n, mean, variance });

describe('the interaction of two changes', () => {
  it('is none where effects multiply, and the log of what both together are beyond that', () => {
    const alike = { first: cell(0.8), second: cell(0.8), neither: cell(1) };
    expect(interactionOf({ ...alike, both: cell(0.64) }, 0.05)?.difference).toBeCloseTo(0, 12);
    expect(interactionOf({ ...alike, both: cell(0.8) }, 0.05)?.difference).toBeCloseTo(Math.log(1.25), 12);
  });

  it('has an interval that is as wide as its four errors make it', () => {
    const known = interactionOf({ both: cell(1), first: cell(1), second: cell(2), neither: cell(1) }, 0.05, 1600)!;
    // ρ² n at its tuning of 1600 units is 2.9957 · 2 + ln(2.9957 · 2 + 1) = 7.9362; variance 0.04 ÷ 400 · (1 + 1 + 1 ÷ 4 + 1).
    const mixed = 7.9362;
    const width = Math.sqrt(0.000325 * ((mixed + 1) / mixed) * 2 * Math.log(Math.sqrt(mixed + 1) / 0.05));
    expect(known.interval[1] - known.difference).toBeCloseTo(width, 6);
  });

  it('says nothing of cells too small, empty or still', () => {
    const cells = { both: cell(1), first: cell(1), second: cell(1), neither: cell(1) };
    expect(interactionOf(cells, 0.05)).toBeDefined();
    expect(interactionOf({ ...cells, both: cell(1, 9) }, 0.05)).toBeUndefined();
    expect(interactionOf({ ...cells, both: cell(0) }, 0.05)).toBeUndefined();
    const still = cell(1, 400, 0);
    expect(interactionOf({ both: still, first: still, second: still, neither: still }, 0.05)).toBeUndefined();
  });
});
