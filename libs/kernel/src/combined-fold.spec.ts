import { combined } from './combined-fold.ts';
import type { StoredEvent } from './event.ts';
import { evolve, type Fold } from './fold.ts';

interface State {
  readonly reported: string[];
  readonly count: number;
}

const telling = (type: string, topic: string): Fold<string[]> => ({
  topics: [topic, 'shared'],
  initial: () => [],
  handlers: new Map([[type, (reported, { id }) => [...reported, id]]]),
});
const counting: Fold<number> = {
  topics: ['shared', 'counted'],
  initial: () => 0,
  handlers: new Map<string, (count: number) => number>([
    ['said', (count) => count + 1],
    ['forgotten', () => 0],
  ]),
};
const event = (type: string): StoredEvent => ({
  id: `a ${type}`,
  type,
  topic: 'shared',
  source: 's',
  subject: 's',
  time: 0,
  data: {},
  correlationId: 'c',
  partition: 0,
  offset: 0,
});

describe('folds side by side', () => {
  const both = combined<State>({ reported: telling('said', 'told'), count: counting });
  const after = (...types: string[]): State =>
    types.reduce((state, type) => evolve(both, state, event(type)), both.initial());

  it('each fold their own part, also of an event that several of them know', () => {
    expect(after('said', 'said')).toEqual({ reported: ['a said', 'a said'], count: 2 });
    expect(after('said', 'forgotten')).toEqual({ reported: ['a said'], count: 0 });
  });

  it('handle an event in the order in which they are named', () => {
    const order: string[] = [];
    const noting = (name: string): Fold<number> => ({
      topics: [],
      initial: () => 0,
      handlers: new Map([['said', (count) => count + order.push(name)]]),
    });
    const all = combined<Record<'b' | 'c' | 'a', number>>({ b: noting('b'), c: noting('c'), a: noting('a') });
    evolve(all, all.initial(), event('said'));
    expect(order).toEqual(['b', 'c', 'a']);
  });

  it('read the topics of all of them, each once', () => {
    expect(both.topics).toEqual(['told', 'shared', 'counted']);
  });

  it('leave the state the same object where nothing changed, and begin again each time', () => {
    const state = after('said');
    expect(evolve(both, state, event('unknown'))).toBe(state);
    expect(evolve(both, both.initial(), event('forgotten'))).toEqual(both.initial());
    expect(both.initial().reported).not.toBe(both.initial().reported);
  });
});
