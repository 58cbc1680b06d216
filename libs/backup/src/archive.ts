import { isContentFlowError, messageOf, usageError } from '@contentflow/kernel';
import { createReadStream, createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { damaged, MANIFEST, type Manifest, type Piece, readManifest } from './manifest.ts';
import { nullSink, type OnBytes, passed } from './pieces.ts';

/** How a tar is packed, by its name and, when it is read, by how it begins. */
const packings = [
  { name: /\.(gz|tgz)$/i, magic: Buffer.from([0x1f, 0x8b]), pack: createGzip, unpack: createGunzip },
  {
    name: /\.(zst|tzst)$/i,
    magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]),
    pack: createZstdCompress,
    unpack: createZstdDecompress,
  },
];

/** Packs a folder's manifest and pieces as one tar, by its name with gzip or zstd. The manifest comes first, so that it is known what to expect. */
export async function packed(folder: string, manifest: Manifest, file: string, onBytes: OnBytes): Promise<void> {
  const tar = pack();
  const filled = (async (): Promise<void> => {
    tar.entry({ name: MANIFEST }, readFileSync(join(folder, MANIFEST)));
    for (const { name, bytes } of manifest.pieces) {
      const entry = tar.entry({ name, size: bytes });
      await pipeline(
        createReadStream(join(folder, name)).on('data', (chunk) => onBytes(chunk.length)),
        entry,
      );
    }
    tar.finalize();
  })();
  const target = createWriteStream(file, { flush: true });
  const packing = packings.find(({ name }) => name.test(file.replace(/\.partial$/, '')));
  await Promise.all([filled, packing ? pipeline(tar, packing.pack(), target) : pipeline(tar, target)]);
}

/**
 * Reads a backup, a tar or a folder, and streams its pieces into sinks; each is compared with what the manifest says.
 * @param accept  told of the manifest before the first piece
 * @throws ContentFlowError `usage` for what is no backup, `backup-newer`, `backup-damaged`
 */
export async function unpacked(
  from: string,
  release: string,
  accept: (manifest: Manifest) => void,
  sinkFor: (name: string) => Writable,
  onBytes: OnBytes,
): Promise<Manifest> {
  const isFolder = existing(from).isDirectory();
  const seen = new Map<string, Piece>();
  let manifest: Manifest | undefined;
  for await (const { name, content } of isFolder ? folderEntries(from, release) : tarEntries(from)) {
    if (!manifest) {
      if (name !== MANIFEST) throw usageError(`"${from}" is no backup: it does not begin with ${MANIFEST}`);
      manifest = readManifest(await textOf(content).catch(orDamaged(from)), from, release);
      accept(manifest);
    } else {
      if (!manifest.pieces.some((piece) => piece.name === name))
        throw damaged(from, `"${name}" is not in its manifest`);
      seen.set(name, await passed(content, name, sinkFor(name), onBytes).catch(orDamaged(from)));
    }
  }
  if (!manifest) throw usageError(`"${from}" is no backup: it is empty`);
  for (const piece of manifest.pieces) compare(from, piece, seen.get(piece.name));
  return manifest;
}

function existing(from: string) {
  try {
    return statSync(from);
  } catch (error) {
    throw usageError(
      `cannot read "${from}": ${messageOf(error)}`,
      'name a file or folder that "contentflow backup" wrote',
    );
  }
}

function compare(from: string, { name, bytes, sha256 }: Piece, seen: Piece | undefined): void {
  if (!seen) throw damaged(from, `"${name}" is missing`);
  if (seen.bytes !== bytes) throw damaged(from, `"${name}" has ${seen.bytes} bytes instead of ${bytes}`);
  if (seen.sha256 !== sha256) throw damaged(from, `"${name}" is not what was written`);
}

interface Entry {
  readonly name: string;
  readonly content: Readable;
}

async function* folderEntries(folder: string, release: string): AsyncGenerator<Entry> {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) throw usageError(`"${folder}" is no backup: it holds no ${MANIFEST}`);
  yield { name: MANIFEST, content: createReadStream(file) };
  for (const { name } of readManifest(readFileSync(file, 'utf8'), folder, release).pieces)
    if (existsSync(join(folder, name))) yield { name, content: createReadStream(join(folder, name)) };
}

const LONGEST_MAGIC = 4;

/** @throws ContentFlowError `backup-damaged` where the archive ends too early or is garbled */
async function* tarEntries(file: string): AsyncGenerator<Entry> {
  const head = Buffer.alloc(LONGEST_MAGIC);
  const handle = await open(file);
  await handle.read(head).finally(() => handle.close());
  const tar = extract();
  const raw = createReadStream(file);
  const packing = packings.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  const reading = (packing ? pipeline(raw, packing.unpack(), tar) : pipeline(raw, tar)).catch(
    (error: unknown) => error,
  );
  try {
    for await (const entry of tar) {
      if (entry.header.type !== 'file') throw damaged(file, `"${entry.header.name}" is a ${entry.header.type}`);
      yield { name: entry.header.name, content: Readable.from(entry) };
    }
    const failure = await reading;
    if (failure !== undefined) throw failure;
  } catch (error) {
    raw.destroy();
    throw asDamaged(file, error);
  }
}

/** What the disk says is no fault of the backup. */
const asDamaged = (from: string, error: unknown): unknown =>
  isContentFlowError(error) || (error as { syscall?: unknown }).syscall !== undefined
    ? error
    : damaged(from, messageOf(error));

const orDamaged =
  (from: string) =>
  (error: unknown): never => {
    throw asDamaged(from, error);
  };

async function textOf(content: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads all of a backup and keeps nothing. @throws as `unpacked` */
export const verified = (from: string, release: string, onBytes: OnBytes): Promise<Manifest> =>
  unpacked(from, release, () => undefined, nullSink, onBytes);
