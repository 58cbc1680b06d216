import type { Recipe } from '@contentflow/contracts';
import { contentTypesMade, improvementsInForce, openExperiments, type SystemState } from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';
import { isOffered, modelsOfChange, modelsOfRecipe } from '@contentflow/recipes';

/** What is configured now, beside what the ledger remembers. */
export interface ConfiguredModels {
  readonly offered: readonly { readonly name: string; readonly provider: string }[];
}

/** What whoever starts the system ought to know of recipes on models that nobody offers. */
export function notesOnModels(state: SystemState, { offered }: ConfiguredModels): string[] {
  const types = contentTypesMade(state).sort();
  if (offered.length === 0) return nothingOffered(types);
  const gone = (names: readonly string[]): string[] => names.filter((name) => !isOffered(offered, name));
  const missing = Map.groupBy(
    types.flatMap((contentType) => gone(modelsNamed(state, contentType)).map((name) => ({ name, contentType }))),
    ({ name }) => name,
  );
  const trials = openExperiments(state).filter(({ change }) => gone(modelsOfChange(change)).length > 0);
  return [
    ...[...missing].map(
      ([name, of]) =>
        `no provider offers "${name}" any more: ${of.map(({ contentType }) => contentType).join(', ')} ${replacementFor(state, offered, name)}`,
    ),
    ...(trials.length === 0 ? [] : [`${trials.length} experiments are on models that are gone, and end void`]),
  ];
}

const nothingOffered = (types: readonly string[]): string[] =>
  types.length === 0
    ? []
    : [
        `no provider is configured any more: every brief of ${types.join(', ')} fails until one is; name one in the configuration`,
      ];

function replacementFor({ replacedModels }: SystemState, offered: ConfiguredModels['offered'], name: string): string {
  const by = ownValue(replacedModels, name);
  if (by !== undefined && isOffered(offered, by)) return `is made by "${by}"`;
  return 'moves to another within a minute; its briefs wait for that';
}

const modelsNamed = (state: SystemState, contentType: string): string[] => [
  ...new Set([
    ...modelsOfRecipe(ownValue(state.generation0, contentType) as Recipe),
    ...improvementsInForce(state, contentType).flatMap(({ change }) => modelsOfChange(change)),
  ]),
];
