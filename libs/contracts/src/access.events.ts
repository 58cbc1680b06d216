import { z } from 'zod';
import { scopeSchema } from './access.ts';
import { defineEvent } from './define-event.ts';
import { Topic } from './topics.ts';

export const ApiKeyCreated = defineEvent(
  'ledger',
  'ApiKeyCreated',
  Topic.access,
  'A key to the API was made; only a hash of its secret is kept.',
  z.object({
    keyId: z.string(),
    name: z.string().min(1).max(100),
    scopes: z.array(scopeSchema).min(1),
    /** SHA-256 of the secret, which is 256 random bits; hexadecimal. */
    secretHash: z.string().regex(/^[0-9a-f]{64}$/),
    /** Epoch milliseconds; absent where it holds until it is revoked. */
    expiresAt: z.number().optional(),
    /** Requests that one process takes of it. */
    requestsPerMinute: z.number().int().positive().optional(),
    /** What may be spent by it on models in a day of UTC; US dollars, over all processes. */
    usdPerDay: z.number().nonnegative().optional(),
    /** The first of the keys whose place it took: they share a budget. */
    account: z.string().optional(),
    /** Made for a browser whose person has logged in. */
    session: z.literal(true).optional(),
    by: z.string(),
  }),
);
export const ApiKeyRevoked = defineEvent(
  'ledger',
  'ApiKeyRevoked',
  Topic.access,
  'A key to the API opens nothing from a time on.',
  z.object({
    keyId: z.string(),
    /** Epoch milliseconds: later than the event where its users have time to take the next one. */
    from: z.number(),
    reason: z.string(),
    by: z.string(),
  }),
);
export const ApiKeyUsed = defineEvent(
  'ledger',
  'ApiKeyUsed',
  Topic.access,
  'A key was used; written at most once an hour for each key and process.',
  z.object({ keyId: z.string() }),
);
