import type { Policy } from '@contentflow/contracts';
import type { DecisionProcedure } from '@contentflow/decisions';
import type { Difference, EventSource } from './event-source.ts';
import type { SignedStanding, Witness } from './signatures/verify-signatures.ts';

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
  /** Told after each entry: how many there are, and how many have been checked. */
  readonly onProgress?: (checked: number, entries: number) => void;
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

/** What one question would have been answered under another policy. */
export interface PolicyDifference extends Difference {
  readonly question: string;
  readonly decided: readonly string[];
  readonly wouldDecide: readonly string[];
}
