import { AutonomyPaused, AutonomyResumed, Topic } from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced } from '@contentflow/contracts/testing';
import { type DecisionProcedure, initialSystemState, type SystemState, systemState } from '@contentflow/decisions';
import { partitionKey, type StoredEvent } from '@contentflow/kernel';
import type { EventSource } from './event-source.ts';
import { Replay } from './replay.ts';
import { SystemStates } from './system-states.ts';

const LEDGER = partitionKey(Topic.ledger, 0);
const pause = (id: string) => storedEvent(AutonomyPaused, { reason: id, by: 'ada' }, { id });
const resume = (id: string) => storedEvent(AutonomyResumed, { reason: id, by: 'ada' }, { id });
const ledger = inOrder(...[pause('a'), resume('b'), pause('c')].map((each, seq) => sequenced(seq, each)));

/** A log that counts how often it is read from its beginning. */
function sourceOf(events: readonly StoredEvent[]): EventSource & { opened: number } {
  return {
    opened: 0,
    ends: async () => ({ [LEDGER]: events.length }),
    async *read({ from, to }) {
      this.opened++;
      yield events.slice(from, to);
    },
  };
}

/** Asks how many entries it has seen, of the fold and of the state beside it. */
const asking: DecisionProcedure<
  SystemState,
  { readonly folded: number; readonly beside: number; readonly at: number }
> = {
  name: 'test.asking',
  every: () => 60_000,
  fold: systemState,
  due: ([part], system, at) => [
    { question: 'how far?', evidence: { folded: part?.position ?? 0, beside: system.position, at } },
  ],
  decide: () => [],
};

const ends = { [LEDGER]: ledger.length };
const replayOf = (source: EventSource): Replay =>
  new Replay(source, ends, asking as unknown as DecisionProcedure, new SystemStates(source, ends));
const asked = (replay: Replay, at = 7): unknown => replay.due(at)[0]?.evidence;

describe('a replay', () => {
  it('knows what was in the log up to the positions, and no more', async () => {
    const replay = replayOf(sourceOf(ledger));
    await replay.to({ [LEDGER]: 1 });
    expect(replay.systemState().autonomy).toMatchObject({ state: 'paused', reason: 'a' });
    expect(asked(replay)).toEqual({ folded: 1, beside: 1, at: 7 });
    await replay.to({ [LEDGER]: 2 });
    expect(replay.systemState().autonomy).toMatchObject({ state: 'running', reason: 'b' });
    expect(asked(replay, 9)).toEqual({ folded: 2, beside: 2, at: 9 });
    await replay.close();
  });

  it('goes on where it is while positions go forwards, and begins again where they go back', async () => {
    const source = sourceOf(ledger);
    const replay = replayOf(source);
    for (const position of [1, 2, 2, 3]) await replay.to({ [LEDGER]: position });
    // Once for what it folds, and once for the system's state.
    expect(source.opened).toBe(2);
    await replay.to({ [LEDGER]: 1 });
    expect(source.opened).toBe(3);
    expect(replay.systemState().autonomy).toMatchObject({ state: 'paused', reason: 'a' });
    expect(asked(replay)).toEqual({ folded: 1, beside: 1, at: 7 });
    await replay.close();
  });

  it('knows nothing before its first event', async () => {
    const replay = replayOf(sourceOf(ledger));
    await replay.to({});
    expect(replay.systemState()).toEqual(initialSystemState);
    expect(asked(replay)).toEqual({ folded: 0, beside: 0, at: 7 });
  });

  it('asks what would have been due in another state of the system', async () => {
    const replay = replayOf(sourceOf(ledger));
    await replay.to({ [LEDGER]: 2 });
    expect(replay.dueUnder({ ...initialSystemState, position: 40 }, 7)[0]?.evidence).toMatchObject({
      folded: 2,
      beside: 40,
    });
    await replay.close();
  });
});

describe('the states of the system', () => {
  const states = (source: EventSource, mostKept?: number) => new SystemStates(source, ends, mostKept);

  it('are folded once, for those as well who ask a little later for an earlier one', async () => {
    const source = sourceOf(ledger);
    const systems = states(source);
    for (const position of [3, 1, 2, 0]) expect((await systems.at(position)).position).toBe(position);
    expect(source.opened).toBe(1);
    await systems.close();
  });

  it('are folded again for who asks for what is kept no more', async () => {
    const source = sourceOf(ledger);
    const systems = states(source, 1);
    for (const position of [3, 1, 2, 3, 0]) expect((await systems.at(position)).position).toBe(position);
    expect(source.opened).toBeGreaterThan(1);
    await systems.close();
  });
});
