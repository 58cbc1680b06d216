import type { DecisionEnvelope } from '@contentflow/contracts';
import { boundedMemo, canonicalJson, ownValue, sha256 } from '@contentflow/kernel';

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
export const canonicalJsonOfVersion1 = (value: unknown): string => written(value) ?? 'null';

/** Undefined for what has no place in JSON. */
function written(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${Array.from(value, (item) => written(item) ?? 'null').join()}]`;
  let text = '';
  for (const key of keysInOrder(value)) {
    const inner = written(ownValue(value as Record<string, unknown>, key));
    if (inner !== undefined) text += `${text === '' ? '' : ','}${writtenKey(key)}:${inner}`;
  }
  return `{${text}}`;
}

/** Most are few, and come again and again. */
const writtenKey = boundedMemo(10_000, (key: string): string => JSON.stringify(key));

/** As an object puts them that sorted keys are set in, one after the other. */
function keysInOrder(object: object): readonly string[] {
  const keys = Object.keys(object).sort();
  // What begins with a digit may be an index; the name that sets a prototype is no key.
  if (!keys.some(isOutOfOrder)) return keys;
  return Object.keys(Object.fromEntries(keys.filter((key) => key !== '__proto__').map((key) => [key, null])));
}

const isOutOfOrder = (key: string): boolean => {
  const first = key.charCodeAt(0);
  return (first >= ZERO && first <= NINE) || key === '__proto__';
};
const [ZERO, NINE] = ['0', '9'].map((digit) => digit.charCodeAt(0)) as [number, number];
