import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Transform, type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Piece } from './manifest.ts';

/** Told of bytes as they pass. */
export type OnBytes = (bytes: number) => void;

/** Streams a piece into a sink, and says what it was. */
export async function passed(source: Readable, name: string, sink: Writable, onBytes: OnBytes): Promise<Piece> {
  const meter = metered(onBytes);
  await pipeline(source, meter.through, sink);
  return { name, ...meter.seen() };
}

/** What a file below the folder is. */
export const pieceOf = (folder: string, name: string, onBytes: OnBytes): Promise<Piece> =>
  passed(createReadStream(join(folder, name)), name, nullSink(), onBytes);

/** A file below the folder, its folders made. */
export function fileSink(folder: string, name: string): Writable {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  return createWriteStream(file, { flush: true });
}

export const nullSink = (): Writable => new Writable({ write: (_, __, done) => done() });

function metered(onBytes: OnBytes) {
  const hash = createHash('sha256');
  let bytes = 0;
  const through = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onBytes(chunk.length);
      done(null, chunk);
    },
  });
  return { through, seen: () => ({ bytes, sha256: hash.digest('hex') }) };
}

export const bytesIn = (folder: string, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

export const removed = (path: string): void => rmSync(path, { recursive: true, force: true });
