import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { basisSchema } from './facts.ts';
import { AnomalyDetected, AnomalyHandled } from './monitor.events.ts';
import { Topic } from './topics.ts';

const severity = AnomalyDetected.schema.shape.severity;
const incidentId = z.string();
const channel = z.string().describe('as the configuration names it');
const messageId = z.string().describe('the same in each try');

/** Of a budget: the share of it that is spent, in %. */
export const budgetMarks = [80, 100] as const;
const percent = z.union([z.literal(80), z.literal(100)]);

/** What alerts have in common. Of budgets each day has causes of its own. */
export const incidentCauseSchema = z.object({
  kind: z.enum(['provider', 'model', 'improvement', 'budget', 'scaling', 'autonomy']),
  of: z.string().describe('its name or id; of a budget its account, of scaling what carries it out'),
  percent: percent.optional(),
  day: z.string().optional().describe('of UTC'),
});
export type IncidentCause = z.output<typeof incidentCauseSchema>;

/** One thing that is wrong, as the ledger tells of it. */
export const alertSchema = z.object({
  id: z.string(),
  kind: z.enum(['anomaly', 'rollback', 'budget', 'scaling', 'autonomy']),
  severity,
  at: z.number(),
  rule: AnomalyDetected.schema.shape.rule.optional(),
  contentType: z.string().optional(),
  model: z.string().optional(),
  affected: z.number().int().optional(),
  of: z.number().int().optional(),
  action: AnomalyHandled.schema.shape.action.optional().describe('what was done about it'),
  target: z.string().optional().describe('to what'),
  limitUsd: z.number().optional(),
  spentUsd: z.number().optional(),
  from: z.number().int().optional().describe('instances'),
  to: z.number().int().optional().describe('instances'),
  by: z.string().optional(),
});
export type Alert = z.output<typeof alertSchema>;

export const BudgetReached = defineEvent(
  'generator',
  'BudgetReached',
  Topic.decisions,
  'Of a budget of the day 80 % are spent, or so much that what is left takes no more calls.',
  z.object({
    account: z.string(),
    day: z.string().describe('of UTC'),
    percent,
    limitUsd: z.number(),
    spentUsd: z.number(),
  }),
);

export const IncidentOpened = defineEvent(
  'monitor',
  'IncidentOpened',
  Topic.decisions,
  'Something is wrong: all alerts of one cause, now and until it is over, are this incident.',
  z.object({
    incidentId,
    cause: incidentCauseSchema,
    severity,
    since: z.number(),
    alerts: z.array(alertSchema).describe('the first'),
    count: z.number().int().describe('of alerts'),
    basis: basisSchema,
  }),
);
export const IncidentWorsened = defineEvent(
  'monitor',
  'IncidentWorsened',
  Topic.decisions,
  'A warning became critical.',
  z.object({ incidentId, severity, alert: alertSchema, basis: basisSchema }),
);
export const IncidentReopened = defineEvent(
  'monitor',
  'IncidentReopened',
  Topic.decisions,
  'The cause of an incident that was over is back so soon that it is the same one; nobody is told again.',
  z.object({ incidentId, times: z.number().int(), basis: basisSchema }),
);
export const IncidentResolved = defineEvent(
  'monitor',
  'IncidentResolved',
  Topic.decisions,
  'An incident is over: its cause has been quiet for long enough.',
  z.object({ incidentId, lastedMs: z.number(), alerts: z.number().int().describe('in all'), basis: basisSchema }),
);

const notification = {
  incidentId,
  channel,
  about: z.enum(['opened', 'over']),
  messageId,
  attempts: z.number().int().min(1),
};

export const NotificationSent = defineEvent(
  'monitor',
  'NotificationSent',
  Topic.operations,
  'A channel took the word that an incident began, or is over.',
  z.object(notification),
);
export const NotificationFailed = defineEvent(
  'monitor',
  'NotificationFailed',
  Topic.operations,
  'A channel did not take such a word: it is tried again at a time, or no more.',
  z.object({ ...notification, reason: z.string(), retryAt: z.number().nullable() }),
);
