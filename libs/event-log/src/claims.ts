import { ownValue, type StoredEvent, withoutOwnValue } from '@contentflow/kernel';

/** Says that somebody takes on the work its subject names, for so long. Saying it again in time prolongs it. */
export interface Claim {
  readonly claimant: string;
  readonly leaseMs: number;
}

export interface HeldClaim {
  readonly holder: string;
  /** Epoch milliseconds: from then on another may take the work over. */
  readonly until: number;
}

/** Who holds what, by subject. */
export type Claims = Readonly<Record<string, HeldClaim>>;

/**
 * The claims with one more claim event in them. The first to claim holds until the lease runs out, whatever others say
 * meanwhile; since all events of a subject lie on one partition, every reader sees the same holder.
 */
export function claimed(claims: Claims, { subject, time, data }: StoredEvent<Claim>): Claims {
  const holder = holderOf(claims, subject, time);
  if (holder !== undefined && holder !== data.claimant) return claims;
  return { ...claims, [subject]: { holder: data.claimant, until: time + data.leaseMs } };
}

/** The claims without that of a subject whose work is done or given back. */
export const released = (claims: Claims, subject: string): Claims => withoutOwnValue(claims, subject);

export function holderOf(claims: Claims, subject: string, at: number): string | undefined {
  const claim = ownValue(claims, subject);
  return claim && at < claim.until ? claim.holder : undefined;
}
