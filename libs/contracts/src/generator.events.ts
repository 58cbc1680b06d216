import { z } from 'zod';
import { brandViolationSchema } from './brand.ts';
import { briefSchema } from './brief.ts';
import { defineEvent } from './define-event.ts';
import {
  assignmentSchema,
  basisSchema,
  callSchema,
  contentId,
  estimateSchema,
  failureSchema,
  qualitySchema,
  usageSchema,
} from './facts.ts';
import { sealedSchema } from './personal.events.ts';
import { Topic } from './topics.ts';

export const BriefAccepted = defineEvent(
  'generator',
  'BriefAccepted',
  Topic.content,
  'A brief was taken; it will end in exactly one result.',
  z.object({
    contentId,
    brief: briefSchema,
    /** Hash of the normalised brief: the unit of experiments. */
    unit: z.string(),
    batch: z.object({ id: z.string(), line: z.number().int() }).optional(),
    caller: z.string().optional(),
    /** The key that asked for it, where keys are asked for. */
    keyId: z.string().optional(),
    /** Where to tell of the result. */
    webhook: z.string().optional(),
    /** No answer from the cache. */
    cache: z.literal('off').optional(),
    /** What making it may cost at most, all attempts together; US dollars. */
    maxCostUsd: z.number().positive().optional(),
    /** The brief, where it is about a person: then what stands in `brief` has none of its words. */
    personal: sealedSchema.optional(),
    /** Its text is written so that one can watch it come. */
    streams: z.boolean().optional(),
    simulated: z.boolean(),
  }),
);

export const GenerationClaimed = defineEvent(
  'generator',
  'GenerationClaimed',
  Topic.content,
  'A worker took a brief on lease; an expired lease passes it on.',
  z.object({
    contentId,
    worker: z.string(),
    attempt: z.number().int().min(1),
    leaseUntil: z.number(),
    /** Those of all attempts that are known to have ended by now. */
    calls: z.array(callSchema).optional(),
    /** All attempts together have cost no more until the next claim says so; US dollars. */
    mayCostUsd: z.number().min(0).optional(),
  }),
);

const generation = {
  contentId,
  brief: briefSchema,
  unit: z.string(),
  assignment: assignmentSchema,
  worker: z.string(),
  acceptedAt: z.number(),
  calls: z.array(callSchema),
  usage: usageSchema,
  simulated: z.boolean(),
  batch: z.object({ id: z.string(), line: z.number().int() }).optional(),
  /** Brief and content, where they are about a person: then what stands beside it has none of their words. */
  personal: sealedSchema.optional(),
};

export const ContentGenerated = defineEvent(
  'generator',
  'ContentGenerated',
  Topic.content,
  'Content was made.',
  z.object({
    ...generation,
    content: z.object({
      title: z.string().optional(),
      body: z.string(),
      extras: z.record(z.string(), z.string()).optional(),
    }),
    quality: qualitySchema.optional(),
    revised: z.boolean(),
    /** Delivered although it stayed below the quality threshold. */
    belowThreshold: z.boolean(),
    /** A text in it ends where its model had no more room, also when it was given twice as much. */
    truncated: z.literal(true).optional(),
    /** What models put around their texts, and was taken off. */
    unwrapped: z.array(z.enum(['thoughts', 'channels', 'tokens', 'preamble', 'fence'])).optional(),
    /** Where a brand's rules were broken: at first, and still as delivered. */
    brand: z.object({ found: z.array(brandViolationSchema), left: z.array(brandViolationSchema) }).optional(),
    /** The earlier content of the same batch that this one nearly repeats. */
    nearDuplicate: z.object({ of: contentId, similarity: z.number() }).optional(),
  }),
);

export const GenerationFailed = defineEvent(
  'generator',
  'GenerationFailed',
  Topic.content,
  'A brief ended in a failure of a named class.',
  z.object({ ...generation, failure: failureSchema, message: z.string() }),
);

export const ContentWatched = defineEvent(
  'generator',
  'ContentWatched',
  Topic.operations,
  'Somebody watches a content item being made; from here on its progress is told.',
  z.object({ contentId }),
);

