import { HOUR, measured, observed, rated } from '../../testing/traffic.ts';
import { seasonSpans } from './seasons.ts';

const DAY = 24 * HOUR;
const holdback = { holdback: true };
/** Five contents of the holdback, each at this cost. */
const five = (time: number, cost: number, assignment = holdback) =>
  Array.from({ length: 5 }, (_, index) => measured({ unit: `${time} ${index}`, time, cost, assignment }));

describe('the seasons of a metric', () => {
  it('are means of the holdback alone, over spans of three hours of a day, oldest first', () => {
    const known = observed([...five(4 * HOUR, 3), ...five(0, 1), ...five(0, 99, { holdback: false })]);
    expect(seasonSpans([known], 'email', 'cost', { cycleMs: DAY, since: 0, at: DAY })).toMatchObject([
      { cell: 0, n: 5, mean: 1 },
      { cell: 1, n: 5, mean: 3 },
    ]);
  });

  it('say nothing of a span that is not over, nor of one with too few', () => {
    const known = observed([...five(0, 1), ...five(3 * HOUR, 1).slice(1), ...five(6 * HOUR, 1)]);
    expect(
      seasonSpans([known], 'email', 'cost', { cycleMs: DAY, since: 0, at: 8 * HOUR }).map(({ cell }) => cell),
    ).toEqual([0]);
  });

  it('put together what all partitions saw, and longer spans for a longer cycle', () => {
    const parts = [observed(five(0, 1)), observed(five(20 * HOUR, 3))];
    expect(seasonSpans(parts, 'email', 'cost', { cycleMs: 7 * DAY, since: 0, at: 7 * DAY })).toMatchObject([
      { cell: 0, n: 10, mean: 2 },
    ]);
  });

  it('hear the readers of the holdback', () => {
    const ratings = [1, 2, 3, 4, 5].map((rating) =>
      rated({ unit: `${rating}`, time: 0, assignment: holdback }, rating),
    );
    expect(
      seasonSpans([observed(ratings)], 'email', 'satisfaction', { cycleMs: DAY, since: 0, at: DAY }),
    ).toMatchObject([{ n: 5, mean: 3 }]);
  });
});
