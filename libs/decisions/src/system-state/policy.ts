import {
  defaultPolicy,
  type EventData,
  type Policy,
  policyChanges,
  PolicyChanged,
  type PolicyKeys,
  policyKeys,
  policyVersion,
} from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface PolicyState {
  readonly policy: Policy;
  readonly policyVersion: string;
  /** Whether the ledger holds the policy, and not only the code's defaults. */
  readonly isPolicyAdopted: boolean;
  /** What the policy file said last of each key that it ever named. */
  readonly policyFile: PolicyKeys;
  /** Who set a key, where that was a person. */
  readonly policySetBy: Readonly<Record<string, string>>;
}

export const policySlice = slice<PolicyState>({
  policy: defaultPolicy,
  policyVersion: policyVersion(defaultPolicy),
  isPolicyAdopted: false,
  policyFile: {},
  policySetBy: {},
}).on(PolicyChanged, (state, changed) => {
  const { policy, version, from, changes = policyChanges(state.policy, policy) } = changed;
  if (from !== undefined && from !== state.policyVersion) return 'another policy has come into force meanwhile';
  const keys = new Set(changes.map(({ key }) => key));
  const stays = Object.entries(state.policySetBy).filter(([key]) => !keys.has(key));
  const file = fileOf(changed);
  const set = file ? [] : [...keys].map((key) => [key, changed.by] as const);
  return {
    policy,
    policyVersion: version,
    isPolicyAdopted: true,
    policyFile: { ...state.policyFile, ...file },
    policySetBy: Object.fromEntries([...stays, ...set]),
  };
});

/** Releases up to 0.2 wrote the file's word with all defaults filled in, and no changes. */
const fileOf = ({ file, changes, by, policy }: EventData<typeof PolicyChanged>): PolicyKeys | undefined =>
  file ?? (changes === undefined && by === 'configuration' ? policyKeys(policy) : undefined);
