import { z } from 'zod';
import { briefSchema } from './brief.ts';
import { callSchema, estimateSchema, exposureSchema, qualitySchema, usageSchema } from './facts.ts';
import { AdjustmentMadePermanent, AdjustmentProposed } from './feedback-learner.events.ts';
import { ContentGenerated } from './generator.events.ts';
import { levers, recipeChangeSchema } from './recipe.ts';
import { decisionEnvelopeSchema } from './ledger.events.ts';
import { AnomalyDetected, AnomalyHandled } from './monitor.events.ts';
import {
  ExperimentConcluded,
  ExperimentLooked,
  ExperimentRegistered,
  ImprovementApplied,
  OutcomesGraded,
  ProposalExpired,
} from './optimizer.events.ts';
import { metricSchema } from './metric.ts';
import { ForecastGraded, LoadForecast, ScalingDecided } from './scaler.events.ts';

/**
 * What services remember and show: a read model holds documents of these schemas, the API answers with them, and its
 * OpenAPI description is made of them. `Shown` is what the API adds.
 */

const time = z.number().describe('epoch milliseconds');
const simulated = z.boolean().describe('true where it comes from the sandbox');
const count = z.number().int().min(0);
const eventIds = z.array(z.string()).describe('ids of the decisions about it');

const generated = ContentGenerated.schema.shape;

export const contentSchema = z
  .object({
    id: z.string(),
    status: z.enum(['accepted', 'generating', 'generated', 'failed']),
    brief: briefSchema.meta({ id: 'Brief' }),
    contentType: z.string(),
    content: generated.content.optional().describe('`extras`: what other steps made to be delivered, by step'),
    quality: qualitySchema.optional(),
    usage: usageSchema,
    recipe: z.string().nullable().describe('version'),
    holdback: z.boolean(),
    exposures: z.array(exposureSchema),
    improvements: z.array(z.string()).optional().describe('in force for it'),
    calls: z.array(callSchema).optional().describe('each attempt to call a model for it'),
    revised: z.boolean().optional(),
    belowThreshold: z.boolean().optional().describe('delivered although it stayed below the quality threshold'),
    truncated: generated.truncated.describe('its model had no more room for it, also when given twice as much'),
    unwrapped: generated.unwrapped.describe('what its models put around their texts, and was taken off'),
    brand: generated.brand.describe("where it broke the brand's rules at first, and still does"),
    nearDuplicate: generated.nearDuplicate.describe('the earlier content of its batch that it nearly repeats'),
    batch: generated.batch.describe('the batch that it came in, and where it stood in it'),
    batchId: z.string().nullable(),
    keyId: z.string().optional().describe('the key that asked for it'),
    personal: generated.personal.describe('never shown: what brief and content are opened from'),
    sealed: z
      .literal(true)
      .optional()
      .describe('about a person: sent anew as it is shown, its words would stand in clear'),
    forgotten: z.literal(true).optional().describe('whom it is about is forgotten: its words nobody can read any more'),
    simulated,
    error: z.object({ failure: z.string().describe('class'), message: z.string() }).optional(),
    acceptedAt: time,
    endedAt: time.optional(),
  })
  .meta({ id: 'Content' });
export type ContentDocument = z.output<typeof contentSchema>;

/** A content item as a list shows it: without its text, its measures and its calls. */
export const contentRowSchema = z
  .object({
    ...contentSchema.pick({
      id: true,
      status: true,
      contentType: true,
      recipe: true,
      holdback: true,
      belowThreshold: true,
      simulated: true,
      error: true,
      acceptedAt: true,
      endedAt: true,
    }).shape,
    topic: z.string(),
    models: z.array(z.string()).describe('that were called for it'),
    score: z.number().nullable(),
    cost: z.number().describe('US dollars'),
    timeMs: z.number(),
    tokens: z.number(),
    experiments: count,
  })
  .meta({ id: 'ContentRow' });
export type ContentRow = z.output<typeof contentRowSchema>;

