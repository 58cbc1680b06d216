import { seededRandom } from '@contentflow/kernel';
import { readFileSync } from 'node:fs';
import { seasonOf, type SpanMean } from './seasonality.ts';

const { cases } = JSON.parse(readFileSync(new URL('./seasonality.reference.json', import.meta.url), 'utf8')) as {
  cases: { name: string; phases: number; spans: SpanMean[]; p: number; range: number }[];
};

/** Means of 30 values each, on a profile and with noise that lingers from span to span. */
function meansDrawn(seed: string, cycles: number, profile: (phase: number) => number, step = 0): SpanMean[] {
  const random = seededRandom(seed);
  let noise = 0;
  return Array.from({ length: 8 * cycles }, (_, cell) => {
    noise = 0.3 * noise + 0.05 * random.normal();
    return { cell, n: 30, mean: profile(cell % 8) + noise + (cell < 4 ? step : 0) };
  });
}
const wave = (phase: number): number => 1 + 0.2 * Math.sin((phase / 8) * 2 * Math.PI);
const flat = (): number => 1;
const isSeen = (spans: SpanMean[]): boolean => (seasonOf(spans, 8)?.p ?? 1) <= 0.01;
const timesSeen = (runs: number, spans: (run: number) => SpanMean[]): number =>
  Array.from({ length: runs }, (_, run) => run).filter((run) => isSeen(spans(run))).length;

describe('the season of a metric', () => {
  it.each(cases)('is what an independent analysis of covariance finds: $name', ({ spans, phases, p, range }) => {
    expect(seasonOf(spans, phases)?.p).toBeCloseTo(p, 9);
    expect(seasonOf(spans.toReversed(), phases)?.range).toBeCloseTo(range, 9);
  });

  it('is unknown until each phase was seen in two cycles', () => {
    const spans = meansDrawn('two', 2, wave);
    expect(seasonOf(spans, 8)).toBeDefined();
    expect(seasonOf(spans.slice(1), 8)).toBeUndefined();
    expect(seasonOf([], 8)).toBeUndefined();
  });

  it('is none of what stands still, and certain where a cycle repeats exactly', () => {
    const still = (profile: (phase: number) => number): SpanMean[] =>
      Array.from({ length: 16 }, (_, cell) => ({ cell, n: 9, mean: profile(cell % 8) }));
    expect(seasonOf(still(flat), 8)).toEqual({ p: 1, range: 0 });
    expect(seasonOf(still(wave), 8)?.p).toBeLessThan(1e-9);
    expect(seasonOf(still(wave), 8)?.range).toBeCloseTo(0.4, 9);
    expect(
      seasonOf(
        still(() => 0),
        8,
      ),
    ).toEqual({ p: 1, range: 0 });
  });

  it('is seen in two cycles where it is four times the noise, and seldom where there is none, though noise lingers', () => {
    expect(timesSeen(200, (run) => meansDrawn(`wave ${run}`, 2, wave))).toBeGreaterThan(180);
    // 1000 runs at 1 %, and a little more since the noise lingers: 95 times in 100 fewer than 30 at 2 %.
    expect(timesSeen(1000, (run) => meansDrawn(`flat ${run}`, 2, flat))).toBeLessThan(30);
  });

  it('is not what an improvement that was applied within a day looks like, nor a trend', () => {
    expect(timesSeen(200, (run) => meansDrawn(`step ${run}`, 2, flat, 0.5))).toBe(0);
    const rising = meansDrawn('rising', 2, flat).map((span) => ({ ...span, mean: span.mean + 0.1 * span.cell }));
    expect(isSeen(rising)).toBe(false);
  });
});
