import { seededRandom } from '@contentflow/kernel';
import { interactionOf } from './interaction.ts';
import { addToMoments, noMoments } from './moments.ts';
import { sampleOf } from './sample.ts';

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

  it('looked at a hundred times where there is none, is seen in fewer than one in twenty', () => {
    const seen = Array.from({ length: 400 }, (_, run) => isEverSeen(run)).filter(Boolean).length;
    // 400 runs at a rate of 5 %: 95 times in 100 fewer than 28.
    expect(seen).toBeLessThan(28);
  });
});

function isEverSeen(run: number): boolean {
  const random = seededRandom(`interaction ${run}`);
  const [both, first, second, neither] = [0.56, 0.7, 0.8, 1].map((mean) => ({ mean, moments: noMoments })) as [
    Drawn,
    Drawn,
    Drawn,
    Drawn,
  ];
  for (let look = 0; look < 100; look++) {
    for (const drawn of [both, first, second, neither])
      for (let i = 0; i < 10; i++) drawn.moments = addToMoments(drawn.moments, random.logNormal(drawn.mean, 0.5));
    const [a, b, c, d] = [both, first, second, neither].map(({ moments }) => sampleOf(moments));
    const known = interactionOf({ both: a!, first: b!, second: c!, neither: d! }, 0.05, 2000);
    if (known && known.p <= 0.05) return true;
  }
  return false;
}
interface Drawn {
  readonly mean: number;
  moments: typeof noMoments;
}