/** How a content item came about: what its models were told, by the recipe that it was made by, and each call. */
export const contentTraceSchema = z
  .object({
    id: z.string(),
    recipe: z.string().nullable().describe('version'),
    prompts: z
      .array(
        z.object({
          step: z.string(),
          model: z.string(),
          messages: z.array(z.object({ role: z.enum(['system', 'user']), content: z.string() })),
        }),
      )
      .nullable()
      .describe(
        'made anew from its recipe and brief, without what steps before it wrote; null where its recipe is not known',
      ),
    calls: z.array(callSchema).nullable().describe('null where it was made before calls were kept with it'),
    simulated,
  })
  .meta({ id: 'ContentTrace' });
export type ContentTrace = z.output<typeof contentTraceSchema>;

/** That there is a batch; how far it is, its content tells. */
export const batchSchema = z.object({
  id: z.string(),
  acceptedAt: time,
  keyId: z.string().optional().describe('the key that asked for it'),
  simulated,
});
export type BatchDocument = z.output<typeof batchSchema>;

export const batchStatusSchema = batchSchema.extend({
  status: z.enum(['running', 'ended']),
  accepted: count,
  generated: count,
  failed: count,
});
export type BatchStatus = z.output<typeof batchStatusSchema>;

export const batchSummarySchema = batchStatusSchema.extend({
  cost: z.number().describe('US dollars, of what has ended'),
  failures: z.record(z.string(), count).describe('by class'),
  nearDuplicates: z.array(z.object({ id: z.string(), of: z.string(), similarity: z.number() })),
});
export type BatchSummary = z.output<typeof batchSummarySchema>;

export const acceptedBatchSchema = z.object({
  id: z.string(),
  items: z.array(z.object({ line: count, id: z.string() })),
  problems: z.array(z.object({ line: count, problem: z.string() })),
});
export type AcceptedBatch = z.output<typeof acceptedBatchSchema>;

/** One adjustment, from the wish to what became of it. */
export const adjustmentSchema = AdjustmentProposed.schema.omit({ adjustmentId: true, basis: true }).extend({
  id: z.string(),
  status: z.enum(['proposed', 'on_trial', 'permanent', 'rolled_back', 'refused']),
  proposedAt: time,
  experimentId: z.string().nullable(),
  impact: AdjustmentMadePermanent.schema.shape.impact.nullable(),
  reason: z.string().nullable(),
  endedAt: time.nullable(),
  eventIds,
});
export type AdjustmentDocument = z.output<typeof adjustmentSchema>;
export const adjustmentShown = adjustmentSchema.extend({ simulated }).meta({ id: 'Adjustment' });

/** One anomaly from its opening to its end. */
export const anomalySchema = AnomalyDetected.schema.omit({ basis: true }).extend({
  id: z.string(),
  status: z.enum(['open', 'resolved']),
  detectedAt: time,
  action: AnomalyHandled.schema.shape.action.nullable(),
  target: z.string().nullable(),
  resolvedAt: time.nullable(),
  lastedMs: z.number().nullable(),
  events: eventIds,
});
export type AnomalyDocument = z.output<typeof anomalySchema>;
export const anomalyShown = anomalySchema.extend({ simulated }).meta({ id: 'Anomaly' });

export const baselineMetrics = ['timeMs', 'cost', 'tokens', 'quality'] as const;

/** What is usual for one content type by one model. */
export const baselineShown = z
  .object({
    id: z.string(),
    contentType: z.string(),
    model: z.string(),
    updatedAt: time,
    generations: count,
    metrics: z.record(z.enum(baselineMetrics), z.object({ n: count, median: z.number().nullable() })),
    simulated,
  })
  .meta({ id: 'Baseline' });

