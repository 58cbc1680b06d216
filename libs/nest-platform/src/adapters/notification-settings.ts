import { alertSchema, incidentCauseSchema } from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { z } from 'zod';

/** Signs messages, as Standard Webhooks has it: `whsec_` and base64. */
export const signingSecretSchema = z
  .string()
  .min(8)
  .regex(
    /^(whsec_)?([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/,
    'is not base64, as which the libraries of Standard Webhooks read it; write whsec_ and base64',
  );

const channel = {
  /** Part of ids in the log: a channel by another name is another one. */
  name: z.string().regex(/^[\w.-]{1,64}$/, 'is not 1 to 64 letters, digits, dots, hyphens and underscores'),
  /** What it is told of: this and worse. */
  least: alertSchema.shape.severity.default('warning'),
  /** Causes that it is told of; all where left out. */
  of: z.array(incidentCauseSchema.shape.kind).min(1).optional(),
  /** Whether it is told, too, that an incident is over. */
  whenOver: z.boolean().default(false),
};
const url = z.url({ protocol: /^https?$/, error: 'is not an http or https address' });

const emailSchema = z
  .strictObject({
    ...channel,
    kind: z.literal('email'),
    host: z.string().min(1).max(253),
    port: z.number().int().min(1).max(65_535).optional(),
    /** `tls` from the first byte on, `starttls` or not at all, or `none`. */
    security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    user: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** A PEM file of certificates to trust besides those that Node.js knows. */
    caFile: z.string().min(1).optional(),
    from: z.email(),
    to: z.array(z.email()).min(1).max(20),
  })
  .superRefine(({ user, password, security }, context) => {
    if ((user === undefined) !== (password === undefined))
      context.addIssue({
        code: 'custom',
        path: [user === undefined ? 'user' : 'password'],
        message: 'is needed with the other: user and password go together',
      });
    if (user !== undefined && security === 'none')
      context.addIssue({
        code: 'custom',
        path: ['security'],
        message: 'cannot be "none" with a password: anybody on the way could read it',
      });
  });

const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...channel, kind: z.literal('webhook'), url, secret: signingSecretSchema.optional() }),
  z.strictObject({ ...channel, kind: z.literal('slack'), url }),
  emailSchema,
]);

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day; write HH:MM');

/** Over midnight where the first is the later one. */
const quietHoursSchema = z
  .strictObject({
    from: timeOfDay,
    until: timeOfDay,
    timeZone: z.string().refine(isTimeZone, 'is no time zone; write UTC or one like Europe/Berlin').default('UTC'),
  })
  .refine(({ from, until }) => from !== until, {
    path: ['until'],
    message: 'is the same as from: there are no such hours',
  });
export type QuietHours = z.output<typeof quietHoursSchema>;

/** Who is told of incidents. */
export const notificationsSchema = z
  .strictObject({
    channels: z.array(channelSchema).max(50).default([]),
    /** What is critical is told all the same; the rest is summed up afterwards. */
    quietHours: quietHoursSchema.optional(),
    /** Tries in all; the wait between two is four times the one before. */
    attempts: z.number().int().min(1).max(20).default(7),
    firstRetryMs: z.number().int().min(10).max(HOUR_MS).default(5000),
    /** Whether channels may be on this machine or in its network. */
    allowPrivateAddresses: z.boolean().default(false),
    /** Where the console is, for links. */
    consoleUrl: url.optional(),
  })
  .superRefine(({ channels }, context) => {
    const names = channels.map(({ name }) => name);
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        context.addIssue({
          code: 'custom',
          path: ['channels', index, 'name'],
          message: `"${name}" is the name of another`,
        });
    });
  });
export type NotificationSettings = z.output<typeof notificationsSchema>;
export type ChannelSettings = NotificationSettings['channels'][number];
export type EmailSettings = z.output<typeof emailSchema>;

export const notificationsOff: NotificationSettings = notificationsSchema.parse({});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
