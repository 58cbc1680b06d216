import type { Recipe } from '@contentflow/contracts';
import { improvementsInForce, recipeInForce } from '@contentflow/decisions';
import { SystemStateReader } from '@contentflow/nest-platform';
import { recipeVersion } from '@contentflow/recipes';
import { Controller, Get } from '@nestjs/common';

interface RecipeDocument {
  readonly contentType: string;
  readonly version: string;
  readonly generation0: string;
  readonly improvements: readonly string[];
  readonly recipe: Recipe;
}

@Controller('v1/recipes')
export class RecipesController {
  constructor(private readonly system: SystemStateReader) {}

  /** The recipe in force of each content type, and what it grew from. */
  @Get()
  list(): { items: RecipeDocument[]; next: null } {
    const state = this.system.current();
    const items = Object.entries(state.generation0).map(([contentType, generation0]) => {
      const recipe = recipeInForce(state, contentType);
      const improvements = improvementsInForce(state, contentType).map(({ improvementId }) => improvementId);
      return {
        contentType,
        version: recipeVersion(recipe),
        generation0: recipeVersion(generation0),
        improvements,
        recipe,
      };
    });
    return { items, next: null };
  }
}
