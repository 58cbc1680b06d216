import { WEBHOOKS, webhooks } from './domain/due-webhooks.ts';
import { OPEN_BRIEFS, openBriefs } from './domain/open-briefs.ts';
import { orders } from './domain/open-orders.ts';
import { SERVED_USES, servedUses } from './domain/served-uses.ts';

export { type Acceptance, type ContentRequest, ContentService } from './content.service.ts';
export { ContentUpdates } from './content-updates.ts';
export { GeneratorModule } from './generator.module.ts';
export { type GeneratorOptions, generatorOptions } from './generator-options.ts';
export { areRecipesAdopted, notesOnRecipes, type RecipesOfFile } from './domain/configured-recipes.ts';
export { type ConfiguredModels, notesOnModels } from './domain/model-notes.ts';
export { batches } from './read-model/batches.ts';
export { contents } from './read-model/contents.ts';
export { procedures } from './procedures.ts';
export { shippedRecipes } from './recipes/shipped-recipes.ts';
/** What it keeps folded, beside procedures. */
export const folds = {
  'generator.prompt-orders': orders,
  [OPEN_BRIEFS]: openBriefs,
  [WEBHOOKS]: webhooks,
  [SERVED_USES]: servedUses,
};
