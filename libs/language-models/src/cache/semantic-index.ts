import { boundedMemo } from '@contentflow/kernel';
import { LRUCache } from 'lru-cache';
import { cosine, type Vector } from '../embeddings/embedder.ts';
import { meaningOf, similarity, wordRarity } from './similarity.ts';
import { type TextSignature, textSignature } from './text-signature.ts';

export interface Nearest {
  readonly id: string;
  readonly similarity: number;
}

/** Texts to be found by meaning, bounded: the ones not found for longest are dropped. */
export interface SemanticIndex {
  nearest(text: string, vector?: Vector): Nearest | undefined;
  add(id: string, text: string, vector?: Vector): void;
  remove(id: string): void;
  readonly size: number;
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

/** @param evenOddsAt  of the embedder that vectors come from */
export function createSemanticIndex(maxTexts: number, evenOddsAt = 0): SemanticIndex {
  const texts = new LRUCache<string, Indexed>({ max: maxTexts, dispose: (known, id) => forget(id, known) });
  const postings = new Map<string, Set<string>>();
  const byText = new Map<string, string>();
  const rarity = wordRarity();
  const indexed = boundedMemo(REMEMBERED_TEXTS, (text): Indexed => {
    const signature = textSignature(text);
    return { signature, keys: keysOf(signature) };
  });

  const forget = (id: string, { signature, keys }: Indexed): void => {
    if (byText.get(signature.normalised) === id) byText.delete(signature.normalised);
    for (const key of keys) {
      const ids = postings.get(key);
      ids?.delete(id);
      if (ids?.size === 0) postings.delete(key);
    }
  };

  const candidates = (keys: Indexed['keys']): string[] => {
    const scores = new Map<string, number>();
    for (const key of keys) {
      const ids = postings.get(key);
      if (!ids || ids.size > MAX_POSTINGS) continue;
      const weight = Math.log((texts.size + 1) / ids.size) + 0.1;
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + weight);
    }
    return best(scores, COMPARED);
  };

  return {
    nearest: (text, vector) => {
      const { signature, keys } = indexed(text);
      const same = byText.get(signature.normalised);
      if (same !== undefined) return { id: same, similarity: 1 };
      let found: Nearest | undefined;
      for (const id of candidates(keys)) {
        const other = texts.peek(id) as Indexed;
        const alike = similarity(signature, other.signature, rarity, {
          atLeast: found?.similarity ?? 0,
          meaning: vector && other.vector && meaningOf(cosine(vector, other.vector), evenOddsAt),
        });
        if (alike > (found?.similarity ?? 0)) found = { id, similarity: alike };
      }
      if (found) texts.get(found.id);
      return found;
    },
    add: (id, text, vector) => {
      texts.delete(id);
      const added = indexed(text);
      rarity.learn(added.signature);
      texts.set(id, vector ? { ...added, vector } : added);
      byText.set(added.signature.normalised, id);
      for (const key of added.keys) postings.set(key, (postings.get(key) ?? new Set()).add(id));
    },
    remove: (id) => void texts.delete(id),
    get size() {
      return texts.size;
    },
  };
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
