import {
  defaultPolicy,
  isSameValue,
  type Policy,
  policyChanges,
  type PolicyChanged,
  type PolicyKeys,
  policyKeys,
  policyPart,
  policyVersion,
} from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type { z } from 'zod';
import type { PolicyState } from './system-state/policy.ts';

/**
 * What the policy is to be, under a file that names these keys. A key that the file says something new of follows the file; one that a person
 * set stays as it was set; any other is as the file says, and by default where it says nothing.
 * @returns a part of a policy, to be checked: one person's key and the file's next to it may not go together
 */
export function policyUnderFile(state: PolicyState, file: PolicyKeys): object {
  const [defaults, now] = [policyKeys(defaultPolicy), policyKeys(state.policy)];
  const keys = [...new Set([...Object.keys(defaults), ...Object.keys(now), ...Object.keys(file)])];
  const wanted = keys.flatMap((key) => {
    const isNews = Object.hasOwn(file, key) && !isSameValue(ownValue(file, key), ownValue(state.policyFile, key));
    const of = !isNews && Object.hasOwn(state.policySetBy, key) ? now : Object.hasOwn(file, key) ? file : defaults;
    return Object.hasOwn(of, key) ? [[key, ownValue(of, key)] as const] : [];
  });
  return policyPart(Object.fromEntries(wanted));
}

/** What a change of the policy says of itself. */
export function policyChange(
  state: PolicyState,
  policy: Policy,
  by: string,
): Omit<z.input<typeof PolicyChanged.schema>, 'file'> {
  const changes = policyChanges(state.policy, policy);
  return {
    version: policyVersion(policy),
    policy,
    by,
    ...(state.isPolicyAdopted ? { from: state.policyVersion } : {}),
    ...(state.isPolicyAdopted || changes.length > 0 ? { changes } : {}),
  };
}
