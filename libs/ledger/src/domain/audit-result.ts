import type { Policy } from '@contentflow/contracts';
import type { DecisionProcedure } from '@contentflow/decisions';
import type { Positions } from '@contentflow/kernel';
import type { ChainPoint } from './audited-chain.ts';
import type { Difference, EventSource } from './event-source.ts';
import type { IsolationPoint } from './isolation.ts';
import type { PolicyDifference, ProofPoint, ProofResult } from './proof-result.ts';
import type { SignaturePoint, SignedStanding, Witness } from './signatures/verify-signatures.ts';

export interface AuditOptions {
  readonly source: EventSource;
  /** By name. */
  readonly procedures: Readonly<Record<string, DecisionProcedure>>;
  /** The version of the code that checks. */
  readonly code: string;
  /** Then also: what would have been decided under this policy? */
  readonly policyOverride?: Policy;
  /** What is known of signatures from outside the log. */
  readonly witness?: Witness;
  /** Takes the decisions before these ends again somewhere else, meanwhile, as on other threads; here where left out. */
  readonly prove?: (ends: Positions) => Promise<ProofResult>;
  /** Where an earlier audit of the same log, by the same code and the same witness, had got to: what lies before is taken for checked. */
  readonly from?: AuditPoint;
  /** Awaited between entries, and while all else is read: to rest, and to keep where it is, if nothing differs so far. */
  readonly onStep?: (point: () => AuditPoint | undefined) => Promise<void>;
  /** Told at the end, where nothing differs. */
  readonly onSound?: (point: AuditPoint) => void;
  /** Told after each entry: how many there are, and how many have been checked. */
  readonly onProgress?: (checked: number, entries: number) => void;
}

/** How far an audit is, for one that goes on from there; to be copied at once, since what was folded goes on changing. */
export interface AuditPoint {
  /** How far each partition was read. */
  readonly positions: Positions;
  readonly entries: number;
  /** The offset after the last of them. */
  readonly ledger: number;
  readonly chain: ChainPoint;
  /** The offset after the last appended decision that stands in the ledger. */
  readonly appended: number;
  readonly signatures: SignaturePoint;
  readonly isolation: IsolationPoint;
  readonly proofs: ProofPoint;
}

export interface AuditResult {
  readonly ok: boolean;
  /** Events in the topics read. */
  readonly events: number;
  /** Entries in the ledger. */
  readonly decisions: number;
  /** Of these: recomputed from their evidence, and their evidence rebuilt from the log. */
  readonly recomputed: number;
  /** Of these: their evidence stands on topics that the export leaves out, so that it was not rebuilt. */
  readonly withoutEvents: number;
  readonly differences: readonly Difference[];
  /** By version of the code: how many of these other code had taken, which may have decided otherwise. */
  readonly byOtherCode: Readonly<Record<string, number>>;
  /** Of these: where this release sees or decides otherwise. Only the release that took them can prove them. */
  readonly unproven: readonly Difference[];
  /** What signatures prove. */
  readonly signatures: SignedStanding;
  /** What would have been decided otherwise under the other policy; absent without one. */
  readonly policyDifferences?: readonly PolicyDifference[];
}
