import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { assignmentSchema, basisSchema, contentId, generationOutcomes, measuresSchema } from './facts.ts';
import { Topic } from './topics.ts';

export const GenerationMeasured = defineEvent(
  'monitor',
  'GenerationMeasured',
  Topic.measurements,
  'The six metrics of one generation, with all that explains them.',
  z.object({
    contentId,
    contentType: z.string(),
    unit: z.string(),
    assignment: assignmentSchema,
    model: z.string(),
    provider: z.string(),
    outcome: z.enum(generationOutcomes),
    acceptedAt: z.number(),
    /** Milliseconds, tokens, calls, 0–10, share, money. Quality and engagement are null where nothing was made. */
    metrics: z.object({
      timeMs: z.number(),
      steadyMs: z.number().optional().describe('of timeMs, without the attempts that failed; absent where none did'),
      waitMs: z.number(),
      tokens: z.number(),
      tokensIn: z.number(),
      tokensOut: z.number(),
      calls: z.number(),
      cost: z.number(),
      quality: z.number().nullable(),
      engagement: z.number().nullable(),
    }),
    measures: measuresSchema.nullable(),
    cacheHit: z.boolean(),
    retries: z.number().int(),
    /** Known before exposure: what variance reduction may use. */
    covariates: z.object({
      words: z.number().describe('asked for; 0 for none'),
      keyPoints: z.number(),
      material: z.number().describe('characters of topic and reference'),
      language: z.string(),
    }),
    judge: z.string().describe('version of the quality measure'),
    simulated: z.boolean(),
  }),
);

const rule = z.enum(['slow_generation', 'low_quality', 'high_cost', 'failures']);
const anomalyId = z.string();

export const AnomalyDetected = defineEvent(
  'monitor',
  'AnomalyDetected',
  Topic.decisions,
  'Generations of a content type and model depart from their baseline.',
  z.object({
    anomalyId,
    rule,
    severity: z.enum(['warning', 'critical']),
    contentType: z.string(),
    model: z.string(),
    value: z.number(),
    baseline: z.number(),
    threshold: z.number(),
    affected: z.number().int(),
    of: z.number().int(),
    since: z.number(),
    basis: basisSchema,
  }),
);
export const AnomalyHandled = defineEvent(
  'monitor',
  'AnomalyHandled',
  Topic.decisions,
  'What was done about an anomaly, by policy.',
  z.object({
    anomalyId,
    action: z.enum(['open_incident', 'trip_breaker', 'regenerate', 'retest_improvement', 'roll_back_improvement']),
    target: z.string().nullable(),
    basis: basisSchema,
  }),
);
export const AnomalyResolved = defineEvent(
  'monitor',
  'AnomalyResolved',
  Topic.decisions,
  'An anomaly ended.',
  z.object({ anomalyId, lastedMs: z.number(), basis: basisSchema }),
);
export const MaintenanceForeseen = defineEvent(
  'monitor',
  'MaintenanceForeseen',
  Topic.decisions,
  'A provider or instance is expected to fail.',
  z.object({
    target: z.string(),
    reason: z.string(),
    expectedAt: z.number(),
    confidence: z.number(),
    basis: basisSchema,
  }),
);
export const MaintenancePerformed = defineEvent(
  'monitor',
  'MaintenancePerformed',
  Topic.decisions,
  'A provider or instance was drained or switched before it failed.',
  z.object({ target: z.string(), action: z.string(), basis: basisSchema }),
);
