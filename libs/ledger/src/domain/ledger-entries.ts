import {
  DecisionSequenced,
  type EventData,
  type Policy,
  PolicyChanged,
  policySchema,
  policyVersion,
  withCurrentKeys,
} from '@contentflow/contracts';
import { hash128, type StoredEvent } from '@contentflow/kernel';
import type { LedgerEntry } from './chain.ts';
import { canonicalJsonOfVersion1 } from './entry-hash.ts';

interface Read {
  readonly entry?: LedgerEntry;
  /** Where it is none. */
  readonly field: string;
}

/** What stands at a place of the ledger, if it is an entry. */
export function entryIn({ type, data }: StoredEvent): Read {
  if (type !== DecisionSequenced.type) return { field: 'type' };
  const parsed = DecisionSequenced.schema.safeParse(data);
  if (parsed.success) return { entry: parsed.data, field: '' };
  return { field: ['data', ...(parsed.error.issues[0]?.path ?? [])].join('.') };
}

interface SaidPolicy {
  /** As it is said. */
  readonly version: string;
  /** As it follows from the policy. */
  readonly versionOf: string;
  /** @throws where it is none */
  policy(): Policy;
}

/** The policy that an entry puts in force. @throws where it says nothing that could be one */
export function policyIn({ decision, hashVersion }: LedgerEntry): SaidPolicy | undefined {
  if (decision.type !== PolicyChanged.type) return undefined;
  const { version, policy } = decision.data as EventData<typeof PolicyChanged>;
  const versionOf = hashVersion === 1 ? hash128(canonicalJsonOfVersion1(policy)).slice(0, 16) : policyVersion(policy);
  return { version, versionOf, policy: () => policySchema.parse(withCurrentKeys(policy)) };
}
