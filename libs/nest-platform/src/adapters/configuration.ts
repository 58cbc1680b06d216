import {
  brandSchema,
  contentTypes,
  modelsOfUses,
  type PolicyKeys,
  policyKeys,
  policySchema,
  type Recipe,
  recipeSchema,
  INTERPRETED,
  withCurrentKeys,
} from '@contentflow/contracts';
import { readJson, readText } from '@contentflow/input-files';
import {
  configurationError,
  HOUR_MS,
  isLongerThan,
  jsonFault,
  type JsonLimits,
  messageOf,
  ownValue,
} from '@contentflow/kernel';
import {
  budgetPolicySchema,
  embeddingsConfigurationSchema,
  gatewayPolicySchema,
  modelName,
  type ProviderConfiguration,
  providerConfigurationSchema,
} from '@contentflow/language-models';
import { existsSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { accessSchema } from '../access/access-settings.ts';
import { admissionSchema } from './admit-requests.ts';
import { problemsIn } from '../field-problems.ts';
import { nearestName } from '../nearest-name.ts';
import { notificationsSchema, signingSecretSchema } from './notification-settings.ts';

/** How it is told that content is ready. */
const webhookSchema = z.strictObject({
  /** Told of every brief that names none itself. */
  url: z.url({ protocol: /^https?$/, error: 'is not an http or https address' }).optional(),
  /** Signs every message, as Standard Webhooks has it: `whsec_` and base64. */
  secret: signingSecretSchema.optional(),
  /** Tries in all; the wait between two is four times the one before. */
  attempts: z.number().int().min(1).max(20).default(7),
  firstRetryMs: z.number().int().min(10).max(HOUR_MS).default(1000),
  /** Whether receivers may be on this machine or in its network. */
  allowPrivateAddresses: z.boolean().default(false),
});

const fields = z.strictObject({
  providers: z.array(providerConfigurationSchema).default([]),
  /** What generation 0 calls; the first configured model where left out. */
  model: z.string().optional(),
  /** Existing prompts as generation 0, beside or instead of the shipped ones. */
  recipes: z
    .array(
      recipeSchema.refine(({ passedOn, promptOrder }) => !passedOn && !promptOrder, {
        path: ['passedOn'],
        message: 'is of uses, which the policy names: policy.uses',
      }),
    )
    .default([]),
  policy: policySchema.prefault({}),
  /** Generations that one process makes at once. */
  concurrency: z.number().int().min(1).max(10_000).default(16),
  /** How long a claim on a brief holds unless it is renewed: after a crash its briefs wait that long. Milliseconds. */
  leaseMs: z.number().int().min(1000).max(HOUR_MS).default(30_000),
  /** Time-outs, retries, breakers, fallbacks, hedging: docs/gateway.md. */
  gateway: gatewayPolicySchema.prefault({}),
  /** Never exceeded: reserved before a call at its worst case, settled after it. US dollars. */
  budgets: budgetPolicySchema
    .extend({
      /** For one brief, all its attempts together, also those of processes that died. */
      perBriefUsd: z.number().positive().default(20),
    })
    .prefault({}),
  /** By what the semantic cache compares meaning; words alone where left out. */
  embeddings: embeddingsConfigurationSchema.optional(),
  /** Style guide, terms to use and banned terms: told in every prompt, checked in every text. */
  brand: brandSchema.optional(),
  webhooks: webhookSchema.prefault({}),
  /** Who is told of incidents, where and when: docs/notifications.md. */
  notifications: notificationsSchema.prefault({}),
  /** How much is taken on at once over HTTP: docs/reliability.md. */
  admission: admissionSchema.prefault({}),
  /** Who may ask over HTTP: docs/operating.md. */
  access: accessSchema.prefault({}),
});
/** The one configuration file. Every key has a default; a wrong value is named with its path at start. */
export const configurationSchema = fields.superRefine((read, issues) => {
  const { providers, model, gateway, recipes, budgets, policy } = read;
  const names = providers.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return;
    issues.addIssue({
      code: 'custom',
      path: ['providers', index, 'name'],
      message: `"${name}" is the name of another`,
    });
  });
  const models = providers.flatMap((provider) => provider.models.map(modelName));
  const mustExist = (name: string | undefined, path: (string | number)[]): void => {
    if (name === undefined || models.length === 0 || answersFor(name, providers)) return;
    const nearest = nearestName(name, models);
    const meant = nearest === undefined ? '' : `; the nearest is "${nearest}"`;
    const message = `no provider has "${name}"; there are ${models.join(', ')}${meant}`;
    issues.addIssue({ code: 'custom', path, message });
  };
  mustExist(model, ['model']);
  for (const [name, ...path] of modelsOfUses(policy.uses)) mustExist(name, ['policy', 'uses', ...path]);
  for (const [of, others] of Object.entries(gateway.fallbacks)) {
    if (of !== '*') mustExist(of, ['gateway', 'fallbacks', of]);
    others.forEach((name, index) => mustExist(name, ['gateway', 'fallbacks', of, index]));
  }
  const types = recipes.map(({ contentType }) => contentType);
  const budgeted = Object.keys(budgets.perContentTypeUsd).filter((type) => type !== '*');
  const made: readonly string[] = [...contentTypes, ...types];
  for (const type of budgeted.filter((each) => !made.includes(each)))
    issues.addIssue({
      code: 'custom',
      path: ['budgets', 'perContentTypeUsd', type],
      message: `nothing makes "${type}"; there are ${[...new Set(made)].join(', ')}`,
    });
  recipes.forEach((recipe, index) => {
    if (types.indexOf(recipe.contentType) !== index)
      issues.addIssue({
        code: 'custom',
        path: ['recipes', index, 'contentType'],
        message: `"${recipe.contentType}" has a recipe already`,
      });
    const problem = typeProblem(recipe.contentType);
    if (problem) issues.addIssue({ code: 'custom', path: ['recipes', index, 'contentType'], message: problem });
    for (const [name, ...path] of modelsNamedIn(recipe)) mustExist(name, ['recipes', index, ...path]);
  });
});

