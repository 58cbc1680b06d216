import type { Document, Positions } from '@contentflow/kernel';
import type { CollectionWriter, DocumentState, WriteOutcome } from './read-model.ts';

const keptPerHalf = 4096;

/**
 * Saves loading what this writer wrote last. Should another have written it since, the version tells: the write is
 * refused, and the document is loaded then.
 */
export class RememberingWriter<Doc extends Document> implements CollectionWriter<Doc> {
  readonly #writer: CollectionWriter<Doc>;
  // Two halves: when the young one is full it becomes the old one, and the old one is forgotten. Cheaper than an exact order of use.
  #young = new Map<string, DocumentState<Doc>>();
  #old = new Map<string, DocumentState<Doc>>();

  constructor(writer: CollectionWriter<Doc>) {
    this.#writer = writer;
  }

  positions(): Promise<Positions> {
    return this.#writer.positions();
  }

  async load(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentState<Doc>>> {
    const known = new Map<string, DocumentState<Doc>>();
    const unknown: string[] = [];
    for (const id of ids) {
      const state = this.#young.get(id) ?? this.#old.get(id);
      if (state) known.set(id, state);
      else unknown.push(id);
    }
    if (unknown.length > 0) for (const [id, state] of await this.#writer.load(unknown)) known.set(id, state);
    return known;
  }

  async write(changes: readonly DocumentState<Doc>[], positions: Positions): Promise<WriteOutcome> {
    const outcome = await this.#writer.write(changes, positions);
    for (const change of changes)
      if (outcome === 'written') this.#remember({ ...change, version: change.version + 1 });
      else this.#forget(change.id);
    return outcome;
  }

  #remember(state: DocumentState<Doc>): void {
    this.#young.set(state.id, state);
    if (this.#young.size < keptPerHalf) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  #forget(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
