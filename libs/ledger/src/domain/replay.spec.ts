import { AutonomyPaused, AutonomyResumed, Topic } from '@contentflow/contracts';
import { storedEvent, inOrder, sequenced } from '@contentflow/contracts/testing';
import { type DecisionProcedure, initialSystemState, type SystemState, systemState } from '@contentflow/decisions';
import { partitionKey, type StoredEvent } from '@contentflow/kernel';
import type { EventSource } from './event-source.ts';
import { memoizeLast, Replay } from './replay.ts';

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

const replayOf = (source: EventSource): Replay =>
  new Replay(source, { [LEDGER]: ledger.length }, asking as unknown as DecisionProcedure);
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
    expect(source.opened).toBe(1);
    await replay.to({ [LEDGER]: 1 });
    expect(source.opened).toBe(2);
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
    expect(replay.due(7, { ...initialSystemState, position: 40 })[0]?.evidence).toMatchObject({
      folded: 2,
      beside: 40,
    });
    await replay.close();
  });
});

describe('the last answer', () => {
  it('is remembered for a key that is equal, and for no other', () => {
    const remembered = memoizeLast<number>();
    let computed = 0;
    const ask = (key: unknown) => remembered(key, () => ++computed);
    expect([ask({ a: 1, b: 2 }), ask({ b: 2, a: 1 }), ask({ a: 2 }), ask({ a: 1, b: 2 })]).toEqual([1, 1, 2, 3]);
  });
});
