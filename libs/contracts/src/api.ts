import { z } from 'zod';
import { brandViolationSchema } from './brand.ts';
import { briefSchema, deliverySchema } from './brief.ts';
import { estimateSchema, exposureSchema, qualitySchema, usageSchema } from './facts.ts';
import { wrongHitsSchema } from './generator.events.ts';
import { decisionEnvelopeSchema } from './ledger.events.ts';

/** What an HTTP route answers, and what no handler's own schema says of it. */
export interface ApiRoute {
  readonly summary: string;
  /** Of the body, where the handler checks it by hand. */
  readonly body?: z.ZodType;
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** `application/json` where left out. */
  readonly contentType?: string;
}

const time = z.number().describe('epoch milliseconds');
const simulated = z.boolean().describe('true where it comes from the sandbox');
const figure = z.number().nullable();

/** A page of a list; `next` goes into `?after=` and is null on the last page. */
const pageOf = (item: z.ZodType): z.ZodType => z.looseObject({ items: z.array(item), next: z.string().nullable() });

export const problemSchema = z
  .looseObject({
    type: z.string().describe('stable: urn:contentflow:problem:…'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const brief = briefSchema.meta({ id: 'Brief' });
const contentRequest = z
  .strictObject({ ...briefSchema.shape, ...deliverySchema.shape })
  .meta({ id: 'ContentRequest', description: 'A brief, and how its content is made and told of' });

const content = z
  .looseObject({
    id: z.string(),
    status: z.enum(['accepted', 'generating', 'generated', 'failed']),
    brief,
    contentType: z.string(),
    content: z
      .looseObject({
        title: z.string().optional(),
        body: z.string(),
        extras: z.record(z.string(), z.string()).optional().describe('what other steps made to be delivered, by step'),
      })
      .optional(),
    quality: qualitySchema.optional(),
    usage: usageSchema,
    recipe: z.string().nullable().describe('version'),
    holdback: z.boolean(),
    exposures: z.array(exposureSchema),
    simulated,
    revised: z.boolean().optional(),
    belowThreshold: z.boolean().optional().describe('delivered although it stayed below the quality threshold'),
    brand: z
      .looseObject({ found: z.array(brandViolationSchema), left: z.array(brandViolationSchema) })
      .optional()
      .describe("where it broke the brand's rules at first, and still does"),
    nearDuplicate: z
      .looseObject({ of: z.string(), similarity: z.number() })
      .optional()
      .describe('the earlier content of its batch that it nearly repeats'),
    error: z.looseObject({ failure: z.string(), message: z.string() }).optional(),
    acceptedAt: time,
    endedAt: time.optional(),
  })
  .meta({ id: 'Content' });

const accepted = z.looseObject({ id: z.string(), status: z.literal('accepted'), simulated });
const batch = z.looseObject({
  id: z.string(),
  items: z.array(z.looseObject({ line: z.number().int(), id: z.string() })),
  problems: z.array(z.looseObject({ line: z.number().int(), problem: z.string() })),
});
const count = z.number().int();
const batchStatus = z.looseObject({
  id: z.string(),
  status: z.enum(['running', 'ended']),
  accepted: count,
  generated: count,
  failed: count,
  acceptedAt: time,
  simulated,
});
const batchSummary = batchStatus.extend({
  cost: z.number().describe('US dollars, of what has ended'),
  failures: z.record(z.string(), count).describe('by class'),
  nearDuplicates: z.array(z.looseObject({ id: z.string(), of: z.string(), similarity: z.number() })),
});

const recipe = z.looseObject({
  contentType: z.string(),
  version: z.string(),
  generation0: z.string().describe('version'),
  improvements: z.array(z.string()),
  recipe: z.unknown(),
});
const experiment = z.looseObject({
  id: z.string(),
  contentType: z.string(),
  lever: z.string(),
  metric: z.string(),
  status: z.enum(['registered', 'running', 'concluded', 'void']),
  registeredAt: time,
  simulated,
});
const improvement = z.looseObject({
  id: z.string(),
  contentType: z.string(),
  lever: z.string(),
  status: z.enum(['applied', 'confirmed', 'rolled_back', 'expired']),
  simulated,
});
const adjustment = z.looseObject({
  id: z.string(),
  contentType: z.string(),
  kind: z.string(),
  status: z.enum(['proposed', 'on_trial', 'permanent', 'rolled_back', 'refused']),
  simulated,
});
const anomaly = z.looseObject({ id: z.string(), status: z.enum(['open', 'resolved']), simulated });
const forecast = z.looseObject({
  id: z.string(),
  madeAt: time,
  for: time,
  expected: z.number(),
  lower: z.number(),
  upper: z.number(),
  simulated,
});
const scaling = z.looseObject({
  id: z.string(),
  at: time,
  from: z.number().int(),
  to: z.number().int(),
  reason: z.string(),
  status: z.string(),
  simulated,
});
const decision = decisionEnvelopeSchema
  .pick({ id: true, type: true, source: true, subject: true, time: true })
  .extend({ seq: z.number().int(), name: z.string(), previousHash: z.string(), hash: z.string(), simulated })
  .loose();
const performance = z.looseObject({
  avg_generation_time: figure,
  quality_score: figure,
  cost_per_content: figure,
  success_rate: figure,
});
const report = z.looseObject({
  simulated,
  system_evolution: z.looseObject({
    initial_performance: performance,
    current_performance: performance,
    improvements_applied: z.array(z.looseObject({ type: z.string(), impact: z.string(), learned_from: z.string() })),
    autonomous_decisions: z.number().int(),
    human_interventions: z.number().int(),
    learning_cycles: z.number().int(),
    cost_savings: z.string(),
  }),
});
const autonomy = z.looseObject({
  state: z.enum(['running', 'paused']),
  levers: z.record(z.string(), z.enum(['observe', 'propose', 'apply'])),
  reason: z.string(),
  frozenUntil: figure.describe('end of the freeze window that it is in, epoch milliseconds'),
});
const policy = z.looseObject({ version: z.string(), policy: z.unknown() });
const completion = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  model: z.string(),
  choices: z.array(z.looseObject({ index: z.number().int(), message: z.looseObject({ role: z.string() }) })),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() }),
});
const providerStatus = z.looseObject({
  provider: z.string(),
  model: z.string(),
  breaker: z.enum(['closed', 'open', 'half_open']),
  retryAt: z.number().describe('epoch milliseconds; 0 where closed'),
  atOnce: figure.describe('calls it takes at once, as its refusals have taught; null where nothing limits it'),
  inFlight: z.number().int(),
  queued: z.number().int(),
  worker: z.string(),
  simulated,
});
const usd = z.number().describe('US dollars');
const budget = z.looseObject({
  account: z.string().describe('day, content-type/NAME or caller/NAME'),
  limitUsd: usd,
  spentUsd: usd,
  reservedUsd: usd,
  leftUsd: usd,
});
const semanticCache = z.looseObject({
  contentType: z.string(),
  state: z
    .enum(['learning', 'watched', 'restricted'])
    .describe(
      'near-identical requests alone, while too little is known; as the recipe says; more alike ones or exact ones alone',
    ),
  restrictedTo: z
    .number()
    .nullable()
    .describe('similarity from which on answers are still found by meaning where restricted; null for none'),
  since: time.nullable().describe('when it was restricted, or last allowed by a person'),
  ...wrongHitsSchema.shape,
  wrongShare: estimateSchema,
  budget: z.number(),
  simulated,
});
const model = z.looseObject({ id: z.string(), object: z.literal('model'), owned_by: z.string() });
const models = z.looseObject({ object: z.literal('list'), data: z.array(model) });
const heard = z.looseObject({ id: z.string(), contentId: z.string(), simulated });
const told = z.looseObject({ simulated });

