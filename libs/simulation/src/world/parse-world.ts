import { configurationError, ContentFlowError } from '@contentflow/kernel';
import { INTERPRETED } from '@contentflow/contracts';
import { z } from 'zod';
import { modelNumberAt } from './world-at.ts';
import { type World, worldSchema } from './world.ts';

/**
 * A world from its JSON, complete and consistent.
 * @throws ContentFlowError `configuration`, naming the field
 */
export function parseWorld(json: unknown): World {
  const result = worldSchema.safeParse(json, INTERPRETED);
  if (!result.success) throw problemOf(result.error);
  checkReferences(result.data);
  return result.data;
}

/** The JSON schema that people write worlds against: `docs/world.schema.json`. */
export const worldJsonSchema = (): unknown => ({
  title: 'ContentFlow world',
  ...z.toJSONSchema(worldSchema, { io: 'input' }),
});

function problemOf(error: z.ZodError): ContentFlowError {
  const issue = error.issues[0] as z.core.$ZodIssue;
  const where = pathOf(issue.path);
  if (issue.code !== 'unrecognized_keys')
    return configurationError(where || 'world', issue.message, 'see docs/world.schema.json');
  const key = [where, issue.keys[0]].filter((part) => part !== '').join('.');
  return configurationError(key, 'is an unknown key of a world', 'see docs/world.schema.json');
}

const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

function checkReferences(world: World): void {
  const models = world.models.map(({ name }) => name);
  const types = Object.keys(world.contentTypes);
  const known = (field: string, value: string, names: readonly string[]): void => {
    if (!names.includes(value))
      throw configurationError(field, `names nothing in this world: "${value}"`, `use one of ${names.join(', ')}`);
  };

  for (const [type, { generation0 }] of Object.entries(world.contentTypes)) {
    known(`contentTypes.${type}.generation0.model`, generation0.model, models);
    const steps = generation0.steps.map(({ id }) => id);
    generation0.steps.forEach(({ needs }, i) =>
      needs.forEach((need) => known(`contentTypes.${type}.generation0.steps[${i}].needs`, need, steps)),
    );
  }
  world.effects.forEach(({ contentType, feature }, i) => {
    known(`effects[${i}].contentType`, contentType, ['*', ...types]);
    if (feature.startsWith('model:')) known(`effects[${i}].feature`, feature.slice('model:'.length), models);
  });
  world.schedule.forEach(({ model, set }, i) => {
    known(`schedule[${i}].model`, model, models);
    for (const path of Object.keys(set)) checkModelPath(world, `schedule[${i}].set.${path}`, model, path);
  });
  for (const type of Object.keys(world.readers.likes)) known(`readers.likes.${type}`, type, types);
  world.readers.schedule.forEach(({ contentType }, i) =>
    known(`readers.schedule[${i}].contentType`, contentType, ['*', ...types]),
  );
}

function checkModelPath(world: World, field: string, name: string, path: string): void {
  const model = world.models.find((each) => each.name === name);
  if (model && modelNumberAt(model, path) === undefined)
    throw configurationError(field, 'is no number of a model', 'write for example failures.5xx or quality.mean');
}
