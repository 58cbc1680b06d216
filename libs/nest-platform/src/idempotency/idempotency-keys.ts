import { HOUR_MS, isLeaseHeld, SECOND_MS } from '@contentflow/kernel';

/** A key is remembered for so long after its request was taken up or answered last; its callers are promised a day. */
export const KEPT_MS = 25 * HOUR_MS;
/** Whoever works on a request and gives no sign of life for so long is taken to be dead. */
export const LEASE_MS = 10 * SECOND_MS;

/** A request that names itself. */
export interface KeyedRequest {
  /** Where the request goes together with its key, as a hash. */
  readonly place: string;
  /** Hash of the canonical body. */
  readonly body: string;
}

/** What a request was answered. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

/** What is known of a key. */
export interface KeyRecord {
  readonly body: string;
  /** Who works on it, or did last. */
  readonly claimant: string;
  /** Epoch milliseconds: until then nobody else takes it up. */
  readonly leaseUntil: number;
  /** Epoch milliseconds: from then on it is as if it had never come. */
  readonly keptUntil: number;
  readonly answer?: StoredAnswer;
}

/**
 * - `yours`: do it, and say how it ended;
 * - `taken`: another is at it;
 * - `answered`: it was done, with this answer;
 * - `conflict`: the key came with another body.
 */
export type Claimed =
  | { readonly kind: 'yours' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'conflict' };

/** The keys that requests came with, shared by every process of an installation and outliving each of them. */
export interface IdempotencyKeys {
  /** At any moment one claimant at most has a key. @param now  epoch milliseconds */
  claim(request: KeyedRequest, claimant: string, now: number): Promise<Claimed>;
  /** A sign of life. */
  renew(place: string, claimant: string, now: number): Promise<void>;
  /** The request is done; whoever repeats it is told this. */
  answer(place: string, claimant: string, answer: StoredAnswer, now: number): Promise<void>;
  /** It ended without an answer, though something may have come of it: the same request may be taken up at once, no other. */
  release(place: string, claimant: string): Promise<void>;
  /** It was refused and nothing came of it: as if it had never come. */
  forget(place: string, claimant: string): Promise<void>;
  close(): Promise<void>;
}

/** What a claim comes to, given what is known of the key. */
export function claimed(record: KeyRecord | undefined, { body }: KeyedRequest, now: number): Claimed {
  if (!record || record.keptUntil <= now) return { kind: 'yours' };
  if (record.body !== body) return { kind: 'conflict' };
  if (record.answer) return { kind: 'answered', answer: record.answer };
  return { kind: isLeaseHeld(record.leaseUntil, now, LEASE_MS) ? 'taken' : 'yours' };
}

export const claimOf = ({ body }: KeyedRequest, claimant: string, now: number): Omit<KeyRecord, 'answer'> => ({
  body,
  claimant,
  leaseUntil: now + LEASE_MS,
  keptUntil: now + KEPT_MS,
});
