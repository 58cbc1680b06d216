import type { DecisionProcedure } from '@contentflow/decisions';
import { wrongHits } from './domain/wrong-hits.ts';

/** How it decides; for the service, and for audits. */
export const procedures: readonly DecisionProcedure[] = [wrongHits];
