import { boundedMemo } from '@contentflow/kernel';
import { LRUCache } from 'lru-cache';
import { cosine, type Vector } from '../embeddings/embedder.ts';
import { meaningOf, similarity, wordRarity } from './similarity.ts';
import { type TextSignature, textSignature } from './text-signature.ts';

export interface Nearest {
  readonly id: string;
  readonly similarity: number;
}

/** Only these, by rare words shared, are compared in full. */
const COMPARED = 24;
/** A miss asks for the nearest and then adds the same text: its signature is made once. */
const REMEMBERED_TEXTS = 512;
/** What more texts than this have in common finds none of them. */
const MAX_POSTINGS = 2000;

interface Indexed {
  readonly signature: TextSignature;
  /** Under which it is found: its stems and their synonym groups. */
  readonly keys: ReadonlySet<string>;
  readonly vector?: Vector | undefined;
}

const keysOf = ({ stems, groups }: TextSignature): ReadonlySet<string> =>
  new Set(stems.flatMap((stem) => [stem, ...(groups.get(stem) ?? []).map((group) => `#${group}`)]));

/** Texts to be found by meaning, bounded: the ones not found for longest are dropped. */
export class SemanticIndex {
  readonly #evenOddsAt: number;
  readonly #texts: LRUCache<string, Indexed>;
  /** By key, the ids of the texts that have it. */
  readonly #postings = new Map<string, Set<string>>();
  readonly #byText = new Map<string, string>();
  readonly #rarity = wordRarity();
  readonly #indexed = boundedMemo(REMEMBERED_TEXTS, (text): Indexed => {
    const signature = textSignature(text);
    return { signature, keys: keysOf(signature) };
  });

  /** @param evenOddsAt  of the embedder that vectors come from */
  constructor(maxTexts: number, evenOddsAt = 0) {
    this.#evenOddsAt = evenOddsAt;
    this.#texts = new LRUCache({ max: maxTexts, dispose: (known, id) => this.#forget(id, known) });
  }

  get size(): number {
    return this.#texts.size;
  }

  nearest(text: string, vector?: Vector): Nearest | undefined {
    const { signature, keys } = this.#indexed(text);
    const same = this.#byText.get(signature.normalised);
    if (same !== undefined) return { id: same, similarity: 1 };
    let found: Nearest | undefined;
    for (const id of this.#candidates(keys)) {
      const other = this.#texts.peek(id) as Indexed;
      const alike = similarity(signature, other.signature, this.#rarity, {
        atLeast: found?.similarity ?? 0,
        meaning: vector && other.vector && meaningOf(cosine(vector, other.vector), this.#evenOddsAt),
      });
      if (alike > (found?.similarity ?? 0)) found = { id, similarity: alike };
    }
    // It counts as used.
    if (found) this.#texts.get(found.id);
    return found;
  }

  add(id: string, text: string, vector?: Vector): void {
    this.#texts.delete(id);
    const added = this.#indexed(text);
    this.#rarity.learn(added.signature);
    this.#texts.set(id, vector ? { ...added, vector } : added);
    this.#byText.set(added.signature.normalised, id);
    for (const key of added.keys) this.#postings.set(key, (this.#postings.get(key) ?? new Set()).add(id));
  }

  remove(id: string): void {
    this.#texts.delete(id);
  }

  /** Those that share the rarest words with it. */
  #candidates(keys: Indexed['keys']): string[] {
    const scores = new Map<string, number>();
    for (const key of keys) {
      const ids = this.#postings.get(key);
      if (!ids || ids.size > MAX_POSTINGS) continue;
      const weight = Math.log((this.#texts.size + 1) / ids.size) + 0.1;
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + weight);
    }
    return best(scores, COMPARED);
  }

  #forget(id: string, { signature, keys }: Indexed): void {
    if (this.#byText.get(signature.normalised) === id) this.#byText.delete(signature.normalised);
    for (const key of keys) {
      const ids = this.#postings.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#postings.delete(key);
    }
  }
}

/** The ids with the highest scores, highest first; of equal ones, the first. */
function best(scores: ReadonlyMap<string, number>, count: number): string[] {
  const kept: (readonly [string, number])[] = [];
  for (const entry of scores) {
    if (kept.length === count && entry[1] <= (kept.at(-1)?.[1] ?? 0)) continue;
    const place = kept.findIndex(([, score]) => score < entry[1]);
    kept.splice(place < 0 ? kept.length : place, 0, entry);
    if (kept.length > count) kept.pop();
  }
  return kept.map(([id]) => id);
}
