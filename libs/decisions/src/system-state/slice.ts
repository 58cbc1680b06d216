import { type Decision, type EventDefinition, isDecision } from '@contentflow/contracts';
import type { z } from 'zod';

/**
 * What a decision changes of a slice, seen from the state before the decision; or, as a string, the reason why the decision is
 * void. A decision that is void changes no slice.
 */
type Effect<Own, VisibleState> = (state: VisibleState, decision: Decision) => Partial<Own> | string;

/** One part of the system's state: its fields, and what each type of decision does to them. */
export interface Slice<Own = object, VisibleState = never> {
  readonly initial: Own;
  /** By type of decision. */
  readonly effects: ReadonlyMap<string, Effect<Own, VisibleState>>;
}

/** A slice that grows by one effect at a time, each tied to the definition of its decision. */
export interface TypedSlice<Own, VisibleState> extends Slice<Own, VisibleState> {
  on<Schema extends z.ZodType>(
    definition: EventDefinition<Schema>,
    effect: (state: VisibleState, data: z.output<Schema>, at: number) => Partial<Own> | string,
  ): TypedSlice<Own, VisibleState>;
}

/** @typeParam Seen  the slices that its effects read: its own, and those that they depend on */
export const slice = <Own, VisibleState = Own>(initial: Own): TypedSlice<Own, VisibleState> =>
  sliceOf(initial, new Map());

const sliceOf = <Own, VisibleState>(
  initial: Own,
  effects: Slice<Own, VisibleState>['effects'],
): TypedSlice<Own, VisibleState> => ({
  initial,
  effects,
  on: (definition, effect) =>
    sliceOf(
      initial,
      new Map(effects).set(definition.type, (state, decision) =>
        isDecision(definition, decision) ? effect(state, decision.data, decision.time) : {},
      ),
    ),
});

/** What a decision does to all slices together, in their order; or why it is void. */
export type Evolve<State> = (state: State, decision: Decision) => State | string;

export function evolveOf<State>(slices: readonly Slice<Partial<State>, State>[]): Evolve<State> {
  const effects = Map.groupBy(
    slices.flatMap((each) => [...each.effects]),
    ([type]) => type,
  );
  return (state, decision) => {
    const changes: Partial<State>[] = [];
    for (const [, effect] of effects.get(decision.type) ?? []) {
      const change = effect(state, decision);
      if (typeof change === 'string') return change;
      changes.push(change);
    }
    return Object.assign({}, state, ...changes) as State;
  };
}
