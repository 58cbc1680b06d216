import type { Recipe, RecipeChange } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';
import { changedLever, type OfferedModel, type Proposal } from '@contentflow/recipes';

/** What a proposal is made for. */
export interface Proposed {
  readonly contentType: string;
  readonly recipe: Recipe;
  readonly models: readonly OfferedModel[];
}

/** What a hypothesis depends on: the change, and those parts of the recipe that it moves or stands on. */
export const contextOf = (proposed: Proposed, { change }: Pick<Proposal, 'change'>): string =>
  hash128(canonicalJson({ contentType: proposed.contentType, change, part: partOf(proposed, change) ?? null })).slice(
    0,
    16,
  );

function partOf({ recipe, models }: Proposed, change: RecipeChange): unknown {
  const { prompt, parallel, candidates, model, temperature, cache, style } = recipe;
  const steps = recipe.steps.map(({ id, needs }) => ({ id, needs }));
  switch (change.kind) {
    case 'drop_step':
      return { steps };
    case 'set_candidates':
      return { steps, candidates };
    case 'set_tone':
      return { tone: style.tone };
    case 'run_in_parallel':
    case 'join_workflow':
      return { steps, parallel, candidates };
    default:
      return {
        prompt,
        model: { model, temperature, offered: models },
        cache,
        style,
      }[changedLever(change) as string];
  }
}