/** A forecast, and how it did once its time has come. Generations per minute. */
export const forecastSchema = LoadForecast.schema.omit({ forecastId: true, basis: true }).extend({
  id: z.string(),
  madeAt: time,
  status: z.enum(['open', 'graded']),
  ...ForecastGraded.schema
    .pick({ actual: true, error: true, lastValueError: true, covered: true, demoted: true })
    .partial().shape,
  eventId: z.string(),
});
export type ForecastDocument = z.output<typeof forecastSchema>;
export const forecastShown = forecastSchema.extend({ simulated }).meta({ id: 'Forecast' });

/** One change of the number of instances, from decision to done. */
export const scalingSchema = ScalingDecided.schema.omit({ scalingId: true, basis: true }).extend({
  id: z.string(),
  at: time,
  status: z.enum(['decided', 'executed', 'failed']),
  executor: z.string().optional(),
  endedAt: time.optional(),
  error: z.string().optional(),
  eventId: z.string(),
});
export type ScalingDocument = z.output<typeof scalingSchema>;
export const scalingShown = scalingSchema.extend({ simulated }).meta({ id: 'Scaling' });

/** One decision with its place in the chain. */
export const decisionSchema = decisionEnvelopeSchema
  .pick({ id: true, type: true, source: true, subject: true, time: true })
  .extend({
    seq: count,
    name: z.string().describe('ImprovementApplied'),
    contentType: z.string().nullable(),
    data: z.unknown().describe('as the event of this name has it; in lists without the evidence'),
    previousHash: z.string(),
    hash: z.string(),
  });
export type DecisionDocument = z.output<typeof decisionSchema>;
export const decisionShown = decisionSchema.extend({ simulated }).meta({ id: 'Decision' });

/** What the last look at an experiment showed. */
export const lookSchema = z.object({
  id: z.string(),
  look: count,
  lookedAt: time,
  metrics: ExperimentLooked.schema.shape.metrics,
  units: count.optional(),
});
export type LookDocument = z.output<typeof lookSchema>;

const concluded = ExperimentConcluded.schema.shape;

/** An experiment as far as it is. */
export const experimentSchema = ExperimentRegistered.schema.omit({ basis: true }).extend({
  status: z.enum(['registered', 'running', 'concluded', 'void']),
  registeredAt: time,
  startedAt: time.optional(),
  looks: count.describe('the number of its last look'),
  concludedAt: time.optional(),
  verdict: concluded.verdict.optional(),
  reason: concluded.reason.optional(),
  level: concluded.level,
  aim: concluded.aim,
  effect: estimateSchema.optional().describe('relative change of its metric at its end'),
  units: count.optional().describe('that it stands on'),
  interactions: concluded.interactions.unwrap().optional().describe('with what was tested beside it and came first'),
});
export const experimentShown = experimentSchema
  .extend({ id: z.string(), lastLook: lookSchema.nullable(), simulated })
  .meta({ id: 'Experiment' });

/** A change in force, or that was; why it is doubted, and what is to be done about it. */
export const improvementSchema = ImprovementApplied.schema.omit({ basis: true }).extend({
  status: z.enum(['applied', 'confirmed', 'rolled_back', 'expired']),
  origin: z.enum(['hypothesis', 'adjustment']),
  revision: count.optional().describe('how often its change was revised since'),
  isPartial: z.boolean().default(false).describe('more units go without it, until its guardrails are shown to be kept'),
  appliedAt: time,
  endedAt: time.optional(),
  endReason: z.string().optional(),
  doubt: z
    .object({
      cause: z.enum(['anomaly', 'rollback']),
      id: z.string(),
      action: z.enum(['retest_improvement', 'roll_back_improvement']),
    })
    .optional(),
  expiredAt: time.optional().describe('since when it waits to be tested again'),
  retestFor: z.string().optional().describe('why it is to be tested again, while it waits for that'),
});

