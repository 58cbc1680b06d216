import { ownValue } from '@contentflow/kernel';
import type { World, WorldContentType } from '../world/world.ts';

type Generation0 = WorldContentType['generation0'];

/** The step that writes the body: the one with most output; of equals the one that comes last. */
export function bodyStepOf({ steps }: Generation0): string {
  return steps.reduce((body, step) => (step.outputTokens >= body.outputTokens ? step : body)).id;
}

const TITLES = ['headline', 'title', 'subject', 'subject_line'];

/** The step that writes the title, where there is one: known by its name. */
export const titleStepOf = (generation0: Generation0): string | undefined =>
  generation0.steps.find(({ id }) => TITLES.includes(id) && id !== bodyStepOf(generation0))?.id;

/** The steps that build on this one, directly or not. */
export function stepsBuiltOn({ steps }: Generation0, id: string): string[] {
  const direct = steps.filter(({ needs }) => needs.includes(id)).map((each) => each.id);
  return [...new Set(direct.flatMap((each) => [each, ...stepsBuiltOn({ steps } as Generation0, each)]))];
}

/** The content type of this name; a prompt that names none of the world's is taken for one of its first. */
export function contentTypeNamed(world: World, name: string | undefined): [string, WorldContentType] {
  const known = name === undefined ? undefined : ownValue(world.contentTypes, name);
  return name !== undefined && known
    ? [name, known]
    : (Object.entries(world.contentTypes)[0] as [string, WorldContentType]);
}
