import {
  ExperimentConcluded,
  HoldbackRebased,
  HypothesisRefuted,
  ModelReplaced,
  type Recipe,
  type RecipeChange,
} from '@contentflow/contracts';
import {
  contentTypesMade,
  type Decided,
  decided,
  type Experiment,
  holdbackRecipe,
  type Hypothesis,
  improvementsInForce,
  openExperiments,
  type Question,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';
import {
  isOffered,
  modelsOfChange,
  modelsOfRecipe,
  type OfferedModel,
  recipeVersion,
  withModelsReplaced,
} from '@contentflow/recipes';

/** Models that recipes name and no provider offers any more, and what else could make their content. */
export interface WithdrawnModelsEvidence {
  readonly kind: 'withdrawn_models';
  /** With what each cost when it was last offered, US dollars per million tokens; null where it never was. */
  readonly missing: readonly { readonly model: string; readonly price: number | null }[];
  readonly offered: readonly OfferedModel[];
  /** Content types whose holdback can no longer run. */
  readonly holdbacks: readonly { readonly contentType: string; readonly from: string; readonly inForce: Recipe }[];
}

/** An experiment or a hypothesis on models that are gone. */
export interface SupersededEvidence {
  readonly kind: 'superseded';
  readonly missing: readonly string[];
  readonly experiment: Pick<Experiment, 'experimentId' | 'origin'> | null;
  readonly hypothesis: Pick<Hypothesis, 'hypothesisId' | 'context'> | null;
}

/** What is due as soon as the models on offer are others, paused or not: without it every brief would fail. */
export function withdrawnModelsDue(system: SystemState): Question<WithdrawnModelsEvidence>[] {
  const { models, withdrawnModels } = system;
  const missing = missingModels(
    system,
    contentTypesMade(system).flatMap((type) => modelsNamed(system, type)),
  );
  if (missing.length === 0) return [];
  const holdbacks = contentTypesMade(system).flatMap((contentType) => {
    const held = holdbackRecipe(system, contentType);
    if (modelsOfRecipe(held).every((model) => isOffered(models, model))) return [];
    return [{ contentType, from: recipeVersion(held), inForce: recipeInForce(system, contentType) }];
  });
  const evidence: WithdrawnModelsEvidence = {
    kind: 'withdrawn_models',
    missing: missing.map((model) => ({ model, price: ownValue(withdrawnModels, model) ?? null })),
    offered: models.filter(({ name }) => name !== '*'),
    holdbacks,
  };
  return [{ question: `withdrawn:${system.offers}:${missing.join()}`, evidence }];
}

/** Models that a trial would compare, and that nobody offers any more. */
export function modelsGoneFrom(
  system: SystemState,
  { contentType, lever, change }: Pick<Experiment, 'contentType' | 'lever' | 'change'>,
): string[] {
  if (system.models.length === 0) return [];
  const named = [...modelsOfChange(change), ...(lever === 'model' ? modelsNamed(system, contentType) : [])];
  return [...new Set(named)].filter((name) => !isOffered(system.models, name)).sort();
}

/** Trials that would compare what is no longer there, whether they have begun or wait for it; paused or not. */
export function supersededDue(system: SystemState): Question<SupersededEvidence>[] {
  const gone = (names: readonly string[]): string[] => names.filter((name) => !isOffered(system.models, name)).sort();
  const experiments = openExperiments(system).flatMap((experiment): Question<SupersededEvidence>[] => {
    const { experimentId, origin } = experiment;
    const missing = modelsGoneFrom(system, experiment);
    if (missing.length === 0) return [];
    const evidence = {
      kind: 'superseded' as const,
      missing,
      experiment: { experimentId, origin },
      hypothesis: hypothesisOf(system, origin.id),
    };
    return [{ question: `superseded:${experimentId}`, evidence }];
  });
  const hypotheses = Object.values(system.hypotheses)
    .filter(({ status }) => status === 'proposed')
    .flatMap(({ hypothesisId, proposedAt, change }): Question<SupersededEvidence>[] => {
      const missing = system.models.length === 0 ? [] : gone(modelsOfChange(change));
      if (missing.length === 0) return [];
      const hypothesis = hypothesisOf(system, hypothesisId);
      const evidence = { kind: 'superseded' as const, missing, experiment: null, hypothesis };
      return [{ question: `superseded:${hypothesisId}:${proposedAt}`, evidence }];
    });
  return [...experiments, ...hypotheses];
}

function hypothesisOf({ hypotheses }: SystemState, id: string): SupersededEvidence['hypothesis'] {
  const found = ownValue(hypotheses, id);
  return found ? { hypothesisId: found.hypothesisId, context: found.context } : null;
}

/** Of a content type, by generation 0 and by what is in force or on trial: units go without improvements too. */
function modelsNamed(system: SystemState, contentType: string): string[] {
  const generation0 = ownValue(system.generation0, contentType) as Recipe;
  const changes: RecipeChange[] = improvementsInForce(system, contentType).map(({ change }) => change);
  return [...modelsOfRecipe(generation0), ...changes.flatMap(modelsOfChange)];
}

/** Those that nothing stands in for yet. */
function missingModels({ models, replacedModels }: SystemState, names: readonly string[]): string[] {
  if (models.length === 0) return [];
  const standing = names.map((name) => ownValue(replacedModels, name) ?? name);
  return [...new Set(standing)].filter((name) => !isOffered(models, name)).sort();
}

/** The offered model nearest in price stands in for each that is gone, and holdbacks that could no longer run move to what is in force. */
export function decideWithdrawnModels({ missing, offered, holdbacks }: WithdrawnModelsEvidence): Decided[] {
  const replaced = new Map(
    missing.flatMap(({ model, price }) => {
      const by = nearestInPrice(price, offered);
      return by === undefined ? [] : [[model, by] as const];
    }),
  );
  const names = [...replaced.keys()].join(', ');
  return [
    ...[...replaced].map(([model, by]) =>
      decided(ModelReplaced, model, { model, by, reason: `no provider offers ${model} any more` }),
    ),
    ...holdbacks.map(({ contentType, from, inForce }) => {
      const to = recipeVersion(withModelsReplaced(inForce, replaced));
      return decided(HoldbackRebased, contentType, {
        contentType,
        from,
        to,
        reason: `no provider offers ${names} any more`,
      });
    }),
  ];
}

function nearestInPrice(price: number | null, offered: readonly OfferedModel[]): string | undefined {
  const apart = (model: OfferedModel): number =>
    price === null ? 0 : Math.abs(Math.log((priceOf(model) + 1e-6) / (price + 1e-6)));
  return offered.toSorted((a, b) => apart(a) - apart(b))[0]?.name;
}

const priceOf = ({ usdPerMillionInput, usdPerMillionOutput }: OfferedModel): number =>
  usdPerMillionInput + usdPerMillionOutput;

export function decideSuperseded({ missing, experiment, hypothesis }: SupersededEvidence): Decided[] {
  const reason = `no provider offers ${missing.join(', ')} any more`;
  const experimentId = experiment?.experimentId ?? '';
  const ended = { experimentId, verdict: 'void', reason: 'superseded', metrics: {}, units: 0 } as const;
  return [
    ...(experiment ? [decided(ExperimentConcluded, experimentId, ended)] : []),
    ...(hypothesis
      ? [decided(HypothesisRefuted, hypothesis.hypothesisId, { ...hypothesis, experimentId, reason })]
      : []),
  ];
}
