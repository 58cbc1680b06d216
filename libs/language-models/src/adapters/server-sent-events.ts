import { createParser } from 'eventsource-parser';
import { ProviderError } from '../model-provider.ts';
import { OVER } from './exchange.ts';
import { failedTransport } from './failures.ts';
import { withoutNonNumbers } from './non-numbers.ts';
import { type ReplyRoom, replyRoom } from './reply-room.ts';
import { type Pieces, upToSilence } from './whole-streams.ts';

/** The data of an event, with its name where it has one. */
export interface SentEvent {
  readonly data: string;
  readonly name?: string | undefined;
}

/** What a stream of server-sent events holds: an event, or a comment. */
export type Sent = SentEvent | { readonly comment: string };

/** Events of these names, or that say nothing else, and those without data, only show that the server lives. */
const HEARTBEAT = /^(ping|heart-?beat|keep-?alive)$/i;
const SAYS_HEARTBEAT =
  /^\s*(null|(:\s*)?"?(ping|heart-?beat|keep-?alive)"?|\{\s*"(type|event)"\s*:\s*"(ping|heart-?beat|keep-?alive)"[^{}]*\})?\s*$/i;
const LONGEST_HEARTBEAT = 200;

const isHeartbeat = (data: string, name: string | undefined): boolean =>
  (name !== undefined && HEARTBEAT.test(name)) || (data.length < LONGEST_HEARTBEAT && SAYS_HEARTBEAT.test(data));

/**
 * Each event and each comment, as it arrives. An event that the stream ends on without a blank line counts too, since some model
 * servers close that way.
 * @param maxBytes  a stream may hold no more than this, in all
 * @param isWhole  whether nothing is missing of what came so far: a server that hangs up then, or says nothing more, has said it all
 * @throws RangeError beyond it
 */
export async function* serverSentEvents(
  body: Pieces,
  maxBytes: number,
  isWhole: () => boolean = () => false,
  room: ReplyRoom = replyRoom,
): AsyncGenerator<Sent> {
  const decoder = new TextDecoder();
  const arrived: Sent[] = [];
  const stray = strayDocuments((data, name) => void arrived.push({ data, name }));
  const parser = createParser({
    onEvent: ({ data, event: name }) => {
      if (isHeartbeat(data, name)) arrived.push({ comment: '' });
      else for (const each of documentsIn(data)) arrived.push({ data: each, name });
    },
    onComment: (comment) => void arrived.push({ comment }),
    onError: ({ line }) => stray(line ?? ''),
  });
  const lines = lineFeeds();
  const kept = room.open();
  let seen = 0;
  try {
    for await (const chunk of upToSilence(body, isWhole)) {
      seen += chunk.length;
      if (seen > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
      kept.keep(chunk.length);
      parser.feed(lines(decoder.decode(chunk, { stream: true })));
      yield* arrived.splice(0);
    }
  } catch (error) {
    if (error instanceof ProviderError || !isWhole() || !isEnded(error)) throw error;
  } finally {
    kept.end();
  }
  parser.feed(`${lines(decoder.decode())}\n\n`);
  yield* arrived;
}

/** It hung up, or was waited for no longer. */
const isEnded = (error: unknown): boolean => error === OVER || failedTransport('', error).failure === 'connection';

/** What says that nothing follows, as servers write it. */
export const isEndMark = (data: string): boolean => data.length < 16 && /^\s*"?\[DONE\]"?\s*$/i.test(data);

/** Several lines are one document, or one each where a server leaves out the blank lines between its events; a field may be named twice. */
function documentsIn(data: string): readonly string[] {
  const said = withoutNonNumbers(data.startsWith('data:') ? data.slice('data:'.length).trimStart() : data);
  if (!said.includes('\n') || isJson(said)) return [said];
  const each = said.split('\n').filter((line) => line.trim() !== '');
  return each.every((line) => isEndMark(line) || isJson(line)) ? each : [said];
}

const MAX_STRAY = 65_536;

/**
 * An error that a server writes into its stream as it is, in a line or in several, without a field before it; or in a field of that name, as
 * llama.cpp did through 2025.
 */
function strayDocuments(found: (data: string, name?: string) => void): (line: string) => void {
  let text = '';
  return (line) => {
    const named = text === '' ? /^error:\s*(\{.*)$/.exec(line)?.[1] : undefined;
    if (named !== undefined && isJson(named)) return found(named, 'error');
    if (text === '' && !/^\s*[[{]/.test(line)) return;
    text = text.length > MAX_STRAY ? '' : `${text}${line}\n`;
    if (!/[\]}]\s*$/.test(text) || !isJson(text)) return;
    found(text.replaceAll('\n', ' '));
    text = '';
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The parser waits behind a carriage return for what may follow it, and so for the next event: here each kind of line end counts at once. */
function lineFeeds(): (text: string) => string {
  let isAfterReturn = false;
  return (text) => {
    if (text === '') return text;
    const fresh = isAfterReturn && text.startsWith('\n') ? text.slice(1) : text;
    isAfterReturn = text.endsWith('\r');
    return fresh.includes('\r') ? fresh.replaceAll(/\r\n?/g, '\n') : fresh;
  };
}
