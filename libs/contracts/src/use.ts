import { z } from 'zod';

/** What calls that are passed on are for, as whoever makes them names it. Without a dot, which parts keys of the policy. */
export const useNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'is no name of a use: 1 to 64 letters, digits, "-" and "_", a letter or a digit first',
  );

/** What is done with the calls of a use besides counting them. */
export const usePolicySchema = z.strictObject({
  measureTexts: z
    .boolean()
    .default(true)
    .describe('answers are measured as they pass, and their figures kept; never their words'),
  model: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('asked for by the calls that are experimented with; null for none: then nothing is tried'),
  models: z.array(z.string().min(1)).max(20).default([]).describe('offered ones that may be tried in its place'),
  temperature: z.number().min(0).max(2).default(1).describe('that those calls ask for, most of them'),
  temperatures: z.array(z.number().min(0).max(2)).max(10).default([]).describe('that may be tried in its place'),
  stablePromptFirst: z
    .boolean()
    .default(false)
    .describe(
      "whether it may be tried to put instructions that come back word for word before those that change, for what the provider's cache of prompts saves",
    ),
});
export type UsePolicy = z.output<typeof usePolicySchema>;

/** Every model that the uses of a policy name, and where. */
export const modelsOfUses = (
  uses: Readonly<Record<string, UsePolicy>>,
): [name: string, ...path: [string, string, ...number[]]][] =>
  Object.entries(uses).flatMap(([use, { model, models }]) => [
    ...(model === null ? [] : [[model, use, 'model'] as [string, string, string]]),
    ...models.map((name, index): [string, string, string, number] => [name, use, 'models', index]),
  ]);
