import { boundedMemo, ownValue } from '@contentflow/kernel';
import { stemmer } from 'stemmer';
import {
  currencySigns,
  functionWords,
  future,
  kinds,
  negations,
  numberWords,
  opposites,
  past,
  possible,
  quantifiers,
  questionForms,
  questionWords,
  rewordings,
} from './contrasts.ts';
import { synonymGroups } from './synonyms.ts';

/** What a text says, as far as words show it: enough to tell whether another one asks for the same. */
export interface TextSignature {
  /** All words, in lower case. */
  readonly words: readonly string[];
  /** Content words in order, as stems. */
  readonly stems: readonly string[];
  readonly stemSet: ReadonlySet<string>;
  /** Neighbours among the stems, in order. */
  readonly neighbours: ReadonlySet<string>;
  /** The stem's synonym groups. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Those of all stems. */
  readonly groupSet: ReadonlySet<number>;
  readonly numbers: string;
  /** Proper names and acronyms: letters and digits, in lower case, sorted. */
  readonly names: readonly string[];
  /** The same of what looks like code: `max_length`, readFile, v2.10. */
  readonly identifiers: readonly string[];
  readonly isNegated: boolean;
  readonly quantifiers: string;
  readonly tense: string;
  readonly asks: string;
  /** Of a question; empty for what is none. */
  readonly form: string;
  /** Sides of opposites, `3+` or `3-`, and members of kinds, `7:red`. */
  readonly contrasts: ReadonlySet<string>;
  /** The content word after `from`, `to`, `than` and so on. */
  readonly roles: ReadonlyMap<string, string>;
  /** Character 3- to 5-grams within words. */
  readonly grams: Grams;
  /** In lower case, white space evened. */
  readonly normalised: string;
  /** Its letters and digits alone. */
  readonly compressed: string;
}

/** Counts, and their length as a vector. */
export interface Grams {
  readonly counts: ReadonlyMap<string, number>;
  readonly norm: number;
}

