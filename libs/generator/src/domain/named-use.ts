import { isRecord, useNameSchema } from '@contentflow/contracts';
import type { MeasuredBrief } from '@contentflow/text-quality';
import { canonicalJson, ContentFlowError, hash128, ownValue, withoutOwnValue } from '@contentflow/kernel';

/** Where a call that is passed on says what it is for: a header, or a key of the body's `metadata`. The header is heard first. */
export const USE_HEADER = 'x-contentflow-use';
export const USE_KEY = 'contentflow_use';

type Body = Readonly<Record<string, unknown>>;

/** @throws ContentFlowError `invalid-request`, naming the header or the key, for what is no name */
export function namedUse(header: string | readonly string[] | undefined, { metadata }: Body): string | undefined {
  if (header !== undefined) return checkedName(header, USE_HEADER);
  const named = isRecord(metadata) ? ownValue(metadata, USE_KEY) : undefined;
  return named === undefined || named === null ? undefined : checkedName(named, `metadata.${USE_KEY}`);
}

function checkedName(name: unknown, field: string): string {
  const read = useNameSchema.safeParse(name);
  if (read.success) return read.data;
  const problem = typeof name === 'string' ? `"${name.slice(0, 80)}" ${read.error.issues[0]?.message}` : 'is no text';
  throw new ContentFlowError('invalid-request', problem, { field });
}

/** The body as it is passed on: the name is for the gateway alone, and servers refuse metadata that they do not know. */
export function withoutUse<Asked extends object>(body: Asked): Asked {
  const { metadata, ...rest } = body as Body;
  if (!isRecord(metadata) || !Object.hasOwn(metadata, USE_KEY)) return body;
  const others = withoutOwnValue(metadata, USE_KEY);
  return (Object.keys(others).length === 0 ? rest : { ...rest, metadata: others }) as Asked;
}

export interface Said {
  readonly role: string;
  readonly content?: unknown;
}

/**
 * @param user  what they are called here
 * @returns the same for all calls of a user, or where none is named of a conversation: as it begins, up to the first word of the user's
 */
export function unitOfCall(use: string, user: string | undefined, messages: readonly Said[]): string {
  if (user !== undefined) return hash128(`use ${use} user ${user}`);
  const first = messages.findIndex(({ role }) => role === 'user');
  const beginning = messages.slice(0, first + 1 || 1).map(({ role, content }) => ({ role, content: content ?? null }));
  return hash128(`use ${use} ${canonicalJson(beginning)}`);
}

/** What its caller knows an answer by, in any protocol and in whatever event of a stream it is told. */
export function answerIdIn(json: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(document)) return undefined;
  const places = [document, document['response'], document['message']];
  const ids = places.map((place) => (isRecord(place) ? place['id'] : undefined));
  return ids.find((id): id is string => typeof id === 'string' && id !== '' && id.length <= 200);
}

const TOPIC_CHARACTERS = 2000;
const REFERENCE_CHARACTERS = 20_000;

/** What the answer of a call is measured by: the user's last word is what is asked, and all before it is material. */
export function briefOfCall(messages: readonly { readonly role: string; readonly content: string }[]): MeasuredBrief {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const topic = (messages[last]?.content ?? '').slice(-TOPIC_CHARACTERS);
  const before = messages.filter((_, index) => index !== last).map(({ content }) => content);
  return { contentType: 'custom', topic, reference: before.join('\n').slice(-REFERENCE_CHARACTERS) };
}
