/** A prompt as numbers: what its words are. */
export interface SparseVector {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

const BUCKETS = 2 ** 20;
/** Letters in a row, within words: what endings and stems have in common, whatever the word. */
const LETTERS = 4;
const WORD = /[\p{L}]+|\p{N}+(?:[.,/]\p{N}+)*|[%$€£]/gu;

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

/** Words that make a step of their own: one has to compute, compare, or keep count. */
const STEPS = words(
  'then after before next later again each every per twice half third quarter double triple times percent percentage ' +
    'more less fewer remaining left rest total altogether combined average same difference ratio if unless until while ' +
    'first second finally instead except only another both increase decrease split share equally compare explain why',
);
const CONDITIONS = words('if unless suppose assume assuming given let when whenever provided whether would');
const NEGATIONS = words(
  'not no never none neither nor without except cannot incorrect false least nothing nobody isn aren doesn don didn won wouldn',
);
const COMPARISONS = words(
  'more less fewer than most least greater larger smaller older younger taller longer twice thrice half double triple ' +
    'times as compared difference',
);
const SIGNS = /[=+*^<>±√∫∑→×÷≤≥|~]/g;

/**
 * How much a prompt asks to be held together: the logarithms of how many words, sentences, numbers, steps, conditions, negations, comparisons,
 * signs, lines and commas it has, and of its longest sentence, summed without weights. Nothing in it is learned, so that it says of one
 * subject what it says of another; the lists of words are English, the rest is not.
 * Source: Dawes (1979), The robust beauty of improper linear models, American Psychologist 34(7)
 */
export function complexity(prompt: string): number {
  const all = prompt.toLowerCase().match(WORD) ?? [];
  const those = (kind: ReadonlySet<string>): number => all.filter((word) => kind.has(word)).length;
  const count = (pattern: RegExp): number => prompt.match(pattern)?.length ?? 0;
  const longest = prompt
    .trim()
    .split(/[.!?]+(?:\s+|$)/)
    .reduce((most, sentence) => Math.max(most, sentence.split(/\s+/).length), 0);
  const parts = [
    all.length,
    count(/[.!?]+(\s|$)/g),
    all.filter((word) => /^\p{N}/u.test(word)).length,
    those(STEPS),
    those(CONDITIONS),
    those(NEGATIONS),
    those(COMPARISONS),
    count(SIGNS),
    count(/\n/g),
    count(/,/g),
    longest,
  ];
  return parts.reduce((sum, part) => sum + Math.log(1 + part), 0);
}

/** Counts of words and pairs of neighbours, hashed into buckets; numbers count as one word. */
export function wordCounts(prompt: string): Map<number, number> {
  const all = (prompt.toLowerCase().match(WORD) ?? []).map((word) => (/^\p{N}/u.test(word) ? '#' : word));
  return counted(all.flatMap((word, i) => (i > 0 ? [word, `${all[i - 1]} ${word}`] : [word])));
}

/** Counts of letters in a row, hashed into buckets. */
export function letterCounts(prompt: string): Map<number, number> {
  const all = prompt.toLowerCase().match(WORD) ?? [];
  return counted(
    all.flatMap((word) => {
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

/** Turns prompts into vectors as the prompts it has learned from suggest: rare words weighted up. */
export interface PromptVectorizer {
  readonly size: number;
  vector(prompt: PromptFeatures): SparseVector;
}

/** A prompt's measures, made once however many models learn from it. */
export interface PromptFeatures {
  readonly complexity: number;
  /** Counts of its words, and of its letters in a row. */
  readonly terms: readonly ReadonlyMap<number, number>[];
}

export const promptFeatures = (prompt: string): PromptFeatures => ({
  complexity: complexity(prompt),
  terms: [wordCounts(prompt), letterCounts(prompt)],
});

export function fitVectorizer(prompts: readonly PromptFeatures[]): PromptVectorizer {
  let size = 1;
  const known = (prompts[0]?.terms ?? []).map((_, kind) => {
    const rarity = rarities(
      prompts.map(({ terms }) => terms[kind] ?? new Map()),
      size,
    );
    size += rarity.size;
    return rarity;
  });
  const unseen = rarityOf(1, prompts.length);

  return {
    size,
    vector: ({ terms }) => {
      const entries = terms.flatMap((counts, kind) => weighted(counts, known[kind], unseen));
      return {
        indices: Int32Array.from([0, ...entries.map(([index]) => index)]),
        values: Float64Array.from([1, ...entries.map(([, value]) => value)]),
      };
    },
  };
}

type Rarities = ReadonlyMap<number, { readonly index: number; readonly rarity: number }>;

/** Of length 1 with all terms, also those never seen: so that of what is unlike all that was learned from, little is said. */
function weighted(
  counts: ReadonlyMap<number, number>,
  known: Rarities | undefined,
  unseen: number,
): [number, number][] {
  const entries: [number, number][] = [];
  let squares = 0;
  for (const [bucket, n] of counts) {
    const term = known?.get(bucket);
    const weight = (1 + Math.log(n)) * (term?.rarity ?? unseen);
    squares += weight ** 2;
    if (term) entries.push([term.index, weight]);
  }
  const norm = Math.sqrt(squares) || 1;
  return entries.map(([index, weight]) => [index, weight / norm]);
}

/** Inverse document frequency. */
const rarityOf = (documents: number, total: number): number => Math.log(total / documents) + 1;

/** Of terms that two prompts or more have. */
function rarities(prompts: readonly ReadonlyMap<number, number>[], firstIndex: number): Rarities {
  const documents = new Map<number, number>();
  for (const counts of prompts)
    for (const bucket of counts.keys()) documents.set(bucket, (documents.get(bucket) ?? 0) + 1);
  const known = new Map<number, { index: number; rarity: number }>();
  for (const [bucket, df] of documents)
    if (df >= 2) known.set(bucket, { index: firstIndex + known.size, rarity: rarityOf(df, prompts.length) });
  return known;
}
