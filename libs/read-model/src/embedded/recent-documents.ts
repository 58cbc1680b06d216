import type { Document } from '@contentflow/kernel';
import type { DocumentState } from '../read-model.ts';

const keptPerHalf = 4096;

/**
 * The documents used last, in two halves: what is used moves to the young half, and when that is full the old half goes.
 * Cheaper than an exact order of use, and forgets no document that was among the last few thousand.
 */
export class RecentDocuments<Doc extends Document> {
  #young = new Map<string, DocumentState<Doc>>();
  #old = new Map<string, DocumentState<Doc>>();

  get(id: string): DocumentState<Doc> | undefined {
    const young = this.#young.get(id);
    if (young) return young;
    const old = this.#old.get(id);
    if (old) this.set(old);
    return old;
  }

  set(state: DocumentState<Doc>): void {
    this.#young.set(state.id, state);
    if (this.#young.size < keptPerHalf) return;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(id: string): void {
    this.#young.delete(id);
    this.#old.delete(id);
  }
}
