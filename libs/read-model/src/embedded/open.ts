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
   * `thread` for servers: a thread reads and writes, several processes may share the file; one of its own, or one that several stores of a process share and whoever made it closes.
   * `inline` for simulated days: no thread and no timer, writes kept back in memory; no other process may write.
   */
  readonly writer: 'inline' | 'thread' | DocumentsThread;
}

export async function openEmbeddedReadModel({ file, writer }: EmbeddedReadModelOptions): Promise<ReadModelStore> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  if (writer === 'inline') return new InlineStore(new SqliteDocuments(file));
  if (writer !== 'thread') return new ThreadedStore(await writer.open(file));
  const thread = new DocumentsThread();
  try {
    return new ThreadedStore(await thread.open(file), () => thread.close());
  } catch (error) {
    await thread.close();
    throw error;
  }
}
