import { DecisionSequenced, ExperimentStarted, newEvent, ScalingDecided } from '@contentflow/contracts';
import { evolve } from '@contentflow/kernel';
import { afterEntry, systemState } from './system-state.ts';
import { Ledger } from './testing/ledger.ts';

describe('decisions that are void', () => {
  it('change nothing but the list of the void, and the place in the ledger', () => {
    const ledger = new Ledger();
    const before = ledger.state;
    ledger.start('nothing');
    expect({ ...ledger.state, void: [], position: 0 }).toEqual({ ...before, void: [], position: 0 });
    expect(ledger.state.position).toBe(before.position + 1);
    expect(ledger.state.void).toEqual([
      { seq: 1, id: 'd1', type: ExperimentStarted.type, reason: 'a start needs a registration before it' },
    ]);
  });

  it('are listed, the last two hundred of them', () => {
    const ledger = new Ledger();
    for (let count = 0; count < 205; count++) ledger.start('nothing');
    expect(ledger.state.void).toHaveLength(200);
    expect(ledger.state.void[0]?.seq).toBe(6);
  });
});

it('reads the ledger through its one event, and passes by decisions it does not know', () => {
  const decision = {
    id: 'd',
    type: ScalingDecided.type,
    source: 's',
    subject: 's',
    time: 0,
    data: { from: 1, to: 3 },
    correlationId: 'c',
  };
  const entry = { seq: 0, previousHash: '', hash: '', hashVersion: 2 as const, decision };
  const sequenced = newEvent(DecisionSequenced, { subject: 's', time: 0, cause: { id: 'x' }, data: entry });
  const after = evolve(systemState, systemState.initial(), { ...sequenced, partition: 0, offset: 0 });
  expect(after).toMatchObject({ instances: 3, position: 1 });
  expect(afterEntry(after, { ...entry, seq: 1, decision: { ...decision, type: 'unknown' } })).toEqual({
    ...after,
    position: 2,
  });
});
