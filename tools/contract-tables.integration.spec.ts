import { join } from 'node:path';
import { eventUses } from './contract-tables/event-uses.ts';
import { faultsOf } from './contract-tables/faults.ts';
import { policyUses } from './contract-tables/policy-uses.ts';
import { sourceOf } from './contract-tables/source.ts';

const root = join(import.meta.dirname, '..');

describe('a contract that nobody uses', () => {
  const fixture = ['contracts.ts', 'service.ts'].map((name) => `tools/fixtures/contracts-without-use/${name}`);
  const source = sourceOf(root, fixture);
  const events = eventUses(source);
  const keys = policyUses(source);

  it('is named', () => {
    expect(faultsOf(root, events, keys, { emitter: {}, reader: {}, value: {}, key: {} })).toEqual([
      'Silent is emitted by nobody',
      'Hidden is emitted by nobody',
      'Ignored is read by nobody',
      'Hidden is read by nobody',
      'Chosen.way: right is said by nobody',
      'limits.ignored is read by nobody',
      'limits.preset is read by nobody',
      'Hidden is used at tools/fixtures/contracts-without-use/service.ts:11 in a way that tools/contract-tables cannot place',
    ]);
  });

  it('may have a reason, until it is used', () => {
    const reasons = { emitter: { Silent: 'later' }, reader: { Heard: 'later' }, value: {}, key: {} };
    const faults = faultsOf(root, events, keys, reasons);
    expect(faults).not.toContain('Silent is emitted by nobody');
    expect(faults).toContain('Heard no longer is read by nobody: its reason can go');
  });
});
