import { z } from 'zod';

const price = z.number().nonnegative();

/** As a header of HTTP can carry it; what is wrong with a secret is told without it. */
export const headerText = z
  .string()
  .regex(
    /^([\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/,
    'holds what no header can carry: a line end, another control character, space around it or a letter beyond Latin-1',
  );

/** Before the content type where a completion asks for a recipe. */
const RECIPES = 'contentflow';

/** A name by which people ask, and that figures and documents have: what cannot be seen in it would make it another. */
const seen = (most: number) =>
  z
    .string()
    .min(1, 'is empty')
    .max(most, `is longer than ${most} characters`)
    .regex(/^(?! )[^\p{C}\p{Zl}\p{Zp}]*(?<! )$/u, 'holds a control character, a line end, or a blank around it')
    .regex(/^( |\P{Zs})*$/u, 'holds a blank that is no plain space');

const providerName = seen(100)
  .regex(/^[^\s/]*$/, 'holds a blank or a slash; a model is asked for as NAME/MODEL')
  .refine((name) => name !== RECIPES, `is what recipes are asked for by (${RECIPES}/TYPE)`);
const nameOfModel = seen(300).refine(
  (name) => !name.startsWith(`${RECIPES}/`),
  `begins as recipes are asked for (${RECIPES}/TYPE)`,
);

const configuredModel = z.union([
  nameOfModel,
  z.strictObject({
    name: nameOfModel,
    usdPerMillionInput: price.optional(),
    usdPerMillionOutput: price.optional(),
    /** What is read from the provider's cache of prompts, and what is written to it; as input where left out. */
    usdPerMillionCachedInput: price.optional(),
    usdPerMillionCacheWrite: price.optional(),
  }),
]);

/** One entry of `providers` in the configuration file. Times in milliseconds, prices in US dollars per million tokens. */
export const providerConfigurationSchema = z
  .strictObject({
    name: providerName,
    kind: z.enum(['openai-compatible', 'openai', 'anthropic', 'local', 'ollama', 'sandbox']),
    baseUrl: z
      .url({
        protocol: /^https?$/,
        // A password may stand in it.
        error: (issue) =>
          `is not a URL: "${String(issue.input).replace(/[^/]*@/, '')}"; write http://localhost:11434/v1`,
      })
      .optional(),
    apiKey: headerText.min(1).optional(),
    /** Sent with every call: `api-key`, an organisation, any. */
    headers: z.record(z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'is no name of a header'), headerText).optional(),
    /** A GGUF file, for a local model. */
    modelPath: z.string().min(1).optional(),
    /** What it answers for; `*` passes any name through. */
    models: z.array(configuredModel).min(1, 'names no model; list at least one'),
    /** What its server has; where left out, each endpoint is tried, and what it lacks is asked for as a chat completion. */
    endpoints: z.array(z.enum(['chat/completions', 'responses', 'completions', 'embeddings', 'messages'])).optional(),
    requestsPerMinute: z.number().positive().optional(),
    tokensPerMinute: z.number().positive().optional(),
    concurrency: z.number().int().positive().optional(),
    /** How long it may be silent; and how long a call may take in all, however much comes. */
    timeoutMs: z.number().positive().optional(),
    totalTimeoutMs: z.number().positive().optional(),
  })
  .superRefine((provider, issues) => {
    const needs = (field: 'baseUrl' | 'apiKey' | 'modelPath', fix: string): void => {
      if (provider[field] === undefined)
        issues.addIssue({ code: 'custom', path: [field], message: `is missing for kind "${provider.kind}"; ${fix}` });
    };
    const names = provider.models.map(modelName);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        issues.addIssue({ code: 'custom', path: ['models', index], message: `"${name}" is listed already` });
    });
    if (provider.kind === 'openai-compatible') needs('baseUrl', 'write http://localhost:8000/v1');
    if (provider.kind === 'openai' || provider.kind === 'anthropic') needs('apiKey', 'take it from the environment');
    if (provider.kind === 'local') needs('modelPath', 'write the path of a GGUF file');
  });

export type ProviderConfiguration = z.infer<typeof providerConfigurationSchema>;
export type ConfiguredModel = ProviderConfiguration['models'][number];

export const modelName = (model: ConfiguredModel): string => (typeof model === 'string' ? model : model.name);
