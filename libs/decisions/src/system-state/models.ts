import { type EventData, ModelsOffered, OutcomesGraded } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface ModelsState {
  readonly models: EventData<typeof ModelsOffered>['models'];
  /** By content type: until when the learned model of outcomes was graded, and how wide its intervals should have been. */
  readonly outcomesGraded: Readonly<Record<string, OutcomeGrades>>;
}

export interface OutcomeGrades {
  readonly until: number;
  /** Faded mean square of what was missed, in squares of the errors that were predicted. */
  readonly misses: { readonly cost: number; readonly timeMs: number; readonly quality: number };
}

export const modelsSlice = slice<ModelsState>({ models: [], outcomesGraded: {} })
  .on(ModelsOffered, (_, { models }) => ({ models }))
  .on(OutcomesGraded, (state, { contentType, until, misses }) => ({
    outcomesGraded: { ...state.outcomesGraded, [contentType]: { until, misses } },
  }));
