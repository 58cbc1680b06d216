import {
  AutonomyPaused,
  AutonomyResumed,
  defaultPolicy,
  OperatorIntervened,
  PolicyChanged,
  policyVersion,
} from '@contentflow/contracts';
import { sequenced } from '@contentflow/contracts/testing';
import { afterEntry, initialSystemState, type SystemState } from '@contentflow/decisions';
import type { NewEvent } from '@contentflow/kernel';
import { changePolicy, setAutonomy } from './operator-commands.ts';

const command = { id: 'command-1', by: 'ada', at: 5 };
const because = { reason: 'a check' };

/** The system once these decisions stand in the ledger. */
const after = (decisions: readonly NewEvent[], before: SystemState = initialSystemState): SystemState =>
  decisions.reduce(
    (state, decision) =>
      afterEntry(state, sequenced(state.position, { ...decision, partition: 0, offset: state.position }).data),
    before,
  );

describe('what a person may tell the system', () => {
  it('is to pause, with a reason and a name', () => {
    const decisions = setAutonomy(initialSystemState, { state: 'paused', ...because }, command);
    expect(decisions).toMatchObject([
      { type: AutonomyPaused.type, time: 5, causationId: 'command-1', data: { reason: 'a check', by: 'ada' } },
    ]);
    expect(after(decisions).autonomy).toMatchObject({ state: 'paused', reason: 'a check' });
  });

  it('is to go on, and nothing where it goes on already', () => {
    const paused = after(setAutonomy(initialSystemState, { state: 'paused', ...because }, command));
    const decisions = setAutonomy(paused, { state: 'running', ...because }, command);
    expect(decisions).toMatchObject([{ type: AutonomyResumed.type }]);
    expect(after(decisions, paused).autonomy.state).toBe('running');
    expect(setAutonomy(initialSystemState, { state: 'running', ...because }, command)).toEqual([]);
  });

  it('is how much it may do by itself, lever by lever, those alone that change', () => {
    const decisions = setAutonomy(
      initialSystemState,
      { levers: { prompt: 'observe', scaling: initialSystemState.autonomy.levers['scaling'] ?? 'apply' }, ...because },
      command,
    );
    expect(decisions).toMatchObject([
      {
        type: OperatorIntervened.type,
        data: { action: 'set_autonomy', target: 'prompt', levels: { prompt: 'observe' } },
      },
    ]);
    const set = after(decisions);
    expect(set.autonomy.levers).toMatchObject({ prompt: 'observe' });
    expect(setAutonomy(set, { levers: { prompt: 'observe' }, ...because }, command)).toEqual([]);
  });

  it('is both at once, and what is no lever changes nothing', () => {
    const wanted = { state: 'paused' as const, levers: { prompt: 'observe' as const }, ...because };
    expect(setAutonomy(initialSystemState, wanted, command).map(({ type }) => type)).toEqual([
      OperatorIntervened.type,
      AutonomyPaused.type,
    ]);
    const strange = { levers: { constructor: 'observe' as const }, ...because };
    expect(setAutonomy(initialSystemState, strange, command)).toEqual([]);
  });

  it('has the same id when it is told twice', () => {
    const [first] = setAutonomy(initialSystemState, { state: 'paused', ...because }, command);
    const [again] = setAutonomy(initialSystemState, { state: 'paused', ...because }, { ...command, at: 9 });
    expect(again?.id).toBe(first?.id);
  });

  it('is another policy, and nothing where it is in force', () => {
    const strict = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, falseDiscoveryLevel: 0.01 } };
    const decisions = changePolicy(initialSystemState, strict, command);
    expect(decisions).toMatchObject([
      { type: PolicyChanged.type, data: { version: policyVersion(strict), policy: strict, by: 'ada' } },
    ]);
    const changed = after(decisions);
    expect(changed.policy).toEqual(strict);
    expect(changePolicy(changed, strict, command)).toEqual([]);
    expect(changePolicy(changed, defaultPolicy, command)).toHaveLength(1);
  });
});
