import type { DecisionEnvelope } from '@contentflow/contracts';
import { canonicalJson, sha256 } from '@contentflow/kernel';

/** How an entry's hash is found. Entries keep the version that they were written with. */
export type HashVersion = 1 | 2;
export const HASH_VERSION: HashVersion = 2;

export interface HashedEntry {
  readonly hashVersion: HashVersion;
  readonly previousHash: string;
  readonly seq: number;
  readonly decision: DecisionEnvelope;
}

/**
 * SHA-256 over the previous hash, the number and the decision; never over offsets.
 * Version 2 hashes the canonical bytes (RFC 8785) of all three and the version; 1 is what releases up to 0.2 wrote.
 * @returns 64 hexadecimal digits
 * @throws ContentFlowError `not-json` for a decision that has no canonical bytes
 */
export function entryHash({ hashVersion, previousHash, seq, decision }: HashedEntry): string {
  if (hashVersion === 1) return sha256(`${previousHash}${seq}${canonicalJsonOfVersion1(decision)}`);
  return sha256(canonicalJson({ hashVersion, previousHash, seq, decision }));
}

/** Canonical JSON as releases up to 0.2 had it: keys like "10" stand first, a key `__proto__` is lost. To verify what they wrote, and for nothing else. */
export function canonicalJsonOfVersion1(value: unknown): string {
  return JSON.stringify(ordered(value)) ?? 'null';
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) result[key] = ordered((value as Record<string, unknown>)[key]);
  return result;
}
