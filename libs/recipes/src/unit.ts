import type { Brief } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';

/**
 * The unit of experiments: the brief, normalised, so that its repeats share an arm. Case, white space and trailing
 * punctuation do not count; metadata does not either.
 */
export function unitOf(brief: Brief): string {
  const { metadata: _metadata, ...asked } = brief;
  return hash128(canonicalJson(normalised(asked)));
}

/** Case, white space and trailing punctuation folded, in every text. */
export const normalised = <T>(value: T): T => folded(value) as T;

function folded(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .normalize('NFKC')
      .toLowerCase()
      .replace(/\s+/g, ' ')
      .replace(/[\s.!?]+$/, '')
      .trimStart();
  if (Array.isArray(value)) return value.map(folded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, folded(inner)]));
}
