import { z } from 'zod';

/** Shapes that several events share. */

export const contentId = z.string().min(1);
export const variantSchema = z.enum(['control', 'treatment']);
export type Variant = z.output<typeof variantSchema>;

/** That a unit met an experiment, in which arm, in which allocation epoch (step of the ramp). */
export const exposureSchema = z.object({
  experiment: z.string(),
  variant: variantSchema,
  epoch: z.number().int().min(0),
});
export type Exposure = z.output<typeof exposureSchema>;

/** By which recipe a brief is made, and why by that one. Every generation records it. */
export const assignmentSchema = z.object({
  recipe: z.string().describe('version'),
  /** Stays on generation 0 for ever. */
  holdback: z.boolean(),
  exposures: z.array(exposureSchema),
  /** Improvements this unit goes without: their reverse holdback. */
  withheld: z.array(z.string()),
  /** Improvements in force for this unit. */
  improvements: z.array(z.string()),
  /** How far the ledger had been read. */
  ledgerPosition: z.number().int().min(0),
  instances: z.number().int().min(0).optional().describe('that there were to be then'),
});
export type Assignment = z.output<typeof assignmentSchema>;

export const callOutcomes = [
  'ok',
  'rate_limited',
  'timeout',
  'server_error',
  'connection',
  'malformed_reply',
  'content_filter',
  'bad_request',
  'authentication',
  'unknown_model',
  'budget_exhausted',
  'circuit_open',
  'cancelled',
] as const;
/** How a generation ended: as its last call did, or because what was made may not be delivered. */
export const generationOutcomes = [...callOutcomes, 'invalid_output', 'banned_terms', 'internal_error'] as const;
export const failureSchema = z.enum(generationOutcomes).exclude(['ok']);
export type Failure = z.output<typeof failureSchema>;

/** One attempt to call a model. Times in milliseconds, cost in the price table's currency (USD). */
export const callSchema = z.object({
  step: z.string(),
  provider: z.string(),
  model: z.string(),
  attempt: z.number().int().min(0).describe('0 for an answer from the cache'),
  tokensIn: z.number().min(0),
  tokensOut: z.number().min(0),
  /** Of those that went in: read from the provider's cache of prompts, and written to it. */
  tokensCached: z.number().min(0).optional(),
  tokensCacheWrite: z.number().min(0).optional(),
  cost: z.number().min(0),
  timeToFirstTokenMs: z.number().min(0),
  timeMs: z.number().min(0),
  /** Spent in shared queues: not part of timeMs. */
  waitMs: z.number().min(0),
  outcome: z.enum(callOutcomes),
  cache: z.enum(['off', 'miss', 'exact', 'semantic']),
  /** Where answers are found by meaning: of the most alike request that an answer was kept for, in [0, 1]; 0 where there is none. */
  similarity: z.number().min(0).max(1).optional(),
  /** Of an answer from the cache: the content that it was made for, and the scope that both are in. */
  servedFrom: z.object({ madeFor: z.string(), scope: z.string() }).optional(),
  /** One of two made for the same answer: both cost, one was used. */
  hedged: z.literal(true).optional(),
});
export type Call = z.output<typeof callSchema>;

export const usageSchema = z.object({
  tokensIn: z.number(),
  tokensOut: z.number(),
  calls: z.number().int(),
  cost: z.number(),
  /** From the first call's start to the result, without the wait in shared queues. */
  timeMs: z.number(),
  waitMs: z.number(),
  cache: z.enum(['off', 'miss', 'exact', 'semantic']),
});
export type Usage = z.output<typeof usageSchema>;

/** Measures of a text, each in [0, 1], 1 good. */
export const measuresSchema = z.object({
  lengthFit: z.number(),
  keyPointCoverage: z.number(),
  keywordCoverage: z.number(),
  toneFit: z.number(),
  languageFit: z.number(),
  grammar: z.number(),
  readability: z.number(),
  structure: z.number(),
  repetition: z.number(),
  groundedness: z.number(),
});

export const qualitySchema = z.object({
  /** 0–10 */
  score: z.number(),
  lower: z.number(),
  upper: z.number(),
  measures: measuresSchema,
  impartial: z
    .number()
    .optional()
    .describe(
      'score by measures of which none judges a choice among drafts that it took part in; none where nothing was chosen',
    ),
  byDrafts: z
    .array(z.number())
    .optional()
    .describe(
      'the same of the choice among the first draft alone, among the first two, and so on to all of them; none where one was made',
    ),
});
export type Quality = z.output<typeof qualitySchema>;

/** What recipes are compared by, 0–10: the score, but for what a text owes to having been chosen by it. */
export const impartialScore = ({ score, impartial = score }: Pick<Quality, 'score' | 'impartial'>): number => impartial;

/**
 * What a decision stands on: enough for anyone to take it again. The evidence was folded from each partition up to
 * `positions`; `question` is what was asked, and gives the decision its id.
 */
export const basisSchema = z.object({
  procedure: z.string(),
  question: z.string(),
  at: z.number(),
  evidence: z.unknown(),
  policy: z.string().describe('version'),
  code: z.string().describe('version'),
  positions: z.record(z.string(), z.number()),
});
export type Basis = z.output<typeof basisSchema>;

/** An estimate with its 95 % interval. */
export const estimateSchema = z.object({
  value: z.number(),
  lower: z.number(),
  upper: z.number(),
});
export type Estimate = z.output<typeof estimateSchema>;
