import { hash128 } from '@contentflow/kernel';

type Message = Readonly<Record<string, unknown>>;

const LENGTH = 9;

/** A name of a call that every server takes, the same for the same: Mistral's have nine letters and digits, others no more than forty. */
export const shortCallId = (callId: string): string => hash128(callId).slice(0, LENGTH);

/** What servers say of the name of a call that another server gave. */
export const isCallIdRefused = (complaint: string): boolean => CALL_ID.test(complaint) && MISSHAPEN.test(complaint);
const CALL_ID = /\btool[ _]?calls?(\[\d+\])?[ _.]id\b|\btool_use[_.]id\b|\bcall_id\b/i;
const MISSHAPEN = /\blength\b|too long|\bpattern\b|must be a-z|characters/i;

/** The messages with short names for their calls, and for what answers them. */
export const withShortCallIds = (messages: readonly Message[]): readonly Message[] =>
  messages.map((message) => {
    const { tool_calls: calls, tool_call_id: answered } = message;
    return {
      ...message,
      ...(Array.isArray(calls) && { tool_calls: (calls as unknown[]).map(withShortId) }),
      ...(typeof answered === 'string' && { tool_call_id: shortened(answered) }),
    };
  });

export const hasLongCallIds = (messages: readonly Message[]): boolean =>
  messages.some(({ tool_call_id: id }) => typeof id === 'string' && id !== shortened(id));

const withShortId = (call: unknown): unknown => {
  const { id } = (call ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' ? { ...(call as object), id: shortened(id) } : call;
};

const shortened = (id: string): string => (/^[a-z\d]{9}$/i.test(id) ? id : shortCallId(id));
