import { z } from 'zod';
import {
  type Answer,
  autonomyViewSchema,
  deadLetterAnswer,
  documentationAnswer,
  failureAnalysisAnswer,
  learnedAnswer,
  metricsSeriesAnswer,
  metricsSummaryAnswer,
  reportSeriesAnswer,
  systemViewAnswer,
} from './answers.ts';
import { type ApiRoute, pageOf } from './api-route.ts';
import { apiKeyAnswer, madeKeyAnswer, sessionAnswer } from './access.ts';
import { auditStandingAnswer } from './audit-standing.ts';
import { checkpointAnswer, checkpointsAnswer } from './checkpoint.events.ts';
import { contentRequestFields } from './brief.ts';
import {
  adjustmentShown,
  anomalyShown,
  baselineShown,
  batchStatusSchema,
  batchSummarySchema,
  contentRowSchema,
  contentSchema,
  contentTraceSchema,
  decisionShown,
  experimentShown,
  forecastShown,
  improvementShown,
  pinSchema,
  proposalShown,
  receiverShown,
  modelOutcomesShown,
  scalingShown,
  acceptedBatchSchema,
} from './documents.ts';
import { estimateSchema } from './facts.ts';
import { incidentRoutes } from './incident-documents.ts';
import { aspectSchema, EngagementRecorded } from './feedback-learner.events.ts';
import { wrongHitsSchema } from './generator.events.ts';
import { forgottenAnswer, subjectAnswer } from './persons.ts';
import {
  completionAnswer,
  compactionAnswer,
  countedInputAnswer,
  countedTokensAnswer,
  embeddingsAnswer,
  messageAnswer,
  modelAnswer,
  modelsAnswer,
  responseAnswer,
  textCompletionAnswer,
} from './model-answers.ts';
import { policySchema } from './policy.ts';
import { recipeSchema } from './recipe.ts';
import { reportSchema } from './report.ts';

const time = z.number().describe('epoch milliseconds');
const simulated = z.boolean().describe('true where it comes from the sandbox');
const figure = z.number().nullable();

