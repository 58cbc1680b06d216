import type { Policy } from '@contentflow/contracts';
import type { Difference } from './event-source.ts';
import type { ReplayPoint } from './replay.ts';
import type { SystemStatesPoint } from './system-states.ts';

/** How many decisions were taken again, and by which code they had been taken, where by another. */
export interface ProofCounts {
  recomputed: number;
  withoutEvents: number;
  readonly byOtherCode: Record<string, number>;
}

/** What came of taking decisions again, in the order of the ledger. */
export interface ProofResult {
  readonly differences: readonly Difference[];
  readonly unproven: readonly Difference[];
  readonly counts: ProofCounts;
  readonly policyDifferences: readonly PolicyDifference[];
}

/** Where taking decisions again is. */
export interface ProofPoint {
  readonly entries: number;
  readonly counts: ProofCounts;
  /** By version. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly systems?: SystemStatesPoint;
  /** By procedure. */
  readonly replays: ReadonlyMap<string, ReplayPoint>;
}

/** What one question would have been answered under another policy. */
export interface PolicyDifference extends Difference {
  readonly question: string;
  readonly decided: readonly string[];
  readonly wouldDecide: readonly string[];
}
