import { anomalyScore, type LabelledSeries } from './anomaly-score.ts';

const series: LabelledSeries = {
  name: 's',
  rows: Array.from({ length: 1000 }, (_, i) => ({ timestamp: i, value: 0 })),
  windows: [[500, 549]],
};
const score = (...rows: number[]): number => anomalyScore([series], [series.rows.map((_, i) => rows.includes(i))]);

describe('the anomaly score', () => {
  it('is 0 for silence, 100 for an alarm at the first row of each window', () => {
    expect(score()).toBe(0);
    expect(score(500)).toBeCloseTo(100, 10);
  });
  it('falls with delay, and with false alarms', () => {
    expect(score(540)).toBeLessThan(score(505));
    expect(score(500, 300)).toBeCloseTo(100 - 5.5, 10);
    expect(score(500, 551)).toBeGreaterThan(score(500, 900));
  });
  it('counts a window once, and ignores the probation', () => {
    expect(score(500, 510, 520)).toBe(score(500));
    expect(score(500, 10)).toBe(score(500));
  });
});
