import type { ModelReply, ModelRequest, ModelToolCall, NativeRequest, TokenCounts } from '../model-provider.ts';
import { assembled, malformed, parsed } from './chat-completion.ts';
import { OtherDocument } from './endpoints.ts';
import { failedDocument, MAX_REPLY_BYTES } from './failures.ts';
import type { ModelServer } from './model-server.ts';
import { isEndMark, serverSentEvents } from './server-sent-events.ts';
import type { StreamOpening } from './stream-opening.ts';
import { laterCounts, UNKNOWN_TOKENS } from './usage.ts';
import type { Pieces } from './whole-streams.ts';

/** What one event adds to a reply. */
export interface EventRead {
  readonly text?: string;
  /** Characters of anything else that was written: thoughts, calls, a refusal. */
  readonly written?: number;
  readonly refused?: boolean;
  readonly call?: ModelToolCall;
  readonly counts?: TokenCounts;
  readonly finish?: string;
  /** Nothing follows. */
  readonly isLast?: boolean;
  /** The event as its reader is told it, where the server left out what it had said before. */
  readonly mended?: object;
}

/** Reads events by their type. @throws ProviderError for one that says that the reply failed */
export type EventReader = (type: string, event: Readonly<Record<string, unknown>>) => EventRead;

export interface NamedEvents {
  readonly server: ModelServer;
  readonly chunks: Pieces;
  readonly request: ModelRequest;
  readonly native: NativeRequest;
  readonly reader: EventReader;
  readonly startedAt: number;
  readonly opening: StreamOpening;
}

/**
 * A reply that arrives in events which each say their type, told on as they come.
 * @throws ProviderError where an error stands in it, or it ends before it is whole
 */
export async function readEvents(events: NamedEvents): Promise<ModelReply> {
  const { server, chunks, request, native, reader, startedAt, opening } = events;
  let text = '';
  let writtenCharacters = 0;
  let refused = false;
  let finish: string | undefined;
  let counts = UNKNOWN_TOKENS;
  let firstAt: number | undefined;
  let isWhole = false;
  const calls: ModelToolCall[] = [];

  for await (const sent of serverSentEvents(chunks, MAX_REPLY_BYTES, () => finish !== undefined)) {
    if ('comment' in sent) {
      opening.now();
      request.verbatim?.onComment?.(sent.comment);
      continue;
    }
    if (isEndMark(sent.data)) break;
    const event = parsed(server, sent.data) as Readonly<Record<string, unknown>>;
    const type = typeof event['type'] === 'string' ? event['type'] : (sent.name ?? '');
    if (type === 'error' || sent.name === 'error')
      throw failedDocument(server.name, event['error'] ?? event, server.secrets);
    if (type === '') throw new OtherDocument(server.name, native.endpoint);
    const read = reader(type, event);
    opening.now();
    text += read.text ?? '';
    writtenCharacters += (read.text?.length ?? 0) + (read.written ?? 0);
    refused ||= read.refused ?? false;
    finish = read.finish ?? finish;
    if (read.call) calls.push(read.call);
    if (read.counts) counts = laterCounts(counts, read.counts);
    if (read.text) firstAt ??= performance.now();
    isWhole ||= read.isLast ?? false;
    const json = read.mended ? JSON.stringify(read.mended) : sent.data.replaceAll('\n', ' ');
    if (native.onEvent) native.onEvent(json, sent.name ?? type, read.text ?? '');
    else if (read.text) request.onText?.(read.text);
  }
  // Anthropic's imitators leave out the last event; the reason why it ends is said before it.
  if (!isWhole && finish === undefined)
    throw malformed(server, `ended its stream half-way, after ${text.length} characters`);
  const parts = { text, refused, calls, finish: finish ?? 'stop', writtenCharacters };
  return assembled(parts, counts, { startedAt, firstAt });
}