export const GenerationProgressed = defineEvent(
  'generator',
  'GenerationProgressed',
  Topic.operations,
  'What happens to a content item that is being made and watched.',
  z.object({
    contentId,
    worker: z.string(),
    step: z.string(),
    /** `restarted`: the text of this step so far is void, a new attempt begins. */
    state: z.enum(['started', 'text', 'restarted', 'finished', 'skipped']),
    /** With `text`: what was written since. */
    text: z.string().optional(),
    /** Which of several drafts, and which section of it, from 0. */
    draft: z.number().int().optional(),
    section: z.number().int().optional(),
  }),
);

const delivery = { contentId, url: z.string(), messageId: z.string(), attempts: z.number().int().min(1) };

export const WebhookDelivered = defineEvent(
  'generator',
  'WebhookDelivered',
  Topic.operations,
  'The receiver of a web-hook took the word that content is ready.',
  z.object({ ...delivery, status: z.number().int() }),
);
export const WebhookAbandoned = defineEvent(
  'generator',
  'WebhookAbandoned',
  Topic.operations,
  'A web-hook could not be delivered, and is not tried again.',
  z.object({ ...delivery, reason: z.string() }),
);

/** Each generator process has breakers of its own. */
const breaker = {
  provider: z.string(),
  model: z.string(),
  worker: z.string().optional(),
  reason: z.string().optional(),
};

export const BreakerOpened = defineEvent(
  'generator',
  'BreakerOpened',
  Topic.operations,
  'Calls to a provider and model are skipped for a while.',
  z.object({
    ...breaker,
    failures: z.number().int(),
    until: z.number(),
    /** In what the calls that failed are alike: `key`, `caller`, `said`, `form`. Who differs in one of these is let through; empty: nobody is. */
    alikeIn: z.array(z.string()).optional(),
  }),
);
export const BreakerClosed = defineEvent(
  'generator',
  'BreakerClosed',
  Topic.operations,
  'A provider and model answer again.',
  z.object(breaker),
);
export const BreakerProbed = defineEvent(
  'generator',
  'BreakerProbed',
  Topic.operations,
  'One call was let through to see whether a provider and model answer again.',
  z.object(breaker),
);

/** Which of two texts serves a request: the one made for it, the one that the cache would have given. */
export const hitVerdictSchema = z.enum(['both', 'only_made', 'only_served', 'neither', 'unclear']);
export type HitVerdict = z.output<typeof hitVerdictSchema>;

export const SemanticHitAudited = defineEvent(
  'generator',
  'SemanticHitAudited',
  Topic.operations,
  'An answer that the cache had for other words, given or nearly alike enough to be, was made again; a model judged whether both serve.',
  z.object({
    contentId,
    contentType: z.string(),
    step: z.string(),
    /** Of the two requests, in [0, 1]. */
    similarity: z.number(),
    /** `near_miss`: too little alike to be given; made for whoever asked in any case. */
    found: z.enum(['by_meaning', 'by_key', 'near_miss']).default('by_meaning'),
    /** The kept answer, where each has a threshold of its own; `by_meaning` is then what that would give. */
    entry: z.string().optional(),
    verdict: hitVerdictSchema,
    /** The judge's. */
    calls: z.array(callSchema),
    simulated: z.boolean(),
  }),
);

/** How audited hits of a content type were judged. */
export const wrongHitsSchema = z.object({
  judged: z.number().int(),
  onlyMade: z.number().int().describe('the answer of the cache does not serve, the one made again does'),
  onlyServed: z.number().int().describe('the other way round: what the judge errs by'),
});
export type WrongHits = z.output<typeof wrongHitsSchema>;

export const SemanticCacheRestricted = defineEvent(
  'generator',
  'SemanticCacheRestricted',
  Topic.decisions,
  'Too many answers that the cache had for other words were wrong: from here on only more alike ones are given, or exact ones alone.',
  z.object({
    contentType: z.string(),
    ...wrongHitsSchema.shape,
    wrongShare: estimateSchema,
    budget: z.number(),
    /** From which on answers are still found by meaning; null for none. */
    similarity: z.number().nullable().default(null),
    basis: basisSchema,
  }),
);
export const SemanticCacheShown = defineEvent(
  'generator',
  'SemanticCacheShown',
  Topic.decisions,
  'By thresholds of each entry no more than the budget of the answers to other words are wrong: from here on they are given.',
  z.object({
    contentType: z.string(),
    ...wrongHitsSchema.shape,
    wrongShare: estimateSchema,
    budget: z.number(),
    basis: basisSchema,
  }),
);
export const SemanticCacheAllowed = defineEvent(
  'generator',
  'SemanticCacheAllowed',
  Topic.decisions,
  'A person let the cache find answers by meaning again; from here on wrong ones are counted again.',
  z.object({ contentType: z.string(), reason: z.string(), by: z.string() }),
);

