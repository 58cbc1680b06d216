import { z } from 'zod';

/** What a key opens. `admin` opens everything; each of the others what its name says and nothing else. */
export const scopes = ['content', 'feedback', 'read', 'operate', 'admin'] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.output<typeof scopeSchema>;

/** What makes content, or calls a model: paths as the API's description has them. */
const MAKES_CONTENT =
  /^\/v1\/(content|content\/batch|content\/\{id\}\/cancel|chat\/.+|completions|responses.*|embeddings|messages.*)$/;
const GIVES_FEEDBACK = /^\/v1\/(feedback|content\/\{id\}\/(feedback|engagement))$/;
/** What whoever makes content must read to have it. */
const SHOWS_CONTENT = /^\/v1\/(content\/\{id\}(\/events|\/trace)?|content\/batch\/\{id\}|models(\/.+)?|responses.*)$/;
const ADMIN_PATHS = /^\/v1\/keys(\/.+)?$/;
/** What is held of a person, and that they be forgotten: no key that only reads. */
const PERSON_PATHS = /^\/v1\/subjects\/.+$/;

/**
 * The scopes of which one is enough for a route; empty where it is open to all. What no rule names is read with `read` and changed with `operate`.
 * @param path  `/v1/content/{id}`
 */
export function scopesFor(method: string, path: string): readonly Scope[] {
  if (path.startsWith('/health/') || /^\/v1\/session(\/.+)?$/.test(path)) return [];
  const isRead = method === 'GET' || method === 'HEAD';
  if (ADMIN_PATHS.test(path)) return ['admin'];
  if (PERSON_PATHS.test(path)) return ['operate', 'admin'];
  if (isRead) return SHOWS_CONTENT.test(path) ? ['read', 'content', 'admin'] : ['read', 'admin'];
  if (GIVES_FEEDBACK.test(path)) return ['feedback', 'admin'];
  return MAKES_CONTENT.test(path) ? ['content', 'admin'] : ['operate', 'admin'];
}

const time = z.number().describe('epoch milliseconds');

/** Who asks. */
export const sessionAnswer = z.object({
  name: z.string().nullable().describe('of the key; null where none is shown'),
  scopes: z.array(scopeSchema),
  login: z.string().nullable().describe('where a browser begins to log in; null where there is no provider for that'),
});
/** A key as it is listed: without its secret. */
export const apiKeyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(scopeSchema),
  status: z.enum(['open', 'expired', 'revoked']),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable(),
  revokedAt: time.nullable().describe('from when on it opens nothing, which may be still to come'),
  lastUsedAt: time.nullable().describe('to the hour'),
  requestsPerMinute: z.number().int().nullable(),
  session: z.boolean().describe('made for a browser whose person has logged in'),
  usdPerDay: z.number().nullable().describe('what may be spent by it on models in a day of UTC'),
});
export const madeKeyAnswer = apiKeyAnswer.extend({ key: z.string().describe('shown this once') });
