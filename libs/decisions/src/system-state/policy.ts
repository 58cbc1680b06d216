import { defaultPolicy, type Policy, PolicyChanged, policyVersion } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface PolicyState {
  readonly policy: Policy;
  readonly policyVersion: string;
  /** Whether the ledger holds the policy, and not only the code's defaults. */
  readonly isPolicyAdopted: boolean;
}

export const policySlice = slice<PolicyState>({
  policy: defaultPolicy,
  policyVersion: policyVersion(defaultPolicy),
  isPolicyAdopted: false,
}).on(PolicyChanged, (_, { policy, version }) => ({ policy, policyVersion: version, isPolicyAdopted: true }));
