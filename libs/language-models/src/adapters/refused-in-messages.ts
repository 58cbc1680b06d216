import { field } from './error-document.ts';
import { hasLongCallIds, isCallIdRefused, withShortCallIds } from './short-call-ids.ts';

type Message = Readonly<Record<string, unknown>>;

/** How messages are told to a server that would not take them: a role under another name, calls by short names, or without a field that is no part of what is said. */
export type MessageAdaptation =
  | { readonly role: 'developer' | 'system'; readonly as: 'system' | 'user' }
  | { readonly mark: string }
  | { readonly content: 'text' }
  | { readonly callIds: 'short' };

/** What clients send along that says nothing more: thoughts of earlier turns, marks for caches, and what the server's own messages had in them. */
const EMPTY_CALLS = 'tool_calls';
const MARKS = [
  'reasoning_content',
  'reasoning_details',
  'reasoning',
  'cache_control',
  'annotations',
  'refusal',
  'audio',
  'function_call',
  'name',
  EMPTY_CALLS,
];

const ROLE_NAMED = /\brole\b|developer instruction/i;
const ROLE_TAKEN = /must be (a response|followed|preceded)|alternat/i;

/**
 * @param message  what the server found wrong
 * @param where    the field that it names
 * @param isNotTaken  it will not have it at all, whatever it says
 */
export function messageAdaptation(
  messages: readonly Message[],
  { message, where, isNotTaken }: { readonly message: string; readonly where: string; readonly isNotTaken: boolean },
): MessageAdaptation | undefined {
  const complaint = `${where} ${message}`;
  if (isCallIdRefused(complaint) && hasLongCallIds(messages)) return { callIds: 'short' };
  const has = (role: string): boolean => messages.some((each) => each['role'] === role);
  if (WANTS_TEXT.test(complaint) && messages.some((each) => textAlone(each) !== undefined)) return { content: 'text' };
  if (ROLE_NAMED.test(complaint) && !ROLE_TAKEN.test(message)) {
    if (has('developer')) return { role: 'developer', as: 'system' };
    if (has('system') && /system|developer/i.test(message)) return { role: 'system', as: 'user' };
  }
  const mark = MARKS.find(
    (each) =>
      (isNotTaken || each === EMPTY_CALLS) && wordIn(each, complaint) && messages.some((one) => isMarked(one, each)),
  );
  return mark === undefined ? undefined : { mark };
}

export function adaptedMessages(messages: readonly Message[], adaptation: MessageAdaptation): readonly Message[] {
  if ('callIds' in adaptation) return withShortCallIds(messages);
  if ('mark' in adaptation) return messages.map((each) => without(each, adaptation.mark));
  if ('content' in adaptation)
    return messages.map((each) => ({ ...each, content: textAlone(each) ?? each['content'] }));
  const { role, as } = adaptation;
  const renamed = messages.map((each) => (each['role'] === role ? { ...each, role: as } : each));
  return as === 'user' ? joined(messages, renamed, role) : renamed;
}

/** That a content must be a text, and no list of parts nor nothing, as servers say it. */
const WANTS_TEXT =
  /(content|messages?\b).{0,120}(\b(a|valid|expected( a)?|type) str(ing)?\b|\bstring (value )?(is )?(expected|required)|invalid type: (sequence|null)|untagged enum)|content\W+(field |is |are )*(required|missing|cannot be null|must not be null|may not be null)|content\.str\b/is;

/** The content as a text, of a message that has it in parts of text alone, or none beside its calls; undefined where it is one or cannot be. */
function textAlone({ content, tool_calls: calls }: Message): string | undefined {
  if (content === null || content === undefined) return Array.isArray(calls) && calls.length > 0 ? '' : undefined;
  if (!Array.isArray(content)) return undefined;
  const texts = (content as unknown[]).map((part) => (typeof part === 'string' ? part : textOfPart(part)));
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}

function textOfPart(part: unknown): string | undefined {
  const text = field(part, 'text');
  return (field(part, 'type') ?? 'text') === 'text' && typeof text === 'string' ? text : undefined;
}

/** What the system says stands before what the user says next: many templates take no two messages of the same role. */
function joined(before: readonly Message[], after: readonly Message[], role: string): readonly Message[] {
  const merged: Message[] = [];
  for (const [index, message] of after.entries()) {
    const last = merged.at(-1);
    const wasSystem = before[index - 1]?.['role'] === role;
    const text = wasSystem && message['role'] === 'user' ? textOfBoth(last, message) : undefined;
    if (text === undefined) merged.push(message);
    else merged[merged.length - 1] = { ...message, content: text };
  }
  return merged;
}

function textOfBoth(one: Message | undefined, other: Message): string | undefined {
  const [first, second] = [one?.['content'], other['content']];
  return typeof first === 'string' && typeof second === 'string' ? `${first}\n\n${second}` : undefined;
}

const partsOf = (message: Message): readonly unknown[] => {
  const content = message['content'];
  return Array.isArray(content) ? (content as unknown[]) : [];
};

/** Calls are left out where there is none in them. */
const isMarked = (message: Message, mark: string): boolean =>
  mark === EMPTY_CALLS
    ? isEmpty(message[mark])
    : Object.hasOwn(message, mark) || partsOf(message).some((part) => field(part, mark) !== undefined);

const isEmpty = (calls: unknown): boolean => calls === null || (Array.isArray(calls) && calls.length === 0);

function without(message: Message, mark: string): Message {
  if (!isMarked(message, mark)) return message;
  const rest = withoutField(message, mark);
  const parts = partsOf(message);
  return parts.length === 0 ? rest : { ...rest, content: parts.map((part) => partWithout(part, mark)) };
}

const partWithout = (part: unknown, mark: string): unknown =>
  typeof part === 'object' && part !== null ? withoutField(part as Message, mark) : part;

export const withoutField = (record: Message, name: string): Message =>
  Object.fromEntries(Object.entries(record).filter(([each]) => each !== name));

/** As a word of its own. */
export const wordIn = (word: string, text: string): boolean => new RegExp(`(?<![\\w])${word}(?![\\w])`).test(text);
