import {
  isSameValue,
  newEvent,
  PolicyChanged,
  type PolicyKeys,
  policySchema,
  INTERPRETED,
} from '@contentflow/contracts';
import { policyChange, policyUnderFile } from '@contentflow/decisions';
import { canonicalJson, configurationError, hash128, ownValue } from '@contentflow/kernel';
import type { Platform } from '../platform.ts';
import type { SystemStateReader } from '../system-state-reader.ts';

/**
 * Lets the policy file have its word, where it has a new one: what people set stays but for keys that the file says something new of. Without a
 * file, what the ledger has stays.
 * @throws ContentFlowError `configuration` where the file and what people set do not go together
 */
export async function adoptPolicy(
  platform: Pick<Platform, 'log' | 'clock'>,
  system: Pick<SystemStateReader, 'current'>,
  file: PolicyKeys | undefined,
): Promise<void> {
  const state = system.current();
  const parsed = policySchema.safeParse(file ? policyUnderFile(state, file) : state.policy, INTERPRETED);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = ['policy', ...(issue?.path ?? [])].join('.');
    const people = [...new Set(Object.values(state.policySetBy))].join(', ');
    throw configurationError(key, `${issue?.message ?? 'is wrong'}, with what ${people} set`, 'fix it in the file');
  }
  const change = policyChange(state, parsed.data, 'configuration');
  const isNews = Object.entries(file ?? {}).some(
    ([key, value]) => !isSameValue(value, ownValue(state.policyFile, key)),
  );
  if (state.isPolicyAdopted && change.version === state.policyVersion && !isNews) return;
  const said = file ? `-${hash128(canonicalJson(file)).slice(0, 16)}` : '';
  const cause = { id: `policy-${change.version}-${state.position}${said}` };
  const data = { ...change, ...(file ? { file } : {}) };
  await platform.log.append([newEvent(PolicyChanged, { subject: 'policy', data, time: platform.clock.now(), cause })]);
}
