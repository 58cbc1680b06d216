import { defaultPolicy, ExperimentStarted, Topic, fold } from '@contentflow/contracts';
import fc from 'fast-check';
import {
  type DecisionProcedure,
  decided,
  decisionEvents,
  decisionsOn,
  firstDifference,
  firstDifferenceWithin,
  limitedTo,
  makeDecisions,
  question,
} from './decision-procedure.ts';
import { initialSystemState } from './system-state.ts';

/** Starts as many experiments as its evidence says. */
const starting: DecisionProcedure<number, number> = {
  name: 'test.starting',
  every: () => 60_000,
  fold: fold<number>(() => 0),
  due: (parts) => parts.map((count, part) => ({ question: `start:${part}`, evidence: count })),
  decide: (count) =>
    Array.from({ length: count }, (_, index) => decided(ExperimentStarted, `e${index}`, { experimentId: `e${index}` })),
};
const state = { positions: { 'content/0': 7 }, parts: { 'content/0': 2, 'content/1': 1 } };
const taken = (at: number, procedure = starting) =>
  makeDecisions(procedure, state, initialSystemState, { 'ledger/0': 4 }, { at, code: 'c1' });

describe('taking decisions', () => {
  it('writes down what each stands on', () => {
    const [first] = taken(99);
    expect(first).toMatchObject({ type: ExperimentStarted.type, subject: 'e0', time: 99, topic: Topic.decisions });
    expect(first?.data).toEqual({
      experimentId: 'e0',
      basis: {
        procedure: 'test.starting',
        question: 'start:0',
        at: 99,
        evidence: 2,
        policy: initialSystemState.policyVersion,
        code: 'c1',
        positions: { 'content/0': 7, 'ledger/0': 4 },
      },
    });
  });

  it('names an answer by its question: whoever answers it again, whenever, gives it the same id', () => {
    const ids = taken(1).map(({ id }) => id);
    expect(taken(2).map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(3);
  });

  it('names the same question of another procedure otherwise', () => {
    const other = taken(1, { ...starting, name: 'test.other' }).map(({ id }) => id);
    expect(other.filter((id) => taken(1).some((each) => each.id === id))).toEqual([]);
  });

  it('can be done again from the basis alone', () => {
    const events = taken(5);
    const basis = (events[0]?.data as { basis: Parameters<typeof decisionEvents>[1] }).basis;
    expect(decisionEvents(starting, basis, defaultPolicy)).toEqual(events.slice(0, 2));
  });
});

describe('what nobody looks at', () => {
  it('is not found: neither the evidence of a question, nor a decision behind the one that is looked for', () => {
    const found: string[] = [];
    const asked = ['first', 'second'].map((name) => question(name, () => found.push(name)));
    expect(asked.map((each) => each.question)).toEqual(['first', 'second']);
    expect([asked[1]?.evidence, asked[1]?.evidence]).toEqual([1, 1]);
    expect(found).toEqual(['second']);

    function* decide() {
      yield decided(ExperimentStarted, 'e0', { experimentId: 'e0' });
      found.push('what follows');
      yield decided(ExperimentStarted, 'e1', { experimentId: 'e1' });
    }
    const { basis } = taken(1)[0]?.data as { basis: Parameters<typeof decisionEvents>[1] };
    const [first] = decisionsOn({ decide }, basis, defaultPolicy);
    expect(first).toMatchObject({ subject: 'e0' });
    expect(found).toEqual(['second']);
    expect(decisionEvents({ decide }, basis, defaultPolicy).map(({ subject }) => subject)).toEqual(['e0', 'e1']);
  });
});

describe('where a value differs first from what was written down of it', () => {
  it('is where it does once it is limited to that', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.boolean(), (form, other, isLike) => {
        const value = isLike ? withMore(form) : other;
        expect(firstDifferenceWithin(form, value, 'at')).toEqual(firstDifference(limitedTo(form, value), form, 'at'));
        if (isLike) expect(firstDifferenceWithin(form, value)).toBeUndefined();
      }),
    );
  });
  /** The same, and in each object what was not asked for. */
  const withMore = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(withMore)
      : typeof value === 'object' && value !== null
        ? { ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withMore(inner)])), ' more': 1 }
        : value;
});

describe('where two values differ first', () => {
  it('is nowhere when they are equal as canonical JSON', () => {
    expect(firstDifference({ a: 1, b: [2] }, { b: [2], a: 1 })).toBeUndefined();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => expect(firstDifference(value, structuredClone(value))).toBeUndefined()),
    );
  });

  it.each([
    ['a field', { a: 1 }, { a: 2 }, 'a', 1, 2],
    ['deep inside', { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }, 'a.b.0.c', 1, 2],
    ['a field too many', {}, { a: 2 }, 'a', undefined, 2],
    ['another kind of value', { a: { b: 1 } }, { a: 'b' }, 'a', { b: 1 }, 'b'],
    ['by name, whatever the order', { b: 1, a: 1 }, { b: 2, a: 2 }, 'a', 1, 2],
    ['a key that objects treat specially', JSON.parse('{"__proto__":{"a":1}}'), {}, '__proto__', { a: 1 }, undefined],
    ['not a number', { a: null }, { a: Number.NaN }, 'a', null, Number.NaN],
    ['the whole', 1, 2, '', 1, 2],
  ])('is %s', (_where, expected, actual, field, before, after) => {
    expect(firstDifference(expected, actual)).toEqual({ field, expected: before, actual: after });
  });
});
