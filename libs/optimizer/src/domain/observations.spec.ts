import { folded, emptyFold, partsInOrder, type StoredEvent } from '@contentflow/kernel';
import fc from 'fast-check';
import { generated, type Generation, HOUR, measured, observed } from '../testing/traffic.ts';
import { armsOf } from './experiments/trials.ts';
import { outcomeWindows } from './models/outcome-windows.ts';
import { observations } from './observations.ts';
import { holdbackSince } from './quality/holdback-observations.ts';
import { trafficSince } from './traffic.ts';

describe('what the optimizer has observed', () => {
  it('leaves the holdback out of everything but what the weighted objective is measured by, and whether it still runs', () => {
    const known = observed([
      measured({
        unit: 'a',
        time: 0,
        assignment: { holdback: true, exposures: [{ experiment: 'e', variant: 'control', epoch: 0 }] },
      }),
      generated({ holdback: true }),
    ]);
    expect({ ...known, outcomes: {}, holdback: {}, seasons: {} }).toEqual(observations.initial());
    expect(holdbackSince([known], 'email', 0)).toMatchObject({ success: { n: 1, mean: 1 } });
    expect(outcomeWindows([known], 'email')).toMatchObject([{ window: { models: {}, holdback: { count: 1 } } }]);
  });

  it('gives the same evidence, bit for bit, in whichever order the partitions were read', () => {
    fc.assert(
      fc.property(fc.array(generations, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (all, coin) => {
        const [left, right] = [0, 1].map((partition) =>
          all
            .filter(({ unit }) => Number(unit) % 2 === partition)
            .map((generation, offset) => measured(generation, offset, partition)),
        ) as [StoredEvent[], StoredEvent[]];
        const shuffled = interleaved(left, right, () => coin.next().value);
        expect(evidenceAfter(shuffled)).toEqual(evidenceAfter([...left, ...right]));
      }),
    );
  });

  it('is not changed by events that are delivered again', () => {
    fc.assert(
      fc.property(fc.array(generations, { minLength: 1, maxLength: 40 }), fc.nat(), (all, from) => {
        const events = all.map((generation, offset) => measured(generation, offset));
        const again = events.slice(from % events.length);
        expect(evidenceAfter([...events, ...again])).toEqual(evidenceAfter(events));
      }),
    );
  });

  it('stays bounded: a day of windows, and two days of experiments', () => {
    const known = observed(
      Array.from({ length: 24 * 10 }, (_, hour) =>
        measured({
          unit: `${hour}`,
          time: hour * HOUR,
          assignment: { exposures: [{ experiment: `e${hour}`, variant: 'control', epoch: 0 }], improvements: ['i'] },
        }),
      ),
    );
    expect(Object.keys(known.traffic['email'] ?? {}).length).toBeLessThanOrEqual(48);
    expect(Object.keys(known.improvements['i'] ?? {}).length).toBeLessThanOrEqual(48);
    expect(Object.keys(known.trials.experiments).length).toBeLessThanOrEqual(49);
  });
});

const generations: fc.Arbitrary<Generation> = fc.record({
  unit: fc.nat(12).map(String),
  time: fc.nat(3 * HOUR),
  cost: fc.double({ min: 0, max: 1, noNaN: true }),
  quality: fc.double({ min: 0, max: 10, noNaN: true }),
  failed: fc.boolean(),
  assignment: fc.record({
    holdback: fc.boolean(),
    exposures: fc.array(
      fc.record({
        experiment: fc.constantFrom('e', 'f'),
        variant: fc.constantFrom('control' as const, 'treatment' as const),
        epoch: fc.nat(2),
      }),
      { maxLength: 1 },
    ),
  }),
});

function evidenceAfter(events: readonly StoredEvent[]) {
  const parts = partsInOrder(
    events.reduce(
      (state, event) => folded(observations, state, event),
      emptyFold<ReturnType<typeof observations.initial>>(),
    ),
  );
  return {
    arms: ['e', 'f'].map((experiment) => armsOf(parts, experiment)),
    traffic: trafficSince(parts, 'email', 0, 3 * HOUR),
  };
}

function interleaved<T>(left: readonly T[], right: readonly T[], isLeftNext: () => boolean): T[] {
  const [a, b] = [[...left], [...right]];
  const all: T[] = [];
  while (a.length + b.length > 0) all.push((b.length === 0 || (a.length > 0 && isLeftNext()) ? a : b).shift() as T);
  return all;
}
