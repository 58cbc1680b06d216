import { messageOf, usageError } from '@contentflow/kernel';
import { closeSync, createReadStream, openSync, readFileSync, readSync, type Stats, statSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';

/** How a file is to be read, told from its name and its first bytes. */
export interface InputForm {
  readonly isGzip: boolean;
}

const HEAD_BYTES = 1 << 16;
const GZIP = [0x1f, 0x8b];
/** Files that are taken for text by mistake, by what they begin with. */
const foreign: readonly [begins: readonly number[], what: string, fix: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive, such as a workbook of Excel', 'save it as CSV in UTF-8'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old workbook of Excel', 'save it as CSV in UTF-8'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed by Zstandard', 'unpack it first, or use gzip'],
  [[0x42, 0x5a, 0x68], 'compressed by bzip2', 'unpack it first, or use gzip'],
  [[0xfd, 0x37, 0x7a, 0x58], 'compressed by xz', 'unpack it first, or use gzip'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF', 'save its text as CSV or JSONL'],
  [[...Buffer.from('SQLite format 3')], 'a database of SQLite', 'name a text file'],
  [[0xff, 0xfe, 0x00, 0x00], 'UTF-32', 'save it as UTF-8'],
  [[0x00, 0x00, 0xfe, 0xff], 'UTF-32', 'save it as UTF-8'],
];

/**
 * Looks at a file before it is read: a folder, a pipe, what may not be read, and what is no text are refused.
 * @throws ContentFlowError `usage`, naming the file
 */
export function formOf(file: string): InputForm {
  const head = readable(file, () => headOf(file));
  const isGzip = startsWith(head, GZIP);
  if (/\.gz$/i.test(file) && !isGzip)
    throw usageError(`"${file}" is not gzip, though its name says so`, 'name it by what it is');
  const found = foreign.find(([begins]) => startsWith(head, begins));
  if (found) throw usageError(`"${file}" is ${found[1]}`, found[2]);
  return { isGzip };
}

/** All of a file that fits into memory, unpacked. @throws ContentFlowError `usage`, naming the file */
export function bytesOf(file: string): Buffer {
  const { isGzip } = formOf(file);
  return readable(file, () => (isGzip ? gunzipSync(readFileSync(file)) : readFileSync(file)));
}

/**
 * A file piece by piece, unpacked; whoever writes to it meanwhile is found out at the end.
 * @throws ContentFlowError `usage`, naming the file
 */
export async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const { isGzip } = formOf(file);
  const before = readable(file, () => statSync(file));
  const raw = createReadStream(file, { highWaterMark: 1 << 18 });
  const bytes = isGzip ? pipeline(raw, createGunzip(), () => undefined) : raw;
  try {
    for await (const chunk of bytes) yield chunk as Buffer;
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    raw.destroy();
  }
  if (
    !isSame(
      before,
      readable(file, () => statSync(file)),
    )
  )
    throw usageError(`"${file}" changed while it was read`, 'run again when nothing writes to it any more');
}

const isSame = (one: Stats, other: Stats): boolean =>
  one.size === other.size && one.mtimeMs === other.mtimeMs && one.ino === other.ino;

/** @throws ContentFlowError `usage` for what is no regular file: reading a pipe might never end. */
function headOf(file: string): Buffer {
  const stats = statSync(file);
  if (stats.isDirectory()) throw new Error('it is a folder');
  if (!stats.isFile()) throw new Error('it is no regular file; write what it says into one first');
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(Math.min(HEAD_BYTES, stats.size));
    return head.subarray(0, readSync(handle, head));
  } finally {
    closeSync(handle);
  }
}

const startsWith = (bytes: Buffer, begins: readonly number[]): boolean =>
  bytes.length >= begins.length && begins.every((byte, index) => bytes[index] === byte);

function readable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(file, error);
  }
}

const unreadable = (file: string, error: unknown) => usageError(`cannot read "${file}": ${messageOf(error)}`);