/** A content type is asked for in briefs, in addresses and as `contentflow/TYPE`. */
function typeProblem(type: string): string | undefined {
  if (type === '' || type === '*') return `cannot be "${type}"`;
  if (!/^[^\s\p{C}/]*$/u.test(type)) return 'holds a blank, a control character or a slash';
  return isLongerThan(type, LONGEST_TYPE) ? `is longer than ${LONGEST_TYPE} characters` : undefined;
}

/** Every model that a recipe names, and where. */
function modelsNamedIn({ model, steps, routing = [] }: Recipe): [name: string, ...path: (string | number)[]][] {
  return [
    [model, 'model'],
    ...steps.flatMap(({ model: own, fallbacks = [] }, step): [string, ...(string | number)[]][] => [
      ...(own === undefined ? [] : [[own, 'steps', step, 'model'] as [string, ...(string | number)[]]]),
      ...fallbacks.map((name, index): [string, ...(string | number)[]] => [name, 'steps', step, 'fallbacks', index]),
    ]),
    ...routing.flatMap(({ shares }, group) =>
      shares.map(({ model: name }, index): [string, ...(string | number)[]] => [
        name,
        'routing',
        group,
        'shares',
        index,
        'model',
      ]),
    ),
  ];
}

export interface Configuration extends Omit<z.output<typeof configurationSchema>, 'policy'> {
  /** What the file says of the policy: the keys that it names, and no defaults. */
  readonly policy: PolicyKeys;
}

/** By its name, or as `provider/model`. */
const answersFor = (model: string, providers: readonly ProviderConfiguration[]): boolean =>
  providers.some(({ name, models }) => {
    const names = models.map(modelName);
    return names.some((each) => each === '*' || each === model || `${name}/${each}` === model);
  });

/** As of a brief's. */
const LONGEST_TYPE = 64;
const names = ['contentflow.config.ts', 'contentflow.config.json', 'contentflow.config.yaml', 'contentflow.config.yml'];

/** The file that is read: the one that is named, else what lies in this folder, whatever folder the data is in; undefined where none does. */
export const configurationFile = (file?: string, folder = process.cwd()): string | undefined =>
  file === undefined ? names.map((name) => join(folder, name)).find(existsSync) : resolve(folder, file);

