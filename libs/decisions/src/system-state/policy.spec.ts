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
