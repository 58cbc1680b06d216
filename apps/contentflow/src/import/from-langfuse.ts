import {
  at,
  conversationOf,
  type Imported,
  type ImportSource,
  isObject,
  itemsIn,
  type Json,
  leaveOthers,
  type Left,
  listAt,
  numberAt,
  recipeOf,
  textAt,
} from './imported.ts';

const UNDERSTOOD = [
  'id',
  'name',
  'version',
  'type',
  'prompt',
  'config',
  'labels',
  'tags',
  'createdAt',
  'updatedAt',
  'createdBy',
  'projectId',
  'isActive',
  'commitMessage',
];
const OF_CONFIG = ['model', 'temperature', 'max_tokens', 'maxTokens', 'max_output_tokens'];

/** Prompts as Langfuse's API and exports have them: of each name the version in production, else the latest. */
export function fromLangfuse({ text }: ImportSource): Imported {
  const left: Left[] = [];
  const byName = Map.groupBy(itemsIn(text).filter(isObject), (prompt) => textAt(prompt, 'name') ?? 'prompt');
  const recipes = [...byName].map(([name, versions]) => {
    const chosen = inProduction(versions);
    for (const other of versions.filter((each) => each !== chosen))
      left.push({
        what: `${name}, version ${String(other['version'])}`,
        why: 'another version is in production, or later',
      });
    leaveOthers(chosen, UNDERSTOOD, `${name}: `, left);
    const config = at(chosen, 'config');
    if (isObject(config)) leaveOthers(config, OF_CONFIG, `${name}: config.`, left);
    const asked =
      typeof chosen['prompt'] === 'string'
        ? { system: chosen['prompt'], user: '' }
        : conversationOf(listAt(chosen, 'prompt'));
    return recipeOf(
      {
        name,
        ...asked,
        model: textAt(config, 'model'),
        temperature: numberAt(config, 'temperature'),
        maxOutputTokens:
          numberAt(config, 'max_tokens') ?? numberAt(config, 'maxTokens') ?? numberAt(config, 'max_output_tokens'),
      },
      left,
    );
  });
  return { providers: [], recipes, left };
}

function inProduction(versions: readonly Json[]): Json {
  const latest = versions.toSorted((a, b) => (numberAt(b, 'version') ?? 0) - (numberAt(a, 'version') ?? 0));
  return latest.find((each) => listAt(each, 'labels').includes('production')) ?? (latest[0] as Json);
}
