import { DatabaseSync } from 'node:sqlite';
import type { Document, Positions, StoredEvent } from '@contentflow/kernel';
import type { CollectionWriter, DocumentState } from '../read-model.ts';
import { projectOnto } from '../run-projection.ts';
import { type SampleDocument, sampleProjection } from './sample.ts';

/** What the projection writes, batch by batch, for the plain driver to write again. */
export async function recordedWrites(
  batches: readonly (readonly StoredEvent[])[],
): Promise<(readonly DocumentState<SampleDocument>[])[]> {
  const states = new Map<string, DocumentState<SampleDocument>>();
  const written: (readonly DocumentState<SampleDocument>[])[] = [];
  const recorder: CollectionWriter<SampleDocument> = {
    positions: async (): Promise<Positions> => ({}),
    load: async (ids) => new Map(ids.flatMap((id) => (states.has(id) ? [[id, states.get(id)!]] : []))),
    write: async (changes) => {
      for (const change of changes) states.set(change.id, { ...change, version: change.version + 1 });
      written.push(changes);
      return 'written';
    },
  };
  for (const batch of batches) await projectOnto(recorder, sampleProjection('recorded'), batch);
  return written;
}

/** The same documents into the same table with the same indexes, a transaction for each batch; no guard, no positions. */
export function writePlainly(file: string, batches: readonly (readonly DocumentState<Document>[])[]): void {
  const database = new DatabaseSync(file);
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table documents (id text not null primary key, document text, seen text not null, version integer not null) strict;
    create index by_status on documents (json_extract(document, '$."status"'), json_extract(document, '$."since"'), id);
    create index by_total on documents (json_extract(document, '$."total"'), id);`);
  const upsert = database.prepare(
    `insert into documents (id, document, seen, version) values (?, ?, ?, ?)
     on conflict (id) do update set document = excluded.document, seen = excluded.seen, version = excluded.version`,
  );
  for (const batch of batches) {
    database.exec('begin immediate');
    for (const { id, document, seen, version } of batch)
      upsert.run(id, JSON.stringify(document), JSON.stringify(seen), version);
    database.exec('commit');
  }
  database.close();
}