/** Every route people script against, by method and path. */
export const apiRoutes: Readonly<Record<string, ApiRoute>> = {
  'POST /v1/content': {
    summary: 'Takes a brief; with `Prefer: wait=SECONDS`, answers with its content if it is made by then',
    body: contentRequest,
    answers: { 200: content, 202: accepted },
  },
  'POST /v1/content/batch': {
    summary: 'Takes many briefs; a wrong one is named and refuses none of the others',
    answers: { 202: batch },
  },
  'GET /v1/content/batch': { summary: 'Batches, the latest first', answers: { 200: pageOf(batchStatus) } },
  'GET /v1/content/batch/{id}': { summary: 'How far a batch is', answers: { 200: batchSummary } },
  'GET /v1/content': { summary: 'Content, the latest first', answers: { 200: pageOf(content) } },
  'GET /v1/content/{id}': { summary: 'One content item', answers: { 200: content } },
  'GET /v1/content/{id}/events': {
    summary: 'What happens to a content item, as server-sent events; ends with its result',
    answers: { 200: z.string() },
    contentType: 'text/event-stream',
  },
  'POST /v1/content/{id}/feedback': { summary: "A reader's rating, comment or edit", answers: { 201: heard } },
  'POST /v1/content/{id}/engagement': { summary: 'What a reader did with it', answers: { 201: heard } },
  'GET /v1/metrics/summary': { summary: 'What was made, how fast, how well, at what cost', answers: { 200: told } },
  'GET /v1/metrics/series': {
    summary: 'The same over time',
    answers: { 200: told.extend({ items: z.array(z.looseObject({})) }) },
  },
  'GET /v1/baselines': {
    summary: 'What is usual, per content type and model',
    answers: { 200: pageOf(z.looseObject({ id: z.string() })) },
  },
  'GET /v1/anomalies': {
    summary: 'What departs from the usual, and how it was handled',
    answers: { 200: pageOf(anomaly) },
  },
  'GET /v1/failures/analysis': {
    summary: 'Patterns of failure, their causes, and what to do about them',
    answers: { 200: told },
  },
  'GET /v1/recipes': { summary: 'The recipe in force of each content type', answers: { 200: pageOf(recipe) } },
  'GET /v1/experiments': { summary: 'Experiments, the latest first', answers: { 200: pageOf(experiment) } },
  'GET /v1/improvements': {
    summary: 'Everything ever applied, the latest first',
    answers: { 200: pageOf(improvement) },
  },
  'GET /v1/outcomes': {
    summary: 'Cost, time and quality as the learned model foretold them for each model, beside what came',
    answers: { 200: z.looseObject({ items: z.array(z.looseObject({ id: z.string(), simulated })) }) },
  },
  'POST /v1/improvements/{id}/rollback': {
    summary: 'Takes an improvement out, wherever it stands in the stack',
    answers: { 202: z.looseObject({ id: z.string(), status: z.literal('rolled_back') }) },
  },
  'GET /v1/adjustments': { summary: 'Changes that feedback proposed', answers: { 200: pageOf(adjustment) } },
  'GET /v1/learning': { summary: 'How well ratings are predicted, by the number of ratings', answers: { 200: told } },
  'GET /v1/forecasts': { summary: 'Load foreseen, and how it came', answers: { 200: pageOf(forecast) } },
  'GET /v1/scaling': { summary: 'Instances started and stopped, and why', answers: { 200: pageOf(scaling) } },
  'GET /v1/scaling/desired': {
    summary: 'How many instances there shall be',
    answers: { 200: told.extend({ desired: z.number().int(), running: z.number().int() }) },
  },
  'GET /v1/decisions': { summary: 'Every decision, the latest first', answers: { 200: pageOf(decision) } },
  'GET /v1/decisions/{id}': { summary: 'One decision, with the evidence it was made on', answers: { 200: decision } },
  'GET /v1/state': { summary: 'What the system is, or was at a time, and why', answers: { 200: told } },
  'GET /v1/report': { summary: 'How the system evolved', answers: { 200: report } },
  'GET /v1/report/series': { summary: 'The same over time', answers: { 200: told } },
  'GET /v1/documentation': { summary: "The system's own documentation", answers: { 200: told } },
  'GET /v1/autonomy': { summary: 'How far the system may change itself', answers: { 200: autonomy } },
  'PUT /v1/autonomy': { summary: 'Says how far the system may change itself', answers: { 200: autonomy } },
  'GET /v1/policy': { summary: 'The policy in force', answers: { 200: policy } },
  'PUT /v1/policy': { summary: 'Puts another policy in force', answers: { 200: policy } },
  'POST /v1/chat/completions': {
    summary: "OpenAI's chat completions, streaming included",
    answers: { 200: completion },
  },
  'GET /v1/models': { summary: 'The models on offer, in OpenAI’s form', answers: { 200: models } },
  'GET /v1/providers': {
    summary: "Each provider's models: breaker, calls under way, calls that wait",
    answers: { 200: pageOf(providerStatus) },
  },
  'GET /v1/budgets': {
    summary: "The day's budgets: spent, reserved, left",
    answers: { 200: pageOf(budget) },
  },
  'GET /v1/semantic-cache': {
    summary: 'How often answers that the cache found by meaning were wrong, by content type, and what it may do',
    answers: { 200: pageOf(semanticCache) },
  },
  'PUT /v1/semantic-cache/{contentType}': {
    summary: 'Lets the cache find answers by meaning again; wrong ones are counted anew',
    answers: { 200: semanticCache },
  },
  'GET /v1/models/{id}': { summary: 'One of them', answers: { 200: model } },
  'GET /health/live': { summary: 'The process lives', answers: { 200: z.looseObject({ status: z.string() }) } },
  'GET /health/ready': { summary: 'The process can answer', answers: { 200: z.looseObject({ status: z.string() }) } },
  'GET /openapi.json': { summary: 'This document', answers: { 200: z.looseObject({ openapi: z.string() }) } },
  'GET /asyncapi.json': {
    summary: 'The events, as AsyncAPI',
    answers: { 200: z.looseObject({ asyncapi: z.string() }) },
  },
  'GET /metrics': { summary: 'Figures for Prometheus', answers: { 200: z.string() }, contentType: 'text/plain' },
};
