import type { Recipe } from '@contentflow/contracts';
import { canonicalJson, hash128 } from '@contentflow/kernel';
import type { OfferedModel, Proposal } from '@contentflow/recipes';

/** What a proposal is made for. */
export interface Proposed {
  readonly contentType: string;
  readonly recipe: Recipe;
  readonly models: readonly OfferedModel[];
}

/** What a hypothesis depends on: the change, and that part of the recipe that its lever moves. */
export function contextOf(
  { contentType, recipe, models }: Proposed,
  { lever, change }: Pick<Proposal, 'lever' | 'change'>,
): string {
  const { prompt, steps, parallel, candidates, model, temperature, cache, style } = recipe;
  const parts: Record<string, unknown> = {
    prompt,
    workflow: { steps: steps.map(({ id, needs }) => ({ id, needs })), parallel, candidates },
    model: { model, temperature, offered: models },
    cache,
    style,
  };
  return hash128(canonicalJson({ contentType, change, part: parts[lever] ?? null })).slice(0, 16);
}
