import {
  AutonomyPaused,
  AutonomyResumed,
  defaultPolicy,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
  policyVersion,
} from '@contentflow/contracts';
import { initialSystemState } from '../system-state.ts';
import { autonomyOf, autonomySetOn } from './autonomy.ts';
import { Ledger } from '../testing/ledger.ts';

describe('autonomy', () => {
  const adopt = (ledger: Ledger, autonomy: Policy['autonomy']): void => {
    const policy = { ...defaultPolicy, autonomy };
    ledger.take(PolicyChanged, { policy, version: policyVersion(policy), by: 'a person' });
  };
  const set = (ledger: Ledger, levels: Policy['autonomy']) =>
    ledger.take(OperatorIntervened, { action: 'set_autonomy', target: 'levers', levels, reason: '', by: 'a person' });

  it('is full where nobody said otherwise', () => {
    expect(autonomySetOn(initialSystemState, 'prompt')).toBe('apply');
  });

  it('only observes while it is paused, and then is what it was', () => {
    const ledger = new Ledger();
    set(ledger, { model: 'propose' });
    ledger.take(AutonomyPaused, { reason: 'a campaign', by: 'a person' });
    expect(ledger.state.autonomy).toMatchObject({ state: 'paused', reason: 'a campaign' });
    expect([autonomySetOn(ledger.state, 'model'), autonomySetOn(ledger.state, 'scaling')]).toEqual([
      'observe',
      'observe',
    ]);
    ledger.take(AutonomyResumed, { reason: 'over', by: 'a person' });
    expect([autonomySetOn(ledger.state, 'model'), autonomySetOn(ledger.state, 'scaling')]).toEqual([
      'propose',
      'apply',
    ]);
  });

  it('follows a person before the policy, lever by lever', () => {
    const ledger = new Ledger();
    adopt(ledger, { prompt: 'observe', model: 'observe' });
    set(ledger, { model: 'apply' });
    expect([autonomySetOn(ledger.state, 'prompt'), autonomySetOn(ledger.state, 'model')]).toEqual(['observe', 'apply']);
  });

  it('follows the newest policy where no person spoke', () => {
    const ledger = new Ledger();
    adopt(ledger, { prompt: 'observe' });
    adopt(ledger, { prompt: 'apply' });
    expect(autonomySetOn(ledger.state, 'prompt')).toBe('apply');
    adopt(ledger, {});
    expect(autonomySetOn(ledger.state, 'prompt')).toBe('apply');
  });

  it('proposes at most within a freeze window; what was set lower stays lower', () => {
    const ledger = new Ledger();
    const policy = { ...defaultPolicy, freezeWindows: [{ from: '09:00', until: '17:00' }] };
    ledger.take(PolicyChanged, { policy, version: policyVersion(policy), by: 'a person' });
    set(ledger, { model: 'observe' });
    const hour = 60 * 60_000;
    expect(autonomyOf(ledger.state, 'prompt', 12 * hour)).toBe('propose');
    expect(autonomyOf(ledger.state, 'model', 12 * hour)).toBe('observe');
    expect(autonomyOf(ledger.state, 'prompt', 18 * hour)).toBe('apply');
  });
});
