import type { DecisionProcedure } from '@contentflow/decisions';
import { literalImpact } from './baselines/literal-impact.ts';
import { adjustments } from './domain/adjustments.ts';
import { impact } from './domain/impact.ts';

/** For audits: how each of the feedback learner's decisions is recomputed. */
export const procedures: readonly DecisionProcedure[] = [adjustments, impact];
/** How it would decide by the specification's rules taken literally, to be measured against. */
export const literalProcedures: readonly DecisionProcedure[] = [adjustments, literalImpact];
