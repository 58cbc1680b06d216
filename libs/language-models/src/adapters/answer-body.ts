import { ownValue } from '@contentflow/kernel';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { MAX_ERROR_BYTES, MAX_REPLY_BYTES, tooLong } from './failures.ts';

type Answer = Dispatcher.ResponseData;
type Chunks = AsyncIterable<Buffer>;

export function headerOf({ headers }: Answer, name: string): string | undefined {
  const value = ownValue(headers, name);
  return Array.isArray(value) ? value[0] : value;
}

const DECODERS = new Map<string, () => NodeJS.ReadWriteStream>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
]);

/** The body in plain bytes, also where a server compresses unasked. */
function plain(answer: Answer): Readable {
  const decoder = DECODERS.get(headerOf(answer, 'content-encoding')?.trim().toLowerCase() ?? '');
  // The reader is told of what goes wrong by the stream that it reads.
  return decoder ? pipeline(answer.body, decoder() as PassThrough, () => undefined) : answer.body;
}

/**
 * The body of an answer, and whether it holds server-sent events: as its type says, and where that says nothing as it begins.
 * @param alive  told of each piece
 */
export async function decoded(
  answer: Answer,
  alive: () => void,
): Promise<{ readonly isEvents: boolean; readonly chunks: Chunks }> {
  const type = headerOf(answer, 'content-type') ?? '';
  const arriving = heard(plain(answer), alive);
  if (type.includes('text/event-stream')) return { isEvents: true, chunks: arriving };
  if (type.includes('json')) return { isEvents: false, chunks: arriving };
  const first = await arriving.next();
  const begins = first.done ? '' : first.value.toString('utf8').trimStart();
  return { isEvents: /^(data|event|id|retry)?:/.test(begins), chunks: after(first, arriving) };
}

async function* heard(body: Readable, alive: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of body as Chunks) {
    alive();
    yield chunk;
  }
}

async function* after(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** @throws ProviderError `malformed_reply` beyond what is read of a reply */
export async function textOf(provider: string, chunks: Chunks): Promise<string> {
  const read: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw tooLong(provider);
    read.push(chunk);
  }
  return Buffer.concat(read).toString('utf8');
}

/** As much of an error as anyone reads. */
export async function beginningOf(answer: Answer): Promise<string> {
  const read: Buffer[] = [];
  let size = 0;
  for await (const chunk of plain(answer) as Chunks) {
    read.push(chunk);
    size += chunk.length;
    if (size >= MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(read).toString('utf8');
}
