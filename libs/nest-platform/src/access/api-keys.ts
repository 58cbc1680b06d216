import {
  ApiKeyCreated,
  ApiKeyRevoked,
  ApiKeyUsed,
  type EventData,
  fold,
  newEvent,
  type Scope,
} from '@contentflow/contracts';
import { DAY_MS, hash128, type NewEvent, sha256 } from '@contentflow/kernel';
import type { KeyBudget } from '@contentflow/language-models';
import { timingSafeEqual } from 'node:crypto';

/** A key as it is kept: without its secret. Times in epoch milliseconds. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly secretHash: string;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt?: number | undefined;
  /** From when on it opens nothing. */
  readonly revokedAt?: number | undefined;
  readonly lastUsedAt?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
  /** US dollars, in a day of UTC. */
  readonly usdPerDay?: number | undefined;
  /** The first of the keys whose place it took, where it took any. */
  readonly account?: string | undefined;
  readonly session?: true | undefined;
}
export type ApiKeys = ReadonlyMap<string, ApiKey>;

type Created = EventData<typeof ApiKeyCreated>;
export type KeyRequest = Pick<Created, 'name' | 'scopes' | 'expiresAt' | 'requestsPerMinute' | 'usdPerDay'>;

/** Who says it, and when; `id` of the command that its events follow from. */
export interface KeyCommand {
  readonly id: string;
  readonly by: string;
  readonly at: number;
}

/** All keys there ever were, by id. */
export const apiKeys = fold<ApiKeys>(() => new Map())
  .on(ApiKeyCreated, (keys, { data, time }) => {
    const { keyId: id, by: createdBy, ...key } = data;
    const kept = data.session ? withoutOldSessions(keys, time) : new Map(keys);
    return kept.set(id, { ...key, id, createdBy, createdAt: time });
  })
  .on(ApiKeyRevoked, (keys, { data: { keyId, from } }) =>
    changed(keys, keyId, ({ revokedAt = from }) => ({ revokedAt: Math.min(revokedAt, from) })),
  )
  .on(ApiKeyUsed, (keys, { data: { keyId }, time }) =>
    changed(keys, keyId, ({ lastUsedAt = time }) => ({ lastUsedAt: Math.max(lastUsedAt, time) })),
  );

/** Of sessions there are many, and none is rotated: those that ended a day ago are nobody's any more. */
const withoutOldSessions = (keys: ApiKeys, now: number): Map<string, ApiKey> =>
  new Map([...keys].filter(([, { session, expiresAt = Infinity }]) => !session || expiresAt > now - DAY_MS));

function changed(keys: ApiKeys, id: string, change: (key: ApiKey) => Partial<ApiKey>): ApiKeys {
  const key = keys.get(id);
  return key ? new Map(keys).set(id, { ...key, ...change(key) }) : keys;
}

/** `cfk_ID_SECRET` */
const FORM = /^cfk_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
export const SECRET_BYTES = 32;

/** The same command makes one key, however often it comes. */
export const keyIdOf = (commandId: string): string => hash128(`api-key ${commandId}`).slice(0, 16);

/**
 * A new key, and what its owner writes down: it is shown this once.
 * @param bytes  `SECRET_BYTES` of them, random
 */
export function createdKey(
  wish: KeyRequest & Pick<Created, 'account' | 'session'>,
  bytes: Buffer,
  { id, by, at }: KeyCommand,
): { readonly key: string; readonly keyId: string; readonly event: NewEvent } {
  const keyId = keyIdOf(id);
  const secret = bytes.toString('base64url');
  const data = { ...wish, keyId, secretHash: digestOf(secret).toString('hex'), by };
  return {
    key: `cfk_${keyId}_${secret}`,
    keyId,
    event: newEvent(ApiKeyCreated, { subject: keyId, data, time: at, cause: { id } }),
  };
}

/**
 * A new key for the same, and the end of the old one: both or neither, so that they are to be appended together.
 * @param bytes  `SECRET_BYTES` of them, random
 * @param overlapMs  how long the old one still holds
 */
export function rotatedKey(
  { id: old, name, scopes, expiresAt, requestsPerMinute, usdPerDay, account = old }: ApiKey,
  overlapMs: number,
  bytes: Buffer,
  word: KeyCommand,
): { readonly key: string; readonly keyId: string; readonly events: readonly NewEvent[] } {
  const wish = { name, scopes: [...scopes], expiresAt, requestsPerMinute, usdPerDay, account };
  const { event, ...made } = createdKey(wish, bytes, word);
  return { ...made, events: [event, revokedKey(old, word.at + overlapMs, `replaced by ${made.keyId}`, word)] };
}

/** @param from  epoch milliseconds */
export const revokedKey = (keyId: string, from: number, reason: string, { id, by, at }: KeyCommand): NewEvent =>
  newEvent(ApiKeyRevoked, { subject: keyId, data: { keyId, from, reason, by }, time: at, cause: { id } });

const digestOf = (text: string): Buffer => Buffer.from(sha256(text), 'hex');

/** Whether a text is meant as one of these keys: clients of other products must show some key, and show any. */
export const looksLikeApiKey = (text: string): boolean => text.startsWith('cfk_');

/** Whether a text has the form of a key that is not among these: another process may have made it just now. */
export function isUnheardOf(text: string | undefined, keys: ApiKeys): boolean {
  const [, id] = FORM.exec(text ?? '') ?? [];
  return id !== undefined && !keys.has(id);
}

/** The key that this text shows, where it opens anything at this time. */
export function keyShownBy(text: string, keys: ApiKeys, now: number): ApiKey | undefined {
  const [, id = '', secret = ''] = FORM.exec(text) ?? [];
  const key = keys.get(id);
  if (!key || !timingSafeEqual(digestOf(secret), Buffer.from(key.secretHash, 'hex'))) return undefined;
  return isOpen(key, now) ? key : undefined;
}

export const isOpen = ({ expiresAt = Infinity, revokedAt = Infinity }: ApiKey, now: number): boolean =>
  now < expiresAt && now < revokedAt;

/** What a key may spend, where it is bounded. */
export const budgetOf = ({ id, account = id, usdPerDay }: ApiKey): KeyBudget | undefined =>
  usdPerDay === undefined ? undefined : { account, usdPerDay };

/** Without saying by the time it takes how much of it is right. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(digestOf(one), digestOf(other));

/** As it is listed. */
export function shownKey(key: ApiKey, now: number) {
  const { id, name, scopes, createdAt, createdBy, expiresAt, revokedAt } = key;
  return {
    id,
    name,
    scopes: [...scopes],
    status: isOpen(key, now)
      ? ('open' as const)
      : revokedAt !== undefined && revokedAt <= now
        ? ('revoked' as const)
        : ('expired' as const),
    createdAt,
    createdBy,
    expiresAt: expiresAt ?? null,
    revokedAt: revokedAt ?? null,
    lastUsedAt: key.lastUsedAt ?? null,
    requestsPerMinute: key.requestsPerMinute ?? null,
    session: key.session === true,
    usdPerDay: key.usdPerDay ?? null,
  };
}
