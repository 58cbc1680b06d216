export { type Acceptance, ContentService } from './content.service.ts';
export { type GeneratorOptions, GeneratorModule } from './generator.module.ts';
export { type ContentDocument, contents } from './read-model/contents.ts';
export { recipesOf } from './recipes/configured-recipes.ts';
export { shippedRecipes } from './recipes/shipped-recipes.ts';