/** What an improvement cost to find and has brought. US dollars. */
export const accountSchema = z.object({
  costToFind: z.number(),
  screening: z.number().describe('what of it went into drafts and trials on held-out briefs'),
  experiments: z.array(z.string()),
  generations: count.describe('made with it'),
  saved: estimateSchema.nullable().describe('since it was applied, shrunk'),
  savedRaw: z.number().nullable().describe('the same as measured'),
  paysBackOn: time.nullable().describe('at the rate so far; null while it saves nothing'),
  effect: estimateSchema.nullable().describe('relative, on its metric, for the better above 0; shrunk'),
  effectRaw: z.number().nullable(),
  effectFrom: z.string().nullable().describe('the experiment that says so'),
});
const effectSchema = z.object({ effect: z.number(), error: z.number() });
export const predictionOutcomeSchema = z.object({
  improvementId: z.string(),
  predicted: effectSchema.describe('relative, for the better above 0, shrunk'),
  observed: effectSchema,
  isRolledBack: z.boolean(),
});
export const improvementShown = improvementSchema
  .extend({
    id: z.string(),
    account: accountSchema.nullable(),
    prediction: predictionOutcomeSchema.nullable(),
    simulated,
  })
  .meta({ id: 'Improvement' });

const graded = OutcomesGraded.schema.shape.models.element.shape;
const calibrationSchema = z.object({
  forecasts: count,
  coverage: z.number().describe('of the 95 % intervals, the share that held what came'),
  bias: z.number().describe('mean of what came less what was predicted, as a share of that'),
});

/** How the learned model of cost, time and quality has done, by model. */
export const modelOutcomesSchema = z.object({
  id: z.string().describe('content type'),
  gradedUntil: time,
  models: z.record(
    z.string(),
    z.object({
      generations: count,
      lastPredicted: graded.predicted,
      lastObserved: graded.observed,
      calibration: z.object({ cost: calibrationSchema, timeMs: calibrationSchema, quality: calibrationSchema }),
    }),
  ),
});
export type ModelOutcomesDocument = z.output<typeof modelOutcomesSchema>;
export const modelOutcomesShown = modelOutcomesSchema.extend({ simulated }).meta({ id: 'ModelOutcomes' });

/** What was said to a proposal, or that nobody said anything in time. */
export const answerSchema = z.object({
  answer: z.enum(['approved', 'refused', 'expired']),
  by: z.string(),
  reason: z.string(),
  at: time,
});

/** A change that is proposed, from whichever side, until it is in force or given up. */
export const proposalSchema = z.object({
  id: z.string().describe('of the hypothesis, the adjustment, or the improvement that is to be tested again'),
  kind: ProposalExpired.schema.shape.kind,
  status: z
    .enum(['waiting', 'approved', 'queued', 'refused'])
    .describe('for a person; by one; its lever acts by itself, or not at all; by a person, or nobody answered'),
  contentType: z.string(),
  lever: z.enum(levers),
  change: recipeChangeSchema,
  metric: metricSchema.nullable(),
  why: z.string(),
  expectedGain: z.number().nullable().describe('relative, where it was estimated'),
  proposedAt: time,
  experimentId: z.string().nullable().describe('the experiment that it is on trial in'),
  answerUntil: time.nullable().describe('when it is withdrawn unless somebody answers'),
  answer: answerSchema.nullable(),
});
export type ListedProposal = z.output<typeof proposalSchema>;
export const proposalShown = proposalSchema.extend({ simulated }).meta({ id: 'Proposal' });

/** A lever of a content type that the system leaves alone. */
export const pinSchema = z.object({
  contentType: z.string(),
  lever: z.enum(levers),
  by: z.string(),
  reason: z.string(),
  at: time,
});

/** One that web-hooks go to, as one generator sees it: those that something is on its way to or waits for, or that did not take the last one. */
export const receiverShown = z.object({
  receiver: z.string().describe('its origin'),
  underWay: z.number().int().describe('being told at the moment'),
  waiting: z.number().int().describe('waiting for their next try'),
  failures: z.number().int().describe('tries in a row that it did not take'),
  reason: z.string().nullable().describe('why not, the last time'),
  worker: z.string(),
});
