import { z } from 'zod';
import { type ApiRoute, pageOf } from './api-route.ts';
import { IncidentOpened } from './incident.events.ts';

const time = z.number().describe('epoch milliseconds');
const simulated = z.boolean().describe('true where it comes from the sandbox');
const count = z.number().int().min(0);

/** Whether a channel was told that an incident began, or is over. */
export const notificationSchema = z.object({
  id: z.string(),
  incidentId: z.string(),
  channel: z.string().describe('as the configuration names it'),
  about: z.enum(['opened', 'over']),
  status: z.enum(['sent', 'failing', 'failed']).describe('failing: it is tried again'),
  at: time,
  attempts: count,
  reason: z.string().nullable().describe('why it failed'),
});
export type NotificationDocument = z.output<typeof notificationSchema>;

/** One incident from its opening to its end. */
export const incidentSchema = IncidentOpened.schema.omit({ incidentId: true, basis: true }).extend({
  id: z.string(),
  status: z.enum(['open', 'resolved']),
  openedAt: time,
  reopened: count.describe('how often its cause came back'),
  resolvedAt: time.nullable(),
  lastedMs: z.number().nullable(),
  events: z.array(z.string()).describe('ids of the decisions about it'),
});
export type IncidentDocument = z.output<typeof incidentSchema>;

/** What whoever is told of an incident reads; the API says the same. */
export const incidentWordsSchema = z.object({
  title: z.string(),
  why: z.string().describe('its cause'),
  done: z.string().describe('what was done about it'),
  undo: z.string().describe('how to take that back, or what is left to a person'),
  undoRoute: z.string().optional().describe('POST it, with a reason'),
});
export type IncidentWords = z.output<typeof incidentWordsSchema>;

export const incidentShown = incidentSchema
  .extend({ ...incidentWordsSchema.shape, notifications: z.array(notificationSchema), simulated })
  .meta({ id: 'Incident' });
export type ShownIncident = z.output<typeof incidentShown>;

const channelsAnswer = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['webhook', 'slack', 'email']),
      to: z.string().describe('without secrets'),
      least: z.enum(['warning', 'critical']),
      whenOver: z.boolean(),
      last: z
        .object({ at: time, isSent: z.boolean(), reason: z.string().nullable() })
        .nullable()
        .describe('the last try; null where there was none in a week'),
    }),
  ),
  next: z.null(),
  quietHours: z.object({ from: z.string(), until: z.string(), timeZone: z.string() }).nullable(),
  isQuiet: z.boolean(),
  simulated,
});
const testedChannel = z.object({ channel: z.string(), isSent: z.boolean(), reason: z.string().nullable() });

/** What is told of what is wrong, and to whom. */
export const incidentRoutes: Readonly<Record<string, ApiRoute>> = {
  'GET /v1/incidents': {
    summary: 'What is wrong, its cause, what was done, how to undo that, and who was told; the latest first',
    answers: { 200: pageOf(incidentShown) },
  },
  'GET /v1/incidents/{id}': { summary: 'One incident, from its opening to its end', answers: { 200: incidentShown } },
  'GET /v1/notifications': {
    summary: 'Channels that are told of incidents, and what became of the last message',
    answers: { 200: channelsAnswer },
  },
  'POST /v1/notifications/test': {
    summary: 'Sends a test to one channel, or to all of them, and says what came of it',
    answers: { 200: z.object({ items: z.array(testedChannel) }) },
  },
};
