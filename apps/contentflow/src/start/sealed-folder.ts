import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Holds the checksum of all else in the folder. */
const SEAL = 'seal';
const CHUNK_BYTES = 1 << 20;

/** Says of a folder that it is whole. */
export function seal(folder: string): void {
  writeFileSync(join(folder, SEAL), checksumOf(folder));
}

/**
 * Copies what is in a sealed folder, each byte read once, into one that is there.
 * @returns false where a byte, a name or a file is not as it was sealed: then what was copied is of no use
 */
export function copySealed(from: string, to: string): boolean {
  try {
    return checksumOf(from, to) === readFileSync(join(from, SEAL), 'latin1');
  } catch (error) {
    // It may be another process that takes it away.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** Of the names, lengths and bytes of all files, in order. @param copyTo where they are copied meanwhile */
function checksumOf(folder: string, copyTo?: string): string {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let sum = 0;
  for (const name of filesOf(folder)) {
    const target = copyTo === undefined ? undefined : opened(join(copyTo, name));
    let length = 0;
    try {
      for (const bytes of chunksOf(join(folder, name), chunk)) {
        length += bytes.length;
        sum = crc32(bytes, sum);
        if (target !== undefined) writeWhole(target, bytes);
      }
    } finally {
      if (target !== undefined) closeSync(target);
    }
    sum = crc32(`${name}\0${length}\0`, sum);
  }
  return sum.toString(16).padStart(8, '0');
}

function* chunksOf(file: string, chunk: Buffer): Generator<Buffer> {
  const source = openSync(file, 'r');
  try {
    for (let read = readSync(source, chunk); read > 0; read = readSync(source, chunk)) yield chunk.subarray(0, read);
  } finally {
    closeSync(source);
  }
}

function opened(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, 'w');
}

function writeWhole(target: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(target, bytes, written);
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => name !== SEAL)
    .toSorted();