/** The same, told to whoever starts or looks. */
export const shownConfigurationFile = (file?: string, folder?: string): string =>
  configurationFile(file, folder) ?? 'none in this folder, so the defaults';

/**
 * The configuration of this file, or of the first `contentflow.config.*` in this folder, or the defaults. `apiKey: "$NAME"`, or `"${NAME}"`, is
 * taken from the environment.
 * @throws ContentFlowError `configuration`, naming the path of what is wrong
 */
export async function loadConfiguration(file?: string, folder = process.cwd()): Promise<Configuration> {
  const path = configurationFile(file, folder);
  if (path === undefined) return parseConfiguration({}, 'the defaults');
  if (!existsSync(path)) throw configurationError('--config', `there is no file "${file}"`, 'name an existing file');
  return parseConfiguration(await read(path), path);
}

export function parseConfiguration(
  value: unknown,
  from: string,
  environment: NodeJS.ProcessEnv = process.env,
): Configuration {
  const fault = jsonFault(value, LIMITS);
  if (fault) throw configurationError(fieldAt(fault.path) || from, fault.problem, `fix it in ${from}`);
  const found = withCurrentPolicyKeys(fromEnvironment(value, environment));
  const result = configurationSchema.safeParse(found, INTERPRETED);
  if (result.success) return { ...result.data, policy: policyKeys((found as { policy?: object }).policy ?? {}) };
  const [first] = problemsIn(result.error, fields, found);
  const problem = first?.problem ?? 'is not a configuration';
  throw configurationError(fieldAt(first?.path ?? []) || from, problem, `fix it in ${from}`);
}

/** Deeper than any schema of an answer, longer than any prompt. What a key takes for its prototype would be lost without a word. */
const LIMITS: JsonLimits = { depth: 100, keys: 1_000_000, text: 10_000_000, size: 100_000_000 };

/** `providers[0].baseUrl` */
const fieldAt = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (sum, key) => (typeof key === 'number' ? `${sum}[${key}]` : sum === '' ? String(key) : `${sum}.${String(key)}`),
    '',
  );

async function read(path: string): Promise<unknown> {
  try {
    if (extname(path) === '.ts') return ((await import(pathToFileURL(path).href)) as { default: unknown }).default;
    return extname(path) === '.json' ? readJson(path) : yamlIn(path);
  } catch (error) {
    throw configurationError(path, `cannot be read: ${messageOf(error)}`, 'fix the file or name another with --config');
  }
}

function yamlIn(path: string): unknown {
  const text = readText(path);
  const value: unknown = parseYaml(text);
  if (value === null) throw new Error('nothing is said in it');
  return value;
}

/** A file that was written for an earlier release goes on working. */
const withCurrentPolicyKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'policy' in value
    ? { ...value, policy: withCurrentKeys(value.policy) }
    : value;

/** `$NAME` or `${NAME}`, and nothing else. */
const ofEnvironment = /^\$(?:([A-Z_][A-Z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})$/;

/** What a shell would take for a name, and this file does not: `${NAME:-default}`, `${NAME`. */
const ofShell = /^\$\{[A-Za-z_]\w*(:?[-=?+][^}]*\})?$/;

/** `"$OPENAI_API_KEY"` stands for what the environment holds, so that no secret needs to be in a file. */
function fromEnvironment(value: unknown, environment: NodeJS.ProcessEnv, path = ''): unknown {
  const [, bare, braced] = (typeof value === 'string' && ofEnvironment.exec(value)) || [];
  const name = bare ?? braced;
  if (name !== undefined) {
    const found = ownValue(environment, name);
    if (found === undefined) throw configurationError(path, `the environment has no ${name}`, `set ${name}`);
    if (found.trim() === '') throw configurationError(path, `${name} is empty in the environment`, `set ${name}`);
    return found;
  }
  if (typeof value === 'string' && ofShell.test(value))
    throw configurationError(path, 'begins as a name of the environment does, and is none', 'write "${NAME}" alone');
  if (Array.isArray(value)) return value.map((each, index) => fromEnvironment(each, environment, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      fromEnvironment(inner, environment, path === '' ? key : `${path}.${key}`),
    ]),
  );
}
