import { type ModelReply, type ModelRequest, ProviderError, type TokenCounts } from '../model-provider.ts';
import { ToolCallPlaces } from '../tool-call-places.ts';
import {
  type Answerer,
  assembled,
  callPartsIn,
  choicesOf,
  type Completion,
  countsIn,
  finishOf,
  havingUsed,
  MainChoice,
  malformed,
  parsed,
  textIn,
  writtenIn,
} from './chat-completion.ts';
import { asChunk, JoinedChunks } from './completion-forms.ts';
import { field } from './error-document.ts';
import { failedDocument, MAX_REPLY_BYTES } from './failures.ts';
import { isEndMark, type SentEvent, serverSentEvents } from './server-sent-events.ts';
import { StreamOpening } from './stream-opening.ts';
import { ToldChoices } from './told-choices.ts';
import { laterCounts, UNKNOWN_TOKENS } from './usage.ts';
import type { Pieces } from './whole-streams.ts';

/**
 * A completion that arrives in chunks, each told on as it comes.
 * @throws ProviderError where an error stands in it, or it ends before it is whole
 */
export async function streamedCompletion(
  answerer: Answerer,
  body: Pieces,
  request: ModelRequest,
  startedAt: number,
  opening = new StreamOpening(undefined),
): Promise<ModelReply> {
  const { verbatim } = request;
  const asDocument = verbatim && !verbatim.onChunk ? new JoinedChunks() : undefined;
  const places = new ToolCallPlaces();
  const main = new MainChoice();
  const told = new ToldChoices();
  let text = '';
  let refused = false;
  let writtenCharacters = 0;
  let firstAt: number | undefined;
  let finish: string | undefined;
  let isDone = false;
  let counts = UNKNOWN_TOKENS;
  let isCounted = false;
  let hasChoice = false;
  /** Of each choice, whether it said why it ends. */
  const ended = new Map<unknown, boolean>();
  /** Some proxies say with each chunk that it ends: that says nothing of whether it did. */
  let goesOn = false;
  const asked = Number(verbatim?.body['n'] ?? 1);
  const isWhole = (): boolean => !goesOn && ended.size >= asked && ended.size > 0 && [...ended.values()].every(Boolean);

  for await (const sent of serverSentEvents(body, MAX_REPLY_BYTES, isWhole)) {
    if ('comment' in sent) {
      opening.now();
      verbatim?.onComment?.(sent.comment);
      continue;
    }
    isDone = isEndMark(sent.data);
    // Behind the end some say something that is no JSON.
    if (isDone || (finish !== undefined && !/^\s*[{[]/.test(sent.data))) break;
    if (sent.name === 'error') throw failedDocument(answerer.name, errorIn(sent.data), answerer.secrets);
    const chunk = told.fresh(chunkIn(answerer, sent, isCounted ? counts : undefined));
    opening.now();
    asDocument?.add(chunk);
    const counted = countsIn(chunk);
    if (counted) {
      counts = laterCounts(counts, counted);
      isCounted = true;
    }
    let piece = '';
    for (const choice of choicesOf(chunk)) {
      const { delta } = choice;
      hasChoice = true;
      const said = delta ?? choice.message ?? (typeof choice.text === 'string' ? { content: choice.text } : undefined);
      const written = writtenIn(said);
      writtenCharacters += written;
      goesOn ||= ended.get(choice.index) === true && written > 0;
      finish = finishOf(choice) ?? finish;
      ended.set(choice.index, ended.get(choice.index) === true || finishOf(choice) !== undefined);
      if (!main.has(choice)) continue;
      piece += textIn(said?.content);
      refused ||= typeof said?.refusal === 'string' && said.refusal !== '';
      for (const part of said ? callPartsIn(said) : []) places.placeOf(part);
    }
    if (piece) firstAt ??= performance.now();
    text += piece;
    tell(request, sent.data, chunk, piece);
  }
  // Some servers give no reason; one that has counted what it wrote, or that it wrote nothing, and says that it is done, is.
  if (finish === undefined && !(isDone && isCounted && (writtenCharacters > 0 || !hasChoice)))
    throw malformed(answerer, `ended its stream half-way, after ${text.length} characters`);
  const parts = { text, refused, calls: places.told(), finish: finish ?? 'stop', writtenCharacters };
  const reply = {
    ...assembled(parts, counts, { startedAt, firstAt }),
    ...(asDocument && { verbatim: JSON.stringify(asDocument.whole()) }),
  };
  return refused && !verbatim ? { ...reply, finishReason: 'content_filter' } : reply;
}

/** @param used  what was counted before it, which is paid also where it fails */
function chunkIn(answerer: Answerer, { data, name = 'message' }: SentEvent, used: TokenCounts | undefined): Completion {
  try {
    const chunk = parsed(answerer, data);
    if (name === 'message' && isFailure(chunk)) throw failedDocument(answerer.name, chunk, answerer.secrets);
    return chunk;
  } catch (error) {
    throw used && error instanceof ProviderError ? havingUsed(error, used) : error;
  }
}

/** What is no chunk, but has a reason of its own, is how FastAPI, DashScope and AWS say in a stream that it failed. */
function isFailure(chunk: Completion): boolean {
  if (Object.hasOwn(chunk, 'choices') || countsIn(chunk)) return false;
  const hasMessage = typeof field(chunk, 'message') === 'string';
  const hasCode = field(chunk, 'code') !== undefined;
  const hasOtherWords = OTHER_WORDS.some((name) => typeof field(chunk, name) === 'string' && field(chunk, name) !== '');
  const isToldOtherwise = field(chunk, 'detail') !== undefined || hasOtherWords;
  return isToldOtherwise || (hasMessage && (hasCode || field(chunk, 'type') === undefined));
}

/** Zhipu's and Baidu's. */
const OTHER_WORDS = ['msg', 'error_msg'];

function errorIn(data: string): unknown {
  try {
    const document = JSON.parse(data) as { error?: unknown };
    return document.error ?? document;
  } catch {
    return data;
  }
}

/** The count was asked for by us: those who did not ask are not told. */
export function tell({ verbatim, onText }: ModelRequest, data: string, read: Completion, piece: string): void {
  if (!verbatim?.onChunk) return piece ? onText?.(piece) : undefined;
  const chunk = asChunk<Completion>(read);
  const isAsked = (verbatim.body['stream_options'] as { include_usage?: unknown } | null | undefined)?.include_usage;
  if (!chunk.usage || isAsked) {
    // A line break in it can only stand between its parts, and would end the event on the way on.
    const json = data.includes('\n') ? data.replaceAll('\n', ' ') : data;
    return verbatim.onChunk(chunk === read ? json : JSON.stringify(chunk), piece);
  }
  if (choicesOf(chunk).length === 0) return;
  const { usage: _usage, ...rest } = chunk;
  verbatim.onChunk(JSON.stringify(rest), piece);
}
