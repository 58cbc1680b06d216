import { messageOf } from '@contentflow/kernel';
import { parse } from 'smol-toml';
import { withOwnNames } from './from-litellm.ts';
import {
  at,
  type Imported,
  type ImportedProvider,
  type ImportedRecipe,
  type ImportSource,
  isObject,
  type Json,
  leaveOthers,
  type Left,
  listAt,
  numberAt,
  plainName,
  recipeOf,
  textAt,
} from './imported.ts';

const KINDS: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['anthropic', 'anthropic'],
]);
const OF_VARIANT = [
  'type',
  'model',
  'weight',
  'system_template',
  'user_template',
  'assistant_template',
  'temperature',
  'max_tokens',
  'templates',
];

/** Models and functions of TensorZero's gateway: of each function the variant of most weight, its templates read from beside the file. */
export function fromTensorZero(source: ImportSource): Imported {
  const left: Left[] = [];
  const file: unknown = parse(source.text);
  const providers = new Map<string, ImportedProvider>();
  const add = (of: Omit<ImportedProvider, 'models'>, model: string): void => {
    const key = JSON.stringify(of);
    const before = providers.get(key) ?? { ...of, models: [] };
    if (!before.models.includes(model)) providers.set(key, { ...before, models: [...before.models, model] });
  };
  /** What a model is called here, by its name there. */
  const names = new Map<string, string>();
  for (const [name, model] of entriesAt(file, 'models')) {
    const [first, ...others] = routed(model);
    if (!first) continue;
    for (const other of others)
      left.push({ what: `models.${name}, provider ${other[0]}`, why: 'another one comes first in its routing' });
    const [, provider] = first;
    const own = textAt(provider, 'model_name') ?? name;
    const made = providerOf(provider);
    if (!made) {
      left.push({
        what: `models.${name}`,
        why: `its provider is of type ${String(at(provider, 'type'))}, and names no api_base`,
      });
      continue;
    }
    names.set(name, own);
    add(made, own);
  }
  const recipes = entriesAt(file, 'functions').flatMap(([name, of]) => {
    const variants = entriesAt(of, 'variants').toSorted((a, b) => weightOf(b[1]) - weightOf(a[1]));
    const [chosen, ...others] = variants.filter(([, variant]) => textAt(variant, 'type') === 'chat_completion');
    for (const [variant] of [...others, ...variants.filter((each) => textAt(each[1], 'type') !== 'chat_completion')])
      left.push({
        what: `functions.${name}.variants.${variant}`,
        why: 'one variant becomes generation 0; others are for experiments to find',
      });
    if (!chosen) {
      left.push({ what: `functions.${name}`, why: 'has no variant of type chat_completion' });
      return [];
    }
    return [recipeOfFunction(source, name, chosen, { names, add, left })];
  });
  if (isObject(file)) leaveOthers(file, ['models', 'functions'], '', left);
  return { providers: withOwnNames([...providers.values()]), recipes, left };
}

interface Found {
  readonly names: ReadonlyMap<string, string>;
  readonly add: (of: Omit<ImportedProvider, 'models'>, model: string) => void;
  readonly left: Left[];
}

function recipeOfFunction(
  source: ImportSource,
  name: string,
  [variant, of]: [string, Json],
  { names, add, left }: Found,
): ImportedRecipe {
  leaveOthers(of, OF_VARIANT, `functions.${name}.variants.${variant}.`, left);
  const template = (role: string): string => {
    const path = textAt(of, `${role}_template`) ?? textAt(of, 'templates', role, 'path');
    if (path === undefined) return '';
    try {
      const text = source.beside(path);
      if (/\{%/.test(text)) left.push({ what: path, why: 'conditions and loops in it stand as they are written' });
      return text;
    } catch (error) {
      left.push({ what: path, why: `cannot be read: ${messageOf(error)}` });
      return '';
    }
  };
  const written = textAt(of, 'model') ?? '';
  // `openai::gpt-5-mini` names vendor and model at once.
  const [vendor, short] = written.split('::');
  const kind = short === undefined ? undefined : KINDS.get(vendor ?? '');
  if (kind !== undefined && short !== undefined) add(vendorOf(kind), short);
  else if (short !== undefined) left.push({ what: written, why: 'its vendor is none of openai, anthropic' });
  const model = short ?? names.get(written);
  return recipeOf(
    {
      name,
      system: template('system').trim(),
      user: template('user').trim(),
      model,
      temperature: numberAt(of, 'temperature'),
      maxOutputTokens: numberAt(of, 'max_tokens'),
    },
    left,
  );
}

const vendorOf = (kind: string): Omit<ImportedProvider, 'models'> => ({
  name: plainName(kind),
  kind,
  apiKey: `$${kind.toUpperCase()}_API_KEY`,
});

function providerOf(provider: Json): Omit<ImportedProvider, 'models'> | undefined {
  const type = textAt(provider, 'type') ?? '';
  const baseUrl = textAt(provider, 'api_base');
  const kind =
    baseUrl === undefined ? KINDS.get(type) : KINDS.get(type) === 'anthropic' ? 'anthropic' : 'openai-compatible';
  if (kind === undefined) return undefined;
  const [, variable] = /^env::([A-Z_][A-Z0-9_]*)$/.exec(textAt(provider, 'api_key_location') ?? '') ?? [];
  const own = vendorOf(kind);
  return {
    name: plainName(type),
    kind,
    ...(baseUrl !== undefined && { baseUrl }),
    ...(variable === undefined
      ? kind === 'openai-compatible'
        ? {}
        : { apiKey: own.apiKey as string }
      : { apiKey: `$${variable}` }),
  };
}

const entriesAt = (value: unknown, key: string): [string, Json][] => {
  const found = at(value, key);
  return isObject(found) ? Object.entries(found).filter((entry): entry is [string, Json] => isObject(entry[1])) : [];
};

/** The providers of a model in the order in which they are asked. */
function routed(model: Json): [string, Json][] {
  const order = listAt(model, 'routing').map(String);
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return entriesAt(model, 'providers').toSorted(([a], [b]) => place(a) - place(b));
}

const weightOf = (variant: Json): number => numberAt(variant, 'weight') ?? 0;
