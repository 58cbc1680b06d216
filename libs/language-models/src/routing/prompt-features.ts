/** A prompt as numbers: what its words are, and how much it asks for. */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

const BUCKETS = 2 ** 20;
/** Letters in a row, within words: what endings and stems have in common, whatever the word. */
const LETTERS = 4;
const WORD = /[\p{L}]+|\p{N}+(?:[.,/]\p{N}+)*|[%$€£]/gu;

/** Words that make a step of their own: one has to compute, compare, or keep count. */
const STEPS = new Set(
  (
    'then after before next later again each every per twice half third quarter double triple times percent percentage ' +
    'more less fewer remaining left rest total altogether combined average same difference ratio if unless until while ' +
    'first second finally instead except only another both remaining increase decrease split share equally compare explain why'
  ).split(' '),
);

export const denseNames = [
  'log characters',
  'log words',
  'sentences',
  'numbers',
  'distinct numbers',
  'log largest number',
  'fractions and decimals',
  'percentages',
  'money',
  'step words',
  'distinct words ÷ words',
  'mean word length',
  'questions',
  'commas',
  'code',
  'numbers ÷ words',
  'length of the last sentence',
] as const;

/** Measures of size and complexity, in the order of `denseNames`. */
export function denseFeatures(prompt: string): number[] {
  const words = prompt.toLowerCase().match(WORD) ?? [];
  const numbers = words.filter((word) => /^\p{N}/u.test(word));
  const values = numbers.map((number) => Number(number.replaceAll(',', ''))).filter(Number.isFinite);
  const count = (pattern: RegExp): number => prompt.match(pattern)?.length ?? 0;
  const n = Math.max(1, words.length);
  return [
    Math.log(1 + prompt.length),
    Math.log(1 + words.length),
    Math.log(1 + count(/[.!?]+(\s|$)/g)),
    Math.log(1 + numbers.length),
    Math.log(1 + new Set(numbers).size),
    Math.log(1 + values.reduce((most, value) => Math.max(most, value), 0)),
    Math.log(1 + count(/\d[./]\d/g)),
    Math.log(1 + count(/%|percent/gi)),
    Math.log(1 + count(/[$€£]/g)),
    Math.log(1 + words.filter((word) => STEPS.has(word)).length),
    new Set(words).size / n,
    words.reduce((sum, word) => sum + word.length, 0) / n,
    Math.log(1 + count(/\?/g)),
    Math.log(1 + count(/,/g)),
    Math.log(1 + count(/[{}()[\]=;`]/g)),
    numbers.length / n,
    Math.log(
      1 +
        (prompt
          .trim()
          .split(/[.!?]+\s+/)
          .at(-1)?.length ?? 0),
    ),
  ];
}

/** Counts of words and pairs of neighbours, hashed into buckets; numbers count as one word. */
export function wordCounts(prompt: string): Map<number, number> {
  const words = (prompt.toLowerCase().match(WORD) ?? []).map((word) => (/^\p{N}/u.test(word) ? '#' : word));
  return counted(words.flatMap((word, i) => (i > 0 ? [word, `${words[i - 1]} ${word}`] : [word])));
}

/** Counts of letters in a row, hashed into buckets. */
export function letterCounts(prompt: string): Map<number, number> {
  const words = prompt.toLowerCase().match(WORD) ?? [];
  return counted(
    words.flatMap((word) => {
      const padded = ` ${word} `;
      return Array.from({ length: Math.max(1, padded.length - LETTERS + 1) }, (_, i) => padded.slice(i, i + LETTERS));
    }),
  );
}

function counted(terms: readonly string[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const bucket = fnv(term) % BUCKETS;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return counts;
}

function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Turns prompts into vectors as the prompts it has learned from suggest: scaled measures, and rare words weighted up. */
export interface PromptVectorizer {
  readonly size: number;
  vector(prompt: PromptFeatures): SparseVector;
}

/** A prompt's measures and counts, made once however many models learn from it. */
export interface PromptFeatures {
  readonly dense: readonly number[];
  /** Counts of its words, and of its letters in a row. */
  readonly terms: readonly ReadonlyMap<number, number>[];
}

export const promptFeatures = (prompt: string): PromptFeatures => ({
  dense: denseFeatures(prompt),
  terms: [wordCounts(prompt), letterCounts(prompt)],
});

/** What all words together weigh, and all letters, against one measure. */
const TERMS_WEIGHT = 3.5;

export function fitVectorizer(prompts: readonly PromptFeatures[]): PromptVectorizer {
  const mean = denseNames.map((_, j) => prompts.reduce((sum, { dense }) => sum + (dense[j] ?? 0), 0) / prompts.length);
  const sd = denseNames.map((_, j) =>
    Math.sqrt(prompts.reduce((sum, { dense }) => sum + ((dense[j] ?? 0) - (mean[j] ?? 0)) ** 2, 0) / prompts.length),
  );
  let size = 1 + denseNames.length;
  const known = (prompts[0]?.terms ?? []).map((_, kind) => {
    const rarity = rarities(
      prompts.map(({ terms }) => terms[kind] ?? new Map()),
      size,
    );
    size += rarity.size;
    return rarity;
  });

  return {
    size,
    vector: ({ dense, terms }) => {
      const entries: [number, number][] = [[0, 1]];
      dense.forEach((value, j) => {
        const scale = sd[j] ?? 0;
        // What never varied where it was learned says nothing where it does.
        if (scale > 1e-9) entries.push([1 + j, Math.max(-3, Math.min(3, (value - (mean[j] ?? 0)) / scale))]);
      });
      terms.forEach((counts, kind) => entries.push(...weighted(counts, known[kind])));
      return {
        indices: Int32Array.from(entries, ([index]) => index),
        values: Float64Array.from(entries, ([, value]) => value),
      };
    },
  };
}

type Rarities = ReadonlyMap<number, { readonly index: number; readonly rarity: number }>;

function weighted(counts: ReadonlyMap<number, number>, known: Rarities | undefined): [number, number][] {
  const entries = [...counts].flatMap(([bucket, n]): [number, number][] => {
    const term = known?.get(bucket);
    return term ? [[term.index, (1 + Math.log(n)) * term.rarity]] : [];
  });
  const norm = Math.hypot(...entries.map(([, weight]) => weight)) || 1;
  return entries.map(([index, weight]) => [index, (TERMS_WEIGHT * weight) / norm]);
}

/** Terms of two prompts or more, by their inverse document frequency. */
function rarities(prompts: readonly ReadonlyMap<number, number>[], firstIndex: number): Rarities {
  const documents = new Map<number, number>();
  for (const counts of prompts)
    for (const bucket of counts.keys()) documents.set(bucket, (documents.get(bucket) ?? 0) + 1);
  const known = new Map<number, { index: number; rarity: number }>();
  for (const [bucket, df] of documents)
    if (df >= 2) known.set(bucket, { index: firstIndex + known.size, rarity: Math.log(prompts.length / df) + 1 });
  return known;
}
