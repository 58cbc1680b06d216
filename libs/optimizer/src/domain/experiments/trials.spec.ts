import { measured, observed } from '../../testing/traffic.ts';
import { sampleOfMetric } from '../arm-statistics.ts';
import { armsOf } from './trials.ts';

const exposed = (variant: 'control' | 'treatment', epoch = 0) => ({
  exposures: [{ experiment: 'e', variant, epoch }],
});

describe('what the units of an experiment did', () => {
  it('counts a unit by its first exposure alone; when it comes back, only its cache hit counts', () => {
    const known = observed([
      measured({ unit: 'a', time: 0, assignment: exposed('treatment'), cost: 1 }),
      measured({ unit: 'a', time: 1, assignment: exposed('treatment'), cost: 99, cacheHit: true }),
      measured({ unit: 'b', time: 2, assignment: exposed('treatment'), cost: 3 }),
    ]);
    const [{ treatment }] = armsOf([known], 'e') as [ReturnType<typeof armsOf>[number]];
    expect(sampleOfMetric(treatment, 'cost')).toMatchObject({ n: 2, mean: 2 });
    expect(sampleOfMetric(treatment, 'cacheHits')).toMatchObject({ n: 3, mean: expect.closeTo(1 / 3) });
  });

  it('keeps the epochs of a ramp apart, also one that nobody of a partition met', () => {
    const early = observed([measured({ unit: 'a', time: 0, assignment: exposed('control', 0), cost: 1 })]);
    const late = observed([measured({ unit: 'b', time: 0, assignment: exposed('control', 2), cost: 5 })]);
    expect(armsOf([early, late], 'e').map(({ control }) => [control.cost.n, control.cost.meanY])).toEqual([
      [1, 1],
      [0, 0],
      [1, 5],
    ]);
  });
});
