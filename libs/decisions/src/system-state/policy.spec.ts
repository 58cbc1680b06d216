import { defaultPolicy, PolicyChanged, policyVersion } from '@contentflow/contracts';
import { levelOfNextExperiment } from './experiments.ts';
import { Ledger } from '../testing/ledger.ts';

it('adopts a policy: decisions and the error control follow it from there on', () => {
  const ledger = new Ledger();
  expect(ledger.state).toMatchObject({ isPolicyAdopted: false, policyVersion: policyVersion(defaultPolicy) });
  const stricter = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, falseDiscoveryLevel: 0.01 } };
  const before = levelOfNextExperiment(ledger.state);
  ledger.take(PolicyChanged, { policy: stricter, version: 'strict', by: 'a person' });
  expect(ledger.state).toMatchObject({ isPolicyAdopted: true, policyVersion: 'strict', policy: stricter });
  expect(levelOfNextExperiment(ledger.state)).toBeLessThan(before);
});

describe('a change of the policy', () => {
  const begun = (): Ledger => {
    const ledger = new Ledger();
    ledger.take(PolicyChanged, { policy: defaultPolicy, version: 'begun', by: 'configuration', file: {} });
    return ledger;
  };
  const holding = (holdbackShare: number, from?: string) => ({
    policy: { ...defaultPolicy, holdbackShare },
    version: `${holdbackShare}`,
    by: 'ada',
    ...(from === undefined ? {} : { from }),
  });

  it('is void where another one has come between', () => {
    const ledger = begun();
    expect(ledger.take(PolicyChanged, holding(0.1, 'begun'))).toBeUndefined();
    expect(ledger.take(PolicyChanged, holding(0.2, 'begun'))).toMatch(/another policy/);
    expect(ledger.take(PolicyChanged, holding(0.2, '0.1'))).toBeUndefined();
    expect(ledger.state).toMatchObject({ policyVersion: '0.2', policySetBy: { holdbackShare: 'ada' } });
  });

  it('of an earlier release is known by what differs, and the file’s by all that it filled in', () => {
    const ledger = new Ledger();
    ledger.take(PolicyChanged, { ...holding(0.1), by: 'configuration' });
    expect(ledger.state).toMatchObject({ policyFile: { holdbackShare: 0.1, reverseHoldbackShare: 0.05 } });
    ledger.take(PolicyChanged, holding(0.2));
    expect(ledger.state.policySetBy).toEqual({ holdbackShare: 'ada' });
    expect(ledger.state.policyFile).toMatchObject({ holdbackShare: 0.1 });
  });
});