const WORD = /[\p{L}][\p{L}\p{M}'’]*|[\p{N}]+(?:[.,:][\p{N}]+)*/gu;
const IDENTIFIER =
  /[`"“]([^`"“”]+)[`"”]|\b\w*[a-z][A-Z]\w*\b|\b\w+(?:[._/]\w+)+(?:\(\))?|\b\w*_\w+\b|\bv?\d+(?:\.\d+)+\b/g;

/** What comes before a word that begins a sentence, a quotation or a list. */
const OPENING = /(^\s*|[.!?:\n]\s+|["“(\[]\s*)$/u;

const REMEMBERED_WORDS = 20_000;
const stemOf = boundedMemo(REMEMBERED_WORDS, (word) => stemmer(word.replaceAll("'s", '').replaceAll("'", '')));

const groupsByStem = new Map<string, readonly number[]>();
for (const [word, groups] of synonymGroups) {
  const stem = stemOf(word);
  groupsByStem.set(stem, [...new Set([...(groupsByStem.get(stem) ?? []), ...groups])]);
}
const contrastsByWord = wordContrasts();

/** What is expensive to find out waits until a comparison asks for it: most end at the first conflict. */
export function textSignature(text: string): TextSignature {
  return new LazySignature(text);
}

class LazySignature implements TextSignature {
  readonly words: readonly string[];
  readonly stems: readonly string[];
  readonly normalised: string;
  readonly #plain: string;
  #stemSet: ReadonlySet<string> | undefined;
  #neighbours: ReadonlySet<string> | undefined;
  #groups: ReadonlyMap<string, readonly number[]> | undefined;
  #groupSet: ReadonlySet<number> | undefined;
  #numbers: string | undefined;
  #names: readonly string[] | undefined;
  #identifiers: readonly string[] | undefined;
  #isNegated: boolean | undefined;
  #quantifiers: string | undefined;
  #tense: string | undefined;
  #asks: string | undefined;
  #form: string | undefined;
  #contrasts: ReadonlySet<string> | undefined;
  #roles: ReadonlyMap<string, string> | undefined;
  #grams: Grams | undefined;
  #compressed: string | undefined;

  constructor(text: string) {
    this.#plain = text.normalize('NFKC').replaceAll('’', "'");
    const lower = this.#plain.toLowerCase();
    this.words = wordsOf(reworded(lower));
    this.stems = this.words.flatMap((word) => contentStem(word) ?? []);
    this.normalised = lower.replace(/\s+/g, ' ').trim();
  }

  get stemSet(): ReadonlySet<string> {
    return (this.#stemSet ??= new Set(this.stems));
  }
  get neighbours(): ReadonlySet<string> {
    return (this.#neighbours ??= new Set(this.stems.slice(1).map((stem, i) => `${this.stems[i]} ${stem}`)));
  }
  get groups(): ReadonlyMap<string, readonly number[]> {
    return (this.#groups ??= new Map(this.stems.map((stem) => [stem, groupsByStem.get(stem) ?? []])));
  }
  get groupSet(): ReadonlySet<number> {
    return (this.#groupSet ??= new Set([...this.groups.values()].flat()));
  }
  get numbers(): string {
    return (this.#numbers ??= numbersIn(this.words));
  }
  get names(): readonly string[] {
    return (this.#names ??= namesIn(this.#plain));
  }
  get identifiers(): readonly string[] {
    return (this.#identifiers ??= identifiersIn(this.#plain));
  }
  get isNegated(): boolean {
    return (this.#isNegated ??= this.words.filter((word) => negations.has(word)).length % 2 === 1);
  }
  get quantifiers(): string {
    return (this.#quantifiers ??= sortedKinds(this.words, quantifiers));
  }
  get tense(): string {
    return (this.#tense ??= tenseOf(this.words));
  }
  get asks(): string {
    return (this.#asks ??= asksFor(this.words));
  }
  get form(): string {
    return (this.#form ??= formOf(this.words));
  }
  /** Of what was said, not of how it is read: "the worst way to" is reworded, and still not the best. */
  get contrasts(): ReadonlySet<string> {
    return (this.#contrasts ??= new Set(wordsOf(this.normalised).flatMap(contrastsOf)));
  }
  get roles(): ReadonlyMap<string, string> {
    return (this.#roles ??= rolesIn(this.words));
  }
  get grams(): Grams {
    return (this.#grams ??= gramsOf(this.words));
  }
  get compressed(): string {
    return (this.#compressed ??= this.normalised.replace(/[^\p{L}\p{N}]+/gu, ''));
  }
}

const wordsOf = (lower: string): readonly string[] => lower.match(WORD) ?? [];

const SUM = /([$€£¥])\s?(\d[\d.,]*)/g;

function reworded(lower: string): string {
  // "No, it does not" says no more than "it does not".
  let text = lower
    .replace(/^\s*(?:no,|yes,|\s)\s*/, '')
    .replace(SUM, (_, sign: string, sum: string) => `${sum} ${ownValue(currencySigns, sign)}`);
  for (const [asked, read] of rewordings) text = text.replace(asked, read);
  return text;
}

const contrastsOf = (word: string): readonly string[] =>
  contrastsByWord.get(word) ?? contrastsByWord.get(stemOf(word)) ?? [];

/** The stem of a word that carries matter; undefined for the others. */
export const contentStem = (word: string): string | undefined =>
  functionWords.has(word) || /^\p{N}/u.test(word) ? undefined : stemOf(word);

function numbersIn(words: readonly string[]): string {
  const found: string[] = [];
  for (const word of words) {
    const number = numberOf(word);
    if (number !== undefined) found.push(number);
  }
  return [...new Set(found)].sort().join(' ');
}

// "One" is more often a pronoun than a count.
const numbersByWord = new Map(Object.entries(numberWords).filter(([word]) => word !== 'one'));

function numberOf(word: string): string | undefined {
  return /^\p{N}/u.test(word) ? word.replaceAll(',', '') : numbersByWord.get(word);
}

function identifiersIn(text: string): string[] {
  const found = new Set<string>();
  for (const [match, quoted] of text.matchAll(IDENTIFIER)) found.add(bare(quoted ?? match));
  return [...found].filter((name) => name !== '').sort();
}

/** Capitalised words that do not begin a sentence, and acronyms. */
function namesIn(text: string): string[] {
  const names = new Set<string>();
  for (const match of text.matchAll(/\p{Lu}[\p{L}\p{N}'-]*/gu)) {
    const [word] = match;
    const before = text.slice(Math.max(0, match.index - 3), match.index);
    if (/^I('|$)/.test(word)) continue;
    const isAcronym = /^\p{Lu}{2,}s?$/u.test(word);
    if (isAcronym || (word.length > 1 && !OPENING.test(before))) names.add(bare(word));
  }
  return [...names].filter((name) => name !== '').sort();
}

const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replace(/'s$|[^\p{L}\p{N}]+/gu, '')
    .replace(/(?<=...)s$/, '');

const sortedKinds = (words: readonly string[], table: Readonly<Record<string, string>>): string =>
  [...new Set(words.flatMap((word) => ownValue(table, word) ?? []))].sort().join(' ');

function tenseOf(words: readonly string[]): string {
  const has = (set: ReadonlySet<string>) =>
    words.some((word) => set.has(word) || (word.endsWith("'ll") && set.has("'ll")));
  const isGoing = words.some((word, i) => word === 'going' && words[i + 1] === 'to');
  const isPastQuestion =
    /^(?:who|what|which|when)$/.test(words[0] ?? '') &&
    words.slice(1, 3).some((word) => word.length > 4 && word.endsWith('ed'));
  return `${has(past) || isPastQuestion ? 'past ' : ''}${words.includes('being') ? 'ongoing ' : ''}${has(future) || isGoing ? 'future ' : ''}${has(possible) ? 'possible' : ''}`;
}

function asksFor(words: readonly string[]): string {
  const named = words.slice(0, 2).flatMap((word) => ownValue(questionWords, word) ?? []);
  const counted = words.findIndex(
    (word, i) => word === 'how' && /^(many|much|long|often|far|old|big|tall|fast)$/.test(words[i + 1] ?? ''),
  );
  if (counted >= 0) named.push(`how ${words[counted + 1]}`);
  return [...new Set(named)].sort().join(' ');
}

function formOf(words: readonly string[]): string {
  const first = words[0] ?? '';
  if (!Object.hasOwn(questionForms, first)) return '';
  return first === 'what' && words.includes('like') ? 'an experience' : (ownValue(questionForms, first) ?? '');
}

const ROLES = new Set([
  'from',
  'to',
  'into',
  'than',
  'before',
  'after',
  'instead',
  'versus',
  'over',
  'without',
  'with',
  'for',
  'by',
  'in',
  'of',
]);

function rolesIn(words: readonly string[]): Map<string, string> {
  const roles = new Map<string, string>();
  words.forEach((word, i) => {
    if (!ROLES.has(word) || roles.has(word)) return;
    const head = words.slice(i + 1, i + 4).find((next) => !functionWords.has(next));
    if (head !== undefined) roles.set(word, stemOf(head));
  });
  return roles;
}

function gramsOf(words: readonly string[]): Grams {
  const counts = new Map<string, number>();
  for (const word of words) {
    const padded = ` ${word} `;
    for (let n = 3; n <= 5; n++)
      for (let i = 0; i + n <= padded.length; i++) {
        const gram = padded.slice(i, i + n);
        counts.set(gram, (counts.get(gram) ?? 0) + 1);
      }
  }
  let squares = 0;
  for (const n of counts.values()) squares += n * n;
  return { counts, norm: Math.sqrt(squares) };
}

function wordContrasts(): Map<string, string[]> {
  const map = new Map<string, string[]>();
  const add = (word: string, mark: string) => map.set(word, [...(map.get(word) ?? []), mark]);
  opposites.forEach(([left, right], i) => {
    for (const word of left.split(' ')) add(word, `${i}+`);
    for (const word of right.split(' ')) add(word, `${i}-`);
  });
  kinds.forEach((kind, i) => {
    for (const word of kind.split(' ')) add(word, `${i}:${word}`);
  });
  return map;
}
