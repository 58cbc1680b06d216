import { scopeSchema, scopes, Topic } from '@contentflow/contracts';
import { decodedLog, type EventLog } from '@contentflow/event-log';
import {
  DAY_MS,
  folded,
  HOUR_MS,
  emptyFold,
  ownValue,
  partitionKey,
  partsInOrder,
  systemClock,
  usageError,
} from '@contentflow/kernel';
import {
  type ApiKey,
  type ApiKeys,
  apiKeys,
  createdKey,
  isOpen,
  type KeyRequest,
  type KeyCommand,
  revokedKey,
  rotatedKey,
  SECRET_BYTES,
  shownKey,
} from '@contentflow/nest-platform';
import { randomBytes, randomUUID } from 'node:crypto';
import { unknownName } from '../command-line/unknown-name.ts';
import { type LogOptions, openLog, openOrBeginLog } from '../command-line/open-log.ts';

export interface KeysOptions extends LogOptions {
  readonly json?: boolean;
  readonly name?: string;
  readonly scopes?: string;
  readonly expiresInDays?: number;
  readonly requestsPerMinute?: number;
  readonly usdPerDay?: number;
  readonly overlapHours: number;
  readonly reason: string;
  readonly by: string;
}

/** Reads and writes keys in the log itself: whoever may write there needs no key, and no process must run. */
export async function run(options: KeysOptions, action = 'list', id?: string): Promise<void> {
  const actions: Readonly<Record<string, (log: EventLog) => Promise<void>>> = {
    list: (log) => list(log, options),
    create: (log) => create(log, options, keyRequestOf(options)),
    rotate: (log) => rotate(log, options, named(action, id)),
    revoke: (log) => revoke(log, options, named(action, id)),
  };
  const act = ownValue(actions, action);
  if (!act) throw unknownName('action', action, Object.keys(actions));
  if (action === 'create') keyRequestOf(options);
  else if (action !== 'list') named(action, id);
  const log = decodedLog(await (action === 'create' ? openOrBeginLog(options) : openLog(options)));
  try {
    await act(log);
  } finally {
    await log.close();
  }
}

async function list(log: EventLog, { json }: KeysOptions): Promise<void> {
  const now = systemClock.now();
  const shown = [...(await keysIn(log)).values()].map((key) => shownKey(key, now));
  if (json) return console.log(JSON.stringify(shown, null, 1));
  if (shown.length === 0)
    console.log('there are no keys; "contentflow keys create --name NAME --scopes read" makes one');
  for (const { id, name, status, scopes: opened, lastUsedAt } of shown)
    console.log(
      `${id}  ${status}  ${name}: ${opened.join(', ')}; last used ${lastUsedAt === null ? 'never' : day(lastUsedAt)}`,
    );
}

async function create(log: EventLog, options: KeysOptions, wish: KeyRequest): Promise<void> {
  const { event, ...made } = createdKey(wish, randomBytes(SECRET_BYTES), wordOf(options));
  await log.append([event]);
  await show(log, made, options);
}

async function rotate(log: EventLog, options: KeysOptions, id: string): Promise<void> {
  const key = await existing(log, id);
  if (!isOpen(key, systemClock.now())) throw usageError(`the key "${key.name}" opens nothing any more`, 'make another');
  const overlapMs = options.overlapHours * HOUR_MS;
  const { events, ...made } = rotatedKey(key, overlapMs, randomBytes(SECRET_BYTES), wordOf(options));
  await log.append([...events]);
  await show(log, made, options);
}

async function revoke(log: EventLog, options: KeysOptions, id: string): Promise<void> {
  const key = await existing(log, id);
  const word = wordOf(options);
  if (isOpen(key, word.at)) await log.append([revokedKey(id, word.at, options.reason, word)]);
  console.log(options.json ? JSON.stringify(shownKey(await existing(log, id), word.at), null, 1) : `${id}: revoked`);
}

/** The new key, this once. */
async function show(
  log: EventLog,
  { key, keyId }: { readonly key: string; readonly keyId: string },
  { json }: KeysOptions,
): Promise<void> {
  const made = shownKey(await existing(log, keyId), systemClock.now());
  if (json) return console.log(JSON.stringify({ ...made, key }, null, 1));
  console.log(key);
  console.error(
    `${made.name}: ${made.scopes.join(', ')}. It is shown this once; send it as "Authorization: Bearer KEY".`,
  );
}

function keyRequestOf({ name, scopes: wanted, expiresInDays, requestsPerMinute, usdPerDay }: KeysOptions): KeyRequest {
  if (!name?.trim()) throw usageError('--name is missing', 'write whose key it is: --name ada, --name nightly-build');
  const named = (wanted ?? '').split(',').map((each) => each.trim());
  const wrong = named.find((each) => !scopeSchema.safeParse(each).success);
  if (wrong !== undefined) throw unknownName('scope', wrong, scopes, '--scopes');
  return {
    name: name.trim().slice(0, 100),
    scopes: [...new Set(named.map((each) => scopeSchema.parse(each)))],
    ...(expiresInDays !== undefined && { expiresAt: systemClock.now() + expiresInDays * DAY_MS }),
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(usdPerDay !== undefined && { usdPerDay }),
  };
}

const wordOf = ({ by }: KeysOptions): KeyCommand => ({ id: randomUUID(), by, at: systemClock.now() });

function named(action: string, id: string | undefined): string {
  if (id === undefined) throw usageError(`${action} which key?`, 'name its id, as "contentflow keys" lists it');
  return id;
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);

async function existing(log: EventLog, id: string): Promise<ApiKey> {
  const key = (await keysIn(log)).get(id);
  if (!key) throw usageError(`there is no key "${id}"`, '"contentflow keys" lists them');
  return key;
}

async function keysIn(log: EventLog): Promise<ApiKeys> {
  const state = emptyFold<ApiKeys>();
  const to = ownValue(await log.ends([Topic.access]), partitionKey(Topic.access, 0)) ?? 0;
  for await (const events of log.read({ topic: Topic.access, partition: 0, from: 0, to }))
    for (const event of events) folded(apiKeys, state, event);
  return partsInOrder(state)[0] ?? new Map();
}
