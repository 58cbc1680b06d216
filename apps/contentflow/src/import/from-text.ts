import { type Imported, type ImportSource, type Left, recipeOf } from './imported.ts';

/** A file that is the prompt. */
export function fromText({ name, text }: ImportSource): Imported {
  const left: Left[] = [];
  return { providers: [], recipes: [recipeOf({ name, system: text.trim(), user: '' }, left)], left };
}