export const problemSchema = z
  .looseObject({
    type: z.string().describe('stable: urn:contentflow:problem:…'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    error: z
      .looseObject({ message: z.string(), type: z.unknown(), code: z.unknown(), param: z.unknown() })
      .optional()
      .describe('the same, as OpenAI’s clients read it'),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457)' });

const contentRequest = contentRequestFields.meta({
  id: 'ContentRequest',
  description: 'A brief, and how its content is made and told of',
});

const accepted = z.object({ id: z.string(), status: z.literal('accepted'), simulated });
const recipe = z.object({
  contentType: z.string(),
  version: z.string(),
  generation0: z.string().describe('version'),
  improvements: z.array(z.string()),
  recipe: recipeSchema.describe('in force'),
});
const autonomy = autonomyViewSchema.extend({ simulated });
const policy = z.object({
  version: z.string(),
  policy: policySchema,
  setBy: z.record(z.string(), z.string()).describe('who set a key, where a person did; no restart takes that back'),
});
const pins = z.object({ items: z.array(pinSchema), next: z.null() });
const providerStatus = z.object({
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
const budget = z.object({
  account: z.string().describe('day, content-type/NAME or caller/NAME'),
  limitUsd: usd,
  spentUsd: usd,
  reservedUsd: usd,
  leftUsd: usd,
});
const place = z.string().describe('topic/partition/offset');
const readinessSchema = z.object({
  status: z.enum(['ready', 'not ready']),
  instance: z.string().optional().describe('of one process'),
  code: z.string().optional().describe('the version of one process'),
  missing: z.array(z.string()).optional().describe('of the whole system: services that do not answer'),
  log: z.string().nullable().describe('why the log does not answer'),
  documents: z.string().nullable().describe('why the server of documents does not answer'),
  stalled: z
    .array(z.object({ name: z.string(), since: time, reason: z.string().nullable() }))
    .describe('folds and projections that have been on the same events for long'),
  deadLetters: z.object({
    open: z.number(),
    first: z.array(z.object({ id: z.string(), consumer: z.string(), place, event: z.string(), reason: z.string() })),
  }),
});
/** Whether a process can answer, and what is missing from what it says. */
export type Readiness = Answer<typeof readinessSchema>;
const semanticCache = z.object({
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
const heard = z.object({ id: z.string(), contentId: z.string(), simulated });
const rated = heard.extend({
  rating: z.number(),
  aspects: z.array(aspectSchema).describe('what was understood of it'),
});
const engaged = heard.extend({ kind: EngagementRecorded.schema.shape.kind });

/** Every route people script against, by method and path. */
export const apiRoutes: Readonly<Record<string, ApiRoute>> = {
  'POST /v1/content': {
    summary: 'Takes a brief; with `Prefer: wait=SECONDS`, answers with its content if it is made by then',
    body: contentRequest,
    answers: { 200: contentSchema, 202: accepted },
  },
  'POST /v1/content/batch': {
    summary: 'Takes many briefs; a wrong one is named and refuses none of the others',
    answers: { 202: acceptedBatchSchema },
  },
  'GET /v1/content/batch': { summary: 'Batches, the latest first', answers: { 200: pageOf(batchStatusSchema) } },
  'GET /v1/content/batch/{id}': { summary: 'How far a batch is', answers: { 200: batchSummarySchema } },
  'GET /v1/content': {
    summary: 'Content, the latest first; what is searched for may take several pages to be found',
    answers: { 200: pageOf(z.union([contentSchema, contentRowSchema])) },
  },
  'GET /v1/content/{id}': { summary: 'One content item', answers: { 200: contentSchema } },
  'GET /v1/content/{id}/trace': {
    summary: 'What the models were told for a content item, and each call',
    answers: { 200: contentTraceSchema },
  },
  'GET /v1/content/{id}/events': {
    summary: 'What happens to a content item, as server-sent events; ends with its result',
    answers: { 200: z.string() },
    contentType: 'text/event-stream',
  },
  'POST /v1/content/{id}/cancel': {
    summary: 'Ends a brief that has no result yet, as failed with the class `cancelled`; a repeat changes nothing',
    answers: { 200: contentSchema },
  },
  'POST /v1/content/{id}/feedback': { summary: "A reader's rating, comment or edit", answers: { 201: rated } },
  'POST /v1/feedback': { summary: 'The same of a completion, by the id of its answer', answers: { 201: rated } },
  'POST /v1/content/{id}/engagement': { summary: 'What a reader did with it', answers: { 201: engaged } },
  'GET /v1/metrics/summary': {
    summary: 'What was made, how fast, how well, at what cost',
    answers: { 200: metricsSummaryAnswer },
  },
  'GET /v1/metrics/series': {
    summary: 'The same over time',
    answers: { 200: metricsSeriesAnswer },
  },
  'GET /v1/baselines': {
    summary: 'What is usual, per content type and model',
    answers: { 200: pageOf(baselineShown) },
  },
  'GET /v1/anomalies': {
    summary: 'What departs from the usual, and how it was handled',
    answers: { 200: pageOf(anomalyShown) },
  },
  ...incidentRoutes,
  'GET /v1/failures/analysis': {
    summary: 'Patterns of failure, their causes, and what to do about them',
    answers: { 200: failureAnalysisAnswer },
  },
  'GET /v1/recipes': { summary: 'The recipe in force of each content type', answers: { 200: pageOf(recipe) } },
  'GET /v1/experiments': { summary: 'Experiments, the latest first', answers: { 200: pageOf(experimentShown) } },
  'GET /v1/experiments/{id}': { summary: 'One experiment', answers: { 200: experimentShown } },
  'GET /v1/improvements/{id}': { summary: 'One improvement, with its account', answers: { 200: improvementShown } },
  'GET /v1/anomalies/{id}': { summary: 'One anomaly, from its opening to its end', answers: { 200: anomalyShown } },
  'GET /v1/improvements': {
    summary: 'Everything ever applied, the latest first',
    answers: { 200: pageOf(improvementShown) },
  },
  'GET /v1/outcomes': {
    summary: 'Cost, time and quality as the learned model predicted them for each model, beside what came',
    answers: { 200: z.object({ items: z.array(modelOutcomesShown) }) },
  },
  'POST /v1/improvements/{id}/rollback': {
    summary: 'Takes an improvement out, wherever it stands in the stack',
    answers: { 202: z.object({ id: z.string(), status: z.literal('rolled_back') }) },
  },
  'GET /v1/adjustments': { summary: 'Changes that feedback proposed', answers: { 200: pageOf(adjustmentShown) } },
  'GET /v1/learning': {
    summary: 'How well ratings are predicted, by the number of ratings',
    answers: { 200: learnedAnswer },
  },
  'GET /v1/forecasts': { summary: 'Load foreseen, and how it came', answers: { 200: pageOf(forecastShown) } },
  'GET /v1/scaling': { summary: 'Instances started and stopped, and why', answers: { 200: pageOf(scalingShown) } },
  'GET /v1/scaling/desired': {
    summary: 'How many instances there shall be',
    answers: {
      200: z.object({
        desired: z.number().int(),
        running: z.number().int(),
        executor: z.string(),
        ledgerPosition: z.number().int(),
        simulated,
      }),
    },
  },
  'GET /v1/decisions': { summary: 'Every decision, the latest first', answers: { 200: pageOf(decisionShown) } },
  'GET /v1/decisions/{id}': {
    summary: 'One decision, with the evidence it was made on',
    answers: { 200: decisionShown },
  },
  'GET /v1/state': { summary: 'What the system is, or was at a time, and why', answers: { 200: systemViewAnswer } },
  'GET /v1/report': { summary: 'How the system evolved', answers: { 200: reportSchema } },
  'GET /v1/report/series': { summary: 'The same over time', answers: { 200: reportSeriesAnswer } },
  'GET /v1/documentation': { summary: "The system's own documentation", answers: { 200: documentationAnswer } },
  'GET /v1/autonomy': { summary: 'How far the system may change itself', answers: { 200: autonomy } },
  'PUT /v1/autonomy': { summary: 'Says how far the system may change itself', answers: { 200: autonomy } },
  'GET /v1/policy': { summary: 'The policy in force', answers: { 200: policy } },
  'PUT /v1/policy': { summary: 'Puts another policy in force, all of it', answers: { 200: policy } },
  'PATCH /v1/policy': {
    summary: 'Changes what a JSON merge patch (RFC 7396) names, and nothing else',
    bodyType: 'application/merge-patch+json',
    answers: { 200: policy },
  },
  'GET /v1/proposals': {
    summary: 'Changes that are proposed, the latest first, and whether they wait for a person',
    answers: { 200: pageOf(proposalShown) },
  },
  'POST /v1/proposals/{id}/approve': {
    summary: 'Lets a proposal be tried, and applied if its trial supports it; a repeat changes nothing',
    answers: { 200: proposalShown },
  },
  'POST /v1/proposals/{id}/refuse': {
    summary: 'Refuses a proposal: its lever is free, and it does not return while its context stays',
    answers: { 200: proposalShown },
  },
  'GET /v1/pins': { summary: 'Levers of content types that the system leaves alone', answers: { 200: pins } },
  'PUT /v1/pins/{contentType}/{lever}': {
    summary: 'Pins a lever of a content type as it is, or lets it go',
    answers: { 200: pins },
  },
  'PUT /v1/quality-thresholds/{contentType}': {
    summary: 'Sets the quality threshold of a content type',
    answers: { 200: z.object({ contentType: z.string(), threshold: z.number() }) },
  },
  'POST /v1/experiments/{id}/stop': {
    summary: 'Stops an experiment; what it tried is not applied',
    answers: { 200: z.object({ id: z.string(), status: z.literal('void') }) },
  },
  'POST /v1/improvements/{id}/restore': {
    summary: 'Undoes a rollback: the improvement is in force again where it stood',
    answers: { 200: z.object({ id: z.string(), status: z.enum(['applied', 'confirmed', 'expired']) }) },
  },
  'POST /v1/chat/completions': {
    summary: "OpenAI's chat completions, streaming included",
    answers: { 200: completionAnswer },
  },
  'POST /v1/responses': { summary: "OpenAI's responses, streaming included", answers: { 200: responseAnswer } },
  'POST /v1/responses/compact': {
    summary: "OpenAI's summing up of a conversation, of servers that have it",
    answers: { 200: compactionAnswer },
  },
  'POST /v1/responses/input_tokens': {
    summary: "About how many tokens OpenAI's responses would take in; no model is called",
    answers: { 200: countedInputAnswer },
  },
  'GET /v1/responses/{id}': { summary: 'A response that is kept here', answers: { 200: responseAnswer } },
  'GET /v1/responses/{id}/input_items': {
    summary: 'What a response that is kept here was asked, the latest first',
    answers: { 200: z.looseObject({ object: z.literal('list'), data: z.array(z.looseObject({ id: z.string() })) }) },
  },
  'DELETE /v1/responses/{id}': {
    summary: 'Forgets a response that is kept here',
    answers: { 200: z.object({ id: z.string(), object: z.literal('response'), deleted: z.literal(true) }) },
  },
  'POST /v1/completions': {
    summary: "OpenAI's completions of a text, streaming included",
    answers: { 200: textCompletionAnswer },
  },
  'POST /v1/embeddings': { summary: "OpenAI's embeddings", answers: { 200: embeddingsAnswer } },
  'POST /v1/messages': { summary: "Anthropic's messages, streaming included", answers: { 200: messageAnswer } },
  'POST /v1/messages/count_tokens': {
    summary: "About how many tokens Anthropic's messages would take in; no model is called",
    answers: { 200: countedTokensAnswer },
  },
  'GET /v1/models': {
    summary: 'The models on offer, in OpenAI’s form and in Anthropic’s',
    answers: { 200: modelsAnswer },
  },
  'GET /v1/providers': {
    summary: "Each provider's models: breaker, calls under way, calls that wait",
    answers: { 200: pageOf(providerStatus) },
  },
  'GET /v1/webhooks': { summary: 'Receivers of web-hooks, the worst first', answers: { 200: pageOf(receiverShown) } },
  'GET /v1/budgets': {
    summary: "The day's budgets: spent, reserved, left",
    answers: { 200: pageOf(budget) },
  },
  'GET /v1/semantic-cache': {
    summary: 'How often answers that the cache found by meaning were wrong, by content type, and what it may do',
    answers: { 200: pageOf(semanticCache) },
  },
  'PUT /v1/semantic-cache/{contentType}': {
    summary: 'Lets the cache find answers by meaning again; wrong ones are counted again',
    answers: { 200: semanticCache },
  },
  'GET /v1/models/{id}': {
    summary: 'One of them, or any other name that is answered for',
    answers: { 200: modelAnswer },
  },
  'GET /v1/session': { summary: 'Who asks, as the key says that is shown', answers: { 200: sessionAnswer } },
  'POST /v1/session': {
    summary: 'Keeps the key that is shown as `Authorization: Bearer` in a cookie that no script reads',
    answers: { 200: sessionAnswer },
  },
  'DELETE /v1/session': { summary: 'Forgets that cookie, and ends a login', answers: { 200: sessionAnswer } },
  'GET /v1/session/login': { summary: 'Leads a browser to where persons log in', answers: { 302: z.null() } },
  'GET /v1/session/callback': { summary: 'Where the provider leads it back to', answers: { 302: z.null() } },
  'GET /v1/subjects/{id}': { summary: 'What the log holds of a person, opened', answers: { 200: subjectAnswer } },
  'DELETE /v1/subjects/{id}': { summary: 'Makes it unreadable in every copy', answers: { 200: forgottenAnswer } },
  'GET /v1/keys': {
    summary: 'Keys to the API, the latest first; without their secrets',
    answers: { 200: z.object({ items: z.array(apiKeyAnswer), next: z.null() }) },
  },
  'POST /v1/keys': { summary: 'Makes a key, and shows it this once', answers: { 201: madeKeyAnswer } },
  'POST /v1/keys/{id}/rotate': {
    summary: 'Makes a key for the same, and revokes the old one after a while',
    answers: { 201: madeKeyAnswer },
  },
  'POST /v1/keys/{id}/revoke': {
    summary: 'From here on the key opens nothing; a repeat changes nothing',
    answers: { 201: apiKeyAnswer },
  },
  'GET /v1/audit': {
    summary: 'How far the ledger has been checked by itself, and what differs',
    answers: { 200: auditStandingAnswer },
  },
  'GET /v1/checkpoints': { summary: 'What was signed, the latest first', answers: { 200: checkpointsAnswer } },
  'POST /v1/checkpoints': { summary: 'Signs all that the log holds now', answers: { 200: checkpointAnswer } },
  'GET /v1/dead-letters': {
    summary: 'Events that could not be taken in, and by whom',
    answers: {
      200: z.object({ items: z.array(deadLetterAnswer), beyond: z.number().describe('how many more there are') }),
    },
  },
  'GET /health/live': { summary: 'The process lives', answers: { 200: z.object({ status: z.literal('live') }) } },
  'GET /health/ready': {
    summary: 'The process can answer, and what it follows goes on',
    answers: { 200: readinessSchema, 503: readinessSchema },
  },
  'GET /openapi.json': { summary: 'This document', answers: { 200: z.looseObject({ openapi: z.string() }) } },
  'GET /asyncapi.json': {
    summary: 'The events, as AsyncAPI',
    answers: { 200: z.looseObject({ asyncapi: z.string() }) },
  },
  'GET /metrics': { summary: 'Figures for Prometheus', answers: { 200: z.string() }, contentType: 'text/plain' },
};
