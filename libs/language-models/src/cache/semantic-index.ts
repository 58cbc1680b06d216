import { similarity, wordRarity } from './similarity.ts';
import { type TextSignature, textSignature } from './text-signature.ts';

export interface Nearest {
  readonly id: string;
  readonly similarity: number;
}

/** Texts to be found by meaning, bounded: the ones not found for longest are dropped. */
export interface SemanticIndex {
  nearest(text: string): Nearest | undefined;
  add(id: string, text: string): void;
  remove(id: string): void;
  readonly size: number;
}

/** Only these, by rare words shared, are compared in full. */
const COMPARED = 24;
/** What more texts than this have in common finds none of them. */
const MAX_POSTINGS = 2000;

export function createSemanticIndex(maxTexts: number): SemanticIndex {
  const texts = new Map<string, TextSignature>();
  const postings = new Map<string, Set<string>>();
  const byText = new Map<string, string>();
  const rarity = wordRarity();
  const signatures = lastUsed(256, textSignature);

  const keysOf = (signature: TextSignature): Set<string> =>
    new Set(
      signature.stems.flatMap((stem) => [stem, ...(signature.groups.get(stem) ?? []).map((group) => `#${group}`)]),
    );

  const remove = (id: string): void => {
    const signature = texts.get(id);
    if (!signature) return;
    texts.delete(id);
    if (byText.get(signature.normalised) === id) byText.delete(signature.normalised);
    for (const key of keysOf(signature)) {
      const ids = postings.get(key);
      ids?.delete(id);
      if (ids?.size === 0) postings.delete(key);
    }
  };

  const candidates = (signature: TextSignature): string[] => {
    const scores = new Map<string, number>();
    for (const key of keysOf(signature)) {
      const ids = postings.get(key);
      if (!ids || ids.size > MAX_POSTINGS) continue;
      const weight = Math.log((texts.size + 1) / ids.size) + 0.1;
      for (const id of ids) scores.set(id, (scores.get(id) ?? 0) + weight);
    }
    return [...scores]
      .sort((a, b) => b[1] - a[1])
      .slice(0, COMPARED)
      .map(([id]) => id);
  };

  const touch = (id: string, signature: TextSignature): void => {
    texts.delete(id);
    texts.set(id, signature);
  };

  return {
    nearest: (text) => {
      const signature = signatures(text);
      const same = byText.get(signature.normalised);
      if (same !== undefined) return { id: same, similarity: 1 };
      let best: Nearest | undefined;
      for (const id of candidates(signature)) {
        const alike = similarity(signature, texts.get(id) as TextSignature, rarity);
        if (alike > (best?.similarity ?? 0)) best = { id, similarity: alike };
      }
      if (best) touch(best.id, texts.get(best.id) as TextSignature);
      return best;
    },
    add: (id, text) => {
      remove(id);
      const signature = signatures(text);
      rarity.learn(signature);
      texts.set(id, signature);
      byText.set(signature.normalised, id);
      for (const key of keysOf(signature)) postings.set(key, (postings.get(key) ?? new Set()).add(id));
      for (const [oldest] of texts)
        if (texts.size > maxTexts) remove(oldest);
        else break;
    },
    remove,
    get size() {
      return texts.size;
    },
  };
}

/** A miss asks for the nearest and then adds the same text: its signature is made once. */
function lastUsed<T>(size: number, make: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>();
  return (text) => {
    const found = kept.get(text);
    if (found !== undefined) return found;
    const made = make(text);
    kept.set(text, made);
    for (const [oldest] of kept) {
      if (kept.size <= size) break;
      kept.delete(oldest);
    }
    return made;
  };
}
