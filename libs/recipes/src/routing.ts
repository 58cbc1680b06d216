import type { Brief, Recipe, Routing } from '@contentflow/contracts';
import { hashToUnit } from '@contentflow/kernel';

/** What a brief shows of itself before it is made. */
export interface BriefTraits {
  readonly keyPoints: number;
  /** Asked for; 0 for none. */
  readonly words: number;
}

export const shownBy = ({ keyPoints, length }: Pick<Brief, 'keyPoints' | 'length'>): BriefTraits => ({
  keyPoints: keyPoints?.length ?? 0,
  words: length ?? 0,
});

/** The segment that a brief belongs to: the first whose bounds hold, else the last. */
export function segmentOf(routing: Routing, { keyPoints, words }: BriefTraits): Routing[number] {
  const own = routing.find(
    (segment) => keyPoints <= (segment.keyPoints ?? Infinity) && words <= (segment.words ?? Infinity),
  );
  return own ?? (routing.at(-1) as Routing[number]);
}

/**
 * The recipe with the model that its routing gives to this brief; by hash, so that a unit meets the same model wherever it comes back and
 * moves only when shares do.
 */
export function routed(recipe: Recipe, brief: Brief, unit: string): Recipe {
  if (!recipe.routing) return recipe;
  const { shares } = segmentOf(recipe.routing, shownBy(brief));
  let left = hashToUnit(`${unit}:route`);
  const drawn = shares.find(({ share }) => (left -= share) < 0) ?? shares.at(-1);
  return withDrawn(recipe, drawn?.model ?? recipe.model);
}

/** One recipe for each model, so that what was found out about it is found again. */
const drawnRecipes = new WeakMap<Recipe, Map<string, Recipe>>();

function withDrawn(recipe: Recipe, model: string): Recipe {
  const known = drawnRecipes.get(recipe) ?? new Map<string, Recipe>();
  drawnRecipes.set(recipe, known);
  const drawn = known.get(model) ?? { ...recipe, model };
  known.set(model, drawn);
  return drawn;
}
