import { evolve } from '@contentflow/kernel';
import { HOUR, measured, observed, rated } from '../../testing/traffic.ts';
import { sampleOfMetric } from '../arm-statistics.ts';
import { observations } from '../observations.ts';
import { watchOf } from './reverse-holdback.ts';

describe('an improvement beside its reverse holdback', () => {
  it('counts what readers say of an improvement, with it and without', () => {
    const known = observed([
      rated({ unit: 'a', time: 0, assignment: { improvements: ['i'] } }, 5),
      rated({ unit: 'b', time: 0, assignment: { withheld: ['i'] } }, 2),
      rated({ unit: 'c', time: 0, assignment: { holdback: true } }, 1),
    ]);
    const [{ control, treatment }] = watchOf([known], 'i', 0) as [ReturnType<typeof watchOf>[number]];
    expect([control, treatment].map((arm) => sampleOfMetric(arm, 'satisfaction').mean)).toEqual([2, 5]);
  });

  it('sets those that have an improvement beside those that go without it', () => {
    const known = observed([
      measured({ unit: 'a', time: HOUR, assignment: { improvements: ['i'] }, cost: 1 }),
      measured({ unit: 'b', time: HOUR, assignment: { withheld: ['i'] }, cost: 2 }),
      measured({ unit: 'c', time: 0, assignment: { withheld: ['i'] }, cost: 9 }),
    ]);
    const windows = watchOf([known], 'i', HOUR);
    expect(windows).toHaveLength(1);
    expect([windows[0]?.treatment.cost.meanY, windows[0]?.control.cost.meanY]).toEqual([1, 2]);
  });

  it('is what was seen by now, also of a window that was looked at before', () => {
    const made = (unit: string, cost: number) =>
      measured({ unit, time: HOUR, assignment: { improvements: ['i'] }, cost });
    const known = observed([made('a', 1)]);
    const meanOf = () => watchOf([known], 'i', HOUR).map(({ treatment }) => treatment.cost.meanY);
    expect([meanOf(), meanOf()]).toEqual([[1], [1]]);
    evolve(observations, known, made('b', 3));
    expect(meanOf()).toEqual([2]);
    expect(watchOf([known, observed([made('c', 5)])], 'i', HOUR)[0]?.treatment.cost.meanY).toBe(3);
  });
});
