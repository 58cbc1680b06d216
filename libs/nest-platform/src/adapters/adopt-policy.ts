import { newEvent, type Policy, PolicyChanged, policyVersion } from '@contentflow/contracts';
import type { Platform } from '../platform.ts';
import type { SystemStateReader } from '../system-state-reader.ts';

/** Puts a policy in force where the ledger has another, or none yet; without one, what the ledger has stays. */
export async function adoptPolicy(
  platform: Platform,
  system: SystemStateReader,
  policy: Policy | undefined,
): Promise<void> {
  const state = system.current();
  const wanted = policy ?? state.policy;
  const version = policyVersion(wanted);
  if (state.isPolicyAdopted && state.policyVersion === version) return;
  const cause = { id: `policy-${version}-${state.position}` };
  const data = { version, policy: wanted, by: 'configuration' };
  await platform.log.append([newEvent(PolicyChanged, { subject: 'policy', data, time: platform.clock.now(), cause })]);
}
