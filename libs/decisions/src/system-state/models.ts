import { type EventData, ModelReplaced, ModelsOffered, OutcomesGraded } from '@contentflow/contracts';
import { isOffered } from '@contentflow/recipes';
import { slice } from './slice.ts';

export interface ModelsState {
  readonly models: EventData<typeof ModelsOffered>['models'];
  /** How often others were offered. */
  readonly offers: number;
  /** What models that are offered no more cost last: US dollars per million tokens, in and out. */
  readonly withdrawnModels: Readonly<Record<string, number>>;
  /** What stands in for them where recipes name them. */
  readonly replacedModels: Readonly<Record<string, string>>;
  /** By content type: until when the learned model of outcomes was graded, and how wide its intervals should have been. */
  readonly outcomesGraded: Readonly<Record<string, OutcomeGrades>>;
}

export interface OutcomeGrades {
  readonly until: number;
  /** Faded mean square of what was missed, in squares of the errors that were predicted. */
  readonly misses: { readonly cost: number; readonly timeMs: number; readonly quality: number };
}

export const modelsSlice = slice<ModelsState>({
  models: [],
  offers: 0,
  withdrawnModels: {},
  replacedModels: {},
  outcomesGraded: {},
})
  .on(ModelsOffered, (state, { models }) => {
    const isGone = (name: string): boolean => !isOffered(models, name);
    const before = state.models.map(
      (model) => [model.name, model.usdPerMillionInput + model.usdPerMillionOutput] as const,
    );
    const withdrawn = [...Object.entries(state.withdrawnModels), ...before].filter(([name]) => isGone(name));
    // Who is back needs nobody to stand in.
    const replaced = Object.entries(state.replacedModels).filter(([name]) => isGone(name));
    return {
      models,
      offers: state.offers + 1,
      withdrawnModels: Object.fromEntries(withdrawn),
      replacedModels: Object.fromEntries(replaced),
    };
  })
  .on(ModelReplaced, ({ models, replacedModels }, { model, by }) => {
    if (!isOffered(models, by)) return `nobody offers ${by}`;
    if (isOffered(models, model)) return `${model} is offered`;
    const onward = Object.entries(replacedModels).map(([name, to]) => [name, to === model ? by : to]);
    return { replacedModels: { ...(Object.fromEntries(onward) as Record<string, string>), [model]: by } };
  })
  .on(OutcomesGraded, (state, { contentType, until, misses }) => ({
    outcomesGraded: { ...state.outcomesGraded, [contentType]: { until, misses } },
  }));
