import type { StoredEvent } from './event.ts';
import { type Fold, folded, emptyFold, partsInOrder } from './fold.ts';

const added: Fold<number> = {
  topics: ['numbers'],
  initial: () => 0,
  handlers: new Map([['added', (sum, { data }) => sum + Number(data)]]),
};
const event = (partition: number, offset: number, data: number): StoredEvent<number> => ({
  id: `${partition}-${offset}`,
  type: 'added',
  source: 'test',
  subject: 's',
  time: 0,
  data,
  correlationId: 'c',
  topic: 'numbers',
  partition,
  offset,
});

describe('folding', () => {
  const events = [event(0, 0, 1), event(1, 0, 10), event(10, 0, 100), event(0, 1, 2)];

  it('keeps each partition apart, in partition order', () => {
    const state = events.reduce((s, e) => folded(added, s, e), emptyFold<number>());
    expect(partsInOrder(state)).toEqual([3, 10, 100]);
    expect(state.positions).toEqual({ 'numbers/0': 2, 'numbers/1': 1, 'numbers/10': 1 });
  });

  it('is not moved by an event it has seen', () => {
    const once = events.reduce((s, e) => folded(added, s, e), emptyFold<number>());
    const twice = events.reduce((s, e) => folded(added, s, e), structuredClone(once));
    expect(twice).toEqual(once);
  });
});
