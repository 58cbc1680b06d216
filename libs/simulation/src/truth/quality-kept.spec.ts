import { HOUR_MS, MINUTE_MS } from '@contentflow/kernel';
import { loadWorld } from '../adapters/world-files.ts';
import { qualityKept } from './quality-kept.ts';
import type { TruthRow } from './truth-rows.ts';

const startMs = Date.UTC(2026, 0, 1);
const day = { world: loadWorld('small-late-harm'), startMs, endMs: startMs + 24 * HOUR_MS, margin: 0.3 };
const TURN = 11 * HOUR_MS + 20 * MINUTE_MS;

const content = (at: number, quality: number, rest: Partial<TruthRow> & { oracle?: never } = {}): TruthRow => {
  const outcome = (points: number) => ({ quality: points, timeMs: 1, cost: 1 });
  return {
    time: startMs + at,
    contentId: `c${at}`,
    contentType: 'email',
    holdback: false,
    own: outcome(quality),
    generation0: outcome(7),
    oracle: outcome(8),
    oracleWithinMargins: outcome(8),
    ...rest,
  };
};
/** One content each minute. */
const minutes = (
  from: number,
  until: number,
  quality: number,
  rest?: Partial<TruthRow> & { oracle?: never },
): TruthRow[] =>
  Array.from({ length: (until - from) / MINUTE_MS }, (_, i) => content(from + i * MINUTE_MS, quality, rest));

describe('what learning did to quality', () => {
  it('is a loss where early contents are worse than generation 0, and the holdback says nothing of it', () => {
    const rows = [
      ...minutes(0, HOUR_MS, 6.4),
      ...minutes(HOUR_MS, 3 * HOUR_MS, 7),
      ...minutes(0, 3 * HOUR_MS, 1, { holdback: true }),
      ...minutes(3 * HOUR_MS, 4 * HOUR_MS, 2),
    ];
    expect(qualityKept(rows, day).qualityLossFirstHours).toBeCloseTo(0.2);
  });

  it('is judged at the end by the content type that lost most', () => {
    const rows = [
      ...minutes(22 * HOUR_MS, 24 * HOUR_MS, 7.5),
      ...minutes(22 * HOUR_MS, 24 * HOUR_MS, 6.6, { contentType: 'ad' }),
    ];
    expect(qualityKept(rows, day).qualityLossAtEnd).toBeCloseTo(0.4);
  });

  it('is a share of what the oracle gains over the last twelve hours, none where that gains nothing', () => {
    expect(qualityKept([content(HOUR_MS, 9), content(20 * HOUR_MS, 7.6)], day).shareOfOracleQuality).toBeCloseTo(0.6);
    const still = { ...content(20 * HOUR_MS, 7.6), oracle: { quality: 7.05, timeMs: 1, cost: 1 } };
    expect(qualityKept([still], day).shareOfOracleQuality).toBeNull();
  });

  it('tells how long harm stayed that came when a model became worse', () => {
    const rows = [
      ...minutes(TURN - HOUR_MS, TURN, 7.4),
      ...minutes(TURN, TURN + 50 * MINUTE_MS, 5.5),
      ...minutes(TURN + 50 * MINUTE_MS, 24 * HOUR_MS, 7),
    ];
    expect(qualityKept(rows, day).lateHarmMs).toBe(50 * MINUTE_MS);
    expect(qualityKept(minutes(TURN, TURN + HOUR_MS, 7.2), day).lateHarmMs).toBe(0);
    expect(qualityKept(minutes(TURN, TURN + HOUR_MS, 5), day).lateHarmMs).toBe(HOUR_MS);
    expect(qualityKept(rows, { ...day, world: loadWorld('default') }).lateHarmMs).toBeNull();
  });
});
