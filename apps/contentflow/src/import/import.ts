import { readJson, readText } from '@contentflow/input-files';
import { configurationError, isContentFlowError, messageOf, ownValue, usageError } from '@contentflow/kernel';
import { modelName } from '@contentflow/language-models';
import { parseConfiguration } from '@contentflow/nest-platform';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { writeOutput } from '../command-line/output-file.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { fromDspy } from './from-dspy.ts';
import { fromLangfuse } from './from-langfuse.ts';
import { fromLiteLlm } from './from-litellm.ts';
import { fromOpenAi } from './from-openai.ts';
import { fromTensorZero } from './from-tensorzero.ts';
import { fromText } from './from-text.ts';
import {
  type Imported,
  type ImportedProvider,
  type ImportSource,
  isObject,
  type Json,
  listAt,
  plainName,
} from './imported.ts';

export interface ImportOptions {
  readonly output: string;
  readonly contentType?: string;
  readonly model?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const kinds: Readonly<Record<string, (source: ImportSource) => Imported>> = {
  openai: fromOpenAi,
  text: fromText,
  litellm: fromLiteLlm,
  tensorzero: fromTensorZero,
  langfuse: fromLangfuse,
  dspy: fromDspy,
};

/** Adds what a file of another product says to a configuration, and lists what it could not carry over. */
export function run(options: ImportOptions, kind: string, file: string): Promise<void> {
  const read = ownValue(kinds, kind);
  if (!read) throw unknownName('kind', kind, Object.keys(kinds));
  const imported = withName(found(read, kind, file), options);
  if (imported.recipes.length + imported.providers.length === 0)
    throw usageError(
      `"${file}" holds nothing of the kind "${kind}"`,
      'see docs/recipes.md for the shapes that are read',
    );
  const before = existsSync(options.output) ? configurationIn(options.output) : {};
  const configuration = added(before, imported, options);
  assertReadable(configuration, options.output);
  if (!options.dryRun) writeOutput(options.output, `${JSON.stringify(configuration, null, 2)}\n`);
  tell(imported, configuration, options);
  return Promise.resolve();
}

function found(read: (source: ImportSource) => Imported, kind: string, file: string): Imported {
  const plainFile = file.replace(/\.gz$/, '');
  const source: ImportSource = {
    name: basename(plainFile, extname(plainFile)),
    text: readText(file),
    beside: (path) => readFileSync(join(dirname(file), path), 'utf8'),
  };
  try {
    return read(source);
  } catch (error) {
    if (isContentFlowError(error)) throw error;
    throw usageError(
      `"${file}" cannot be read as ${kind}: ${messageOf(error).split('\n')[0]}`,
      'name the kind that it is of',
    );
  }
}

function withName(imported: Imported, { contentType }: ImportOptions): Imported {
  if (contentType === undefined) return imported;
  if (imported.recipes.length > 1)
    throw usageError(`--content-type names one prompt, and there are ${imported.recipes.length}`, 'leave it out');
  return {
    ...imported,
    recipes: imported.recipes.map((recipe) => ({ ...recipe, contentType: plainName(contentType) })),
  };
}

function configurationIn(file: string): Json {
  if (extname(file) !== '.json')
    throw configurationError('--output', `"${file}" is no JSON file`, 'name another, and take over what it says');
  try {
    const value = readJson(file);
    if (isObject(value)) return value;
  } catch (error) {
    throw configurationError('--output', `cannot read "${file}": ${messageOf(error)}`, 'fix it, or name another file');
  }
  throw configurationError('--output', `"${file}" is no configuration`, 'name another file');
}

/** The configuration with what was found. @throws ContentFlowError `usage` where it says another thing of the same name already */
function added(before: Json, { providers, recipes }: Imported, { model, output }: ImportOptions): Json {
  const known = (key: string): readonly Json[] => listAt(before, key).filter(isObject);
  const all = [...known('providers')];
  for (const provider of providers) {
    const at = all.findIndex(({ name }) => name === provider.name);
    const same = all[at];
    if (same === undefined) all.push({ ...provider });
    else if (same['kind'] === provider.kind)
      all[at] = { ...same, models: [...modelsOf(same), ...newModels(same, provider)] };
    else throw usageError(`"${output}" has a provider "${provider.name}" of another kind`, 'rename it there first');
  }
  const standIn = model ?? all.flatMap((provider) => modelsOf(provider)).map((each) => modelName(each as string))[0];
  const types = known('recipes').map(({ contentType }) => contentType);
  const made = recipes.map((recipe) => {
    if (types.includes(recipe.contentType))
      throw usageError(
        `"${output}" has a recipe of "${recipe.contentType}" already`,
        'name another with --content-type',
      );
    types.push(recipe.contentType);
    if (recipe.model === undefined && standIn === undefined)
      throw usageError(
        `the prompt "${recipe.contentType}" names no model, and "${output}" has none`,
        'name one with --model',
      );
    return { ...recipe, model: recipe.model ?? standIn };
  });
  const named = new Set(made.map((recipe) => recipe.model as string));
  const offered = new Set(all.flatMap((provider) => modelsOf(provider)).map((each) => modelName(each as string)));
  const missing = [...named].filter((each) => !offered.has(each) && !offered.has('*'));
  // A model that nobody offers is added to the first provider: whoever wrote the prompt had it from somewhere.
  const [first = { name: 'openai', kind: 'openai', apiKey: '$OPENAI_API_KEY', models: [] }, ...others] = all;
  const offering = missing.length === 0 ? all : [{ ...first, models: [...modelsOf(first), ...missing] }, ...others];
  return {
    ...before,
    ...(offering.length > 0 && { providers: offering }),
    ...(made.length > 0 && { recipes: [...known('recipes'), ...made] }),
  };
}

const modelsOf = (provider: Json): readonly unknown[] => (Array.isArray(provider['models']) ? provider['models'] : []);

function newModels(known: Json, { models }: ImportedProvider): readonly unknown[] {
  const names = modelsOf(known).map((each) => modelName(each as string));
  return models.filter((each) => !names.includes(modelName(each)));
}

/** What is written can be started with, once the environment has what it names. */
function assertReadable(configuration: Json, file: string): void {
  const names = [...JSON.stringify(configuration).matchAll(/"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?"/g)].map(
    (match) => match[1] as string,
  );
  parseConfiguration(configuration, file, Object.fromEntries(names.map((name) => [name, 'set-later'])));
}

function tell(
  { providers, recipes, left }: Imported,
  configuration: Json,
  { output, dryRun, json }: ImportOptions,
): void {
  if (json)
    return console.log(
      JSON.stringify({ output, written: !dryRun, providers, recipes, left, ...(dryRun && { configuration }) }, null, 1),
    );
  for (const { name, kind, models } of providers)
    console.log(`provider ${name} (${kind}): ${models.map((each) => modelName(each as string)).join(', ')}`);
  for (const { contentType, model, prompt } of recipes) {
    const parts = [
      `${prompt.instructions.length + (prompt.template?.length ?? 0)} characters`,
      ...(prompt.examples ? [`${prompt.examples.length} examples`] : []),
      ...(model ? [`on ${model}`] : []),
    ];
    console.log(`recipe ${contentType}: ${parts.join(', ')}`);
  }
  if (left.length > 0) console.log('not carried over as it was:');
  for (const { what, why } of left) console.log(`  ${what}: ${why}`);
  if (dryRun) console.log(`nothing was written; this would be ${output}:\n${JSON.stringify(configuration, null, 2)}`);
  else console.log(`written to ${output}; "npx contentflow doctor" says whether it works, the next start adopts it`);
}
