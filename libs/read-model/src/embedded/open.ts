import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ReadModelStore } from '../read-model.ts';
import { DocumentsThread } from './documents-thread.ts';
import { InlineStore } from './inline-store.ts';
import { SqliteDocuments } from './sqlite-documents.ts';
import { ThreadedStore } from './threaded-store.ts';

export interface EmbeddedReadModelOptions {
  /** A file, or ':memory:' for a store that ends with the process. */
  readonly file: string;
  /**
   * `thread` for servers: a thread of its own reads and writes, several processes may share the file.
   * `inline` for simulated days: no thread and no timer, writes kept back in memory; no other process may write.
   */
  readonly writer: 'inline' | 'thread';
}

export async function openEmbeddedReadModel({ file, writer }: EmbeddedReadModelOptions): Promise<ReadModelStore> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  return writer === 'inline'
    ? new InlineStore(new SqliteDocuments(file))
    : new ThreadedStore(new DocumentsThread(file));
}