export const LoadObserved = defineEvent(
  'generator',
  'LoadObserved',
  Topic.operations,
  'What one generator instance saw of its load since it last said so.',
  z.object({
    worker: z.string(),
    sinceMs: z.number(),
    accepted: z.number().int(),
    completed: z.number().int(),
    queue: z.number().int(),
    inFlight: z.number().int(),
    capacity: z.number().int(),
    /** Shares of one, of the instance's own machine. */
    cpu: z.number(),
    memory: z.number(),
    responseTimeMs: z.number().describe('mean wait in the queue of those started'),
    mostInstances: z
      .number()
      .int()
      .positive()
      .optional()
      .describe('that its machine has cores for, where all run on it'),
    moreInstances: z
      .number()
      .int()
      .min(0)
      .optional()
      .describe('besides those that run, that its machine had idle cores and free memory for, where all run on it'),
  }),
);

export const RecipeRegistered = defineEvent(
  'generator',
  'RecipeRegistered',
  Topic.decisions,
  'Generation 0 of a content type, as it began: what its holdback stays on until a person writes another recipe.',
  z.object({ contentType: z.string(), recipe: z.unknown(), version: z.string(), source: z.string() }),
);

export const RecipeConfigured = defineEvent(
  'generator',
  'RecipeConfigured',
  Topic.decisions,
  'The configuration says something new of how a content type is made: the recipe is adopted by a decision.',
  z.object({ contentType: z.string(), recipe: z.unknown(), version: z.string(), source: z.string() }),
);

export const ModelsOffered = defineEvent(
  'generator',
  'ModelsOffered',
  Topic.decisions,
  'The models that the configured providers offer, and their prices per million tokens.',
  z.object({
    models: z.array(
      z.object({
        name: z.string(),
        provider: z.string(),
        usdPerMillionInput: z.number(),
        usdPerMillionOutput: z.number(),
        isAssumed: z.literal(true).optional().describe('nobody said a price: an expensive one stands in'),
      }),
    ),
  }),
);

/** What clients of model servers send their requests to. */
export const endpointSchema = z.enum(['chat/completions', 'responses', 'completions', 'embeddings', 'messages']);

export const UseServed = defineEvent(
  'generator',
  'UseServed',
  Topic.content,
  'A call whose use was named was passed on to a model: what it took and came to, none of its words.',
  z.object({
    completionId: z.string(),
    /** What its caller was told that the answer is called, where that is another name: the server's own, or in the words of a protocol. */
    answerId: z.string().optional(),
    use: z.string(),
    /** Hash of the use and of the user, or of how the conversation begins: the unit of experiments. */
    unit: z.string(),
    assignment: assignmentSchema,
    endpoint: endpointSchema,
    asked: z.object({ model: z.string(), characters: z.number().int().describe('of all messages') }),
    model: z.string().describe('that answered'),
    acceptedAt: z.number(),
    calls: z.array(callSchema),
    usage: usageSchema,
    finishReason: z.string().optional(),
    /** Of the last call, where none succeeded. */
    failure: failureSchema.optional(),
    /** Of what was answered in words. */
    answer: z
      .object({
        words: z.number().int(),
        quality: qualitySchema.optional().describe('where the policy has it measured'),
      })
      .optional(),
    simulated: z.boolean(),
  }),
);

export const CompletionServed = defineEvent(
  'generator',
  'CompletionServed',
  Topic.completions,
  'A call that named no use was passed on to a model.',
  z.object({
    completionId: z.string(),
    model: z.string(),
    calls: z.array(callSchema),
    simulated: z.boolean(),
    /** Of the last call, where none succeeded. */
    failure: failureSchema.optional(),
    caller: z
      .string()
      .optional()
      .describe('key:ID of the key that was shown, else user: and the pseudonym of whom it is for'),
    timeMs: z.number().optional().describe('from the request to the end of its answer, milliseconds'),
  }),
);
