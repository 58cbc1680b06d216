import { ownValue } from '@contentflow/kernel';
import { type PassThrough, pipeline, Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import type { ServerAnswer } from './exchange.ts';
import { MAX_ERROR_BYTES, MAX_REPLY_BYTES, tooLong } from './failures.ts';
import { withoutNonNumbers } from './non-numbers.ts';
import { replyRoom } from './reply-room.ts';
import type { Pieces } from './whole-streams.ts';

type Chunks = AsyncIterable<Buffer>;

export function headerOf({ headers }: ServerAnswer, name: string): string | undefined {
  const value = ownValue(headers, name);
  return Array.isArray(value) ? value[0] : value;
}

type Decoder = (first: number) => NodeJS.ReadWriteStream | undefined;
const gzip: Decoder = (first) => (first === 0x1f ? createGunzip() : undefined);
/** By the first byte of what is said to be packed: some send it plain all the same, and `deflate` with or without a header of its own. */
const DECODERS = new Map<string, Decoder>([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', (first) => ((first & 0x0f) === 8 ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
  ['zstd', (first) => (first === 0x28 ? createZstdDecompress() : undefined)],
]);

/** The body in plain bytes, also where a server compresses unasked, once or several times. */
async function plain(answer: ServerAnswer): Promise<Readable> {
  if (Buffer.isBuffer(answer.body)) return Readable.from([answer.body]);
  const codings = headerOf(answer, 'content-encoding')?.toLowerCase().split(',') ?? [];
  let body = answer.body;
  for (const coding of codings.toReversed()) {
    const decoder = DECODERS.get(coding.trim());
    if (decoder) body = await unpacked(body, decoder);
  }
  return body;
}

async function unpacked(body: Readable, decoder: Decoder): Promise<Readable> {
  const arriving = (body as Chunks)[Symbol.asyncIterator]() as AsyncGenerator<Buffer>;
  const first = await arriving.next();
  const whole = Readable.from(after(first, arriving));
  const through = first.done ? undefined : decoder(first.value[0] ?? 0);
  // The reader is told of what goes wrong by the stream that it reads.
  return through ? pipeline(whole, through as PassThrough, () => undefined) : whole;
}

/** A document in each line, which are read as events are. */
const LINES = /ndjson|jsonl\b|json-?lines|json-?seq|stream\+json/i;

/** The body of an answer: server-sent events, or a document, which may have come in whole. */
export interface AnswerBody {
  readonly isEvents: boolean;
  readonly chunks: Pieces;
  readonly whole?: Buffer;
}

/**
 * The body of an answer, and whether it holds server-sent events: as its type says, and where that says nothing as it begins.
 * @param isStreamAsked  then a type of JSON says nothing
 */
export async function decoded(answer: ServerAnswer, isStreamAsked: boolean): Promise<AnswerBody> {
  const type = headerOf(answer, 'content-type') ?? '';
  const body = await plain(answer);
  if (Buffer.isBuffer(answer.body)) return { isEvents: beginsEvents(answer.body), chunks: body, whole: answer.body };
  const arriving = body[Symbol.asyncIterator]() as AsyncGenerator<Buffer>;
  if (type.includes('text/event-stream') || (isStreamAsked && LINES.test(type)))
    return { isEvents: true, chunks: arriving };
  if (type.includes('json') && !isStreamAsked) return { isEvents: false, chunks: arriving };
  const begun = await beginning(arriving);
  return { isEvents: beginsEvents(begun), chunks: after({ done: false, value: begun }, arriving) };
}

/** As much as tells events from a document: it may come letter by letter. */
async function beginning(arriving: AsyncGenerator<Buffer>): Promise<Buffer> {
  let begun: Buffer = Buffer.alloc(0);
  while (begun.length < LONGEST_BEGINNING && mayBeginEvents(begun.toString('utf8').trimStart())) {
    const next = await arriving.next();
    if (next.done) break;
    begun = begun.length === 0 ? next.value : Buffer.concat([begun, next.value]);
  }
  return begun;
}

const FIELDS = ['data:', 'event:', 'id:', 'retry:'];
const mayBeginEvents = (begun: string): boolean => FIELDS.some((name) => name !== begun && name.startsWith(begun));

const BRACE = 0x7b;
const LONGEST_BEGINNING = 200;

/** Whether a body begins as server-sent events do, whatever its type says. */
function beginsEvents(body: Buffer): boolean {
  if (body[0] === BRACE) return false;
  const begins = body.toString('utf8', 0, LONGEST_BEGINNING).trimStart();
  return /^(data|event|id|retry)?:/.test(begins);
}

async function* after(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** @throws ProviderError `malformed_reply` beyond what is read of a reply */
export async function textOf(provider: string, { chunks, whole }: AnswerBody): Promise<string> {
  if (whole) {
    if (whole.length > MAX_REPLY_BYTES) throw tooLong(provider);
    return utf8([whole]);
  }
  const read: Buffer[] = [];
  const kept = replyRoom.open();
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > MAX_REPLY_BYTES) throw tooLong(provider);
      kept.keep(chunk.length);
      read.push(chunk);
    }
    return utf8(read);
  } finally {
    kept.end();
  }
}

/** Without the mark of byte order that some write before it, nor numbers that are none. */
function utf8(read: readonly Buffer[]): string {
  const text = (read.length === 1 ? (read[0] as Buffer) : Buffer.concat(read)).toString('utf8');
  return withoutNonNumbers(text.startsWith('\uFEFF') ? text.slice(1) : text);
}

/** As much of an error as anyone reads. */
export async function beginningOf(answer: ServerAnswer): Promise<string> {
  const read: Buffer[] = [];
  let size = 0;
  for await (const chunk of (await plain(answer)) as Chunks) {
    read.push(chunk);
    size += chunk.length;
    if (size >= MAX_ERROR_BYTES) break;
  }
  return utf8(read);
}
