import type { Judgement, QualityKept } from '@contentflow/simulation';

/** How the machines kept up with the load. */
export interface ServiceLevel {
  /** Share of contents that waited longer for an instance than the policy's response time. */
  readonly lateShare: number | null;
  /** Running time of all machines beside the least that could have made the same contents, ten minutes by ten minutes. */
  readonly instancesToForesight: number | null;
}

/** What a simulated day came to, in the figures that days are compared by. Relative changes are against the holdback. */
export interface DayOutcome extends Judgement, QualityKept, ServiceLevel {
  readonly world: string;
  readonly seed: string;
  readonly baseline: string | null;
  readonly generations: number;
  /** As measured, whether or not it can be claimed; above 0: for the better. */
  readonly timeImprovement: number | null;
  readonly costImprovement: number | null;
  readonly qualityChange: number | null;
  /** At any look; null while nothing is in force. */
  readonly qualityChangeLower: number | null;
  readonly successChange: number | null;
  readonly successChangeUpper: number | null;
  /** 30 % faster and cheaper, better with an interval above zero, success not shown to be lower. */
  readonly meetsAll: boolean;
  readonly experiments: number;
  readonly applied: number;
  readonly inForce: number;
  readonly rolledBack: number;
  readonly shareOfOracleGain: number | null;
  /** Of what an oracle gains that keeps to the guardrails' margins of quality, cost and time, as the system does. */
  readonly shareWithinMargins: number | null;
  /** What the oracle would have saved and gained on the same briefs over the last six hours, in expectation. */
  readonly oracleTime: number | null;
  readonly oracleCost: number | null;
  readonly oracleQuality: number | null;
  readonly machineHours: number;
  /** Mean absolute error of ratings predicted before they came: of the first 25, and of the latest. */
  readonly ratingErrorFirst: number | null;
  readonly ratingErrorNow: number | null;
  readonly decisions: number;
  readonly wallSeconds: number;
  readonly peakMemoryMb: number;
}
