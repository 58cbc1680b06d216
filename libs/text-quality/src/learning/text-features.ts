import { grammarMeasure, slipsOf } from '../measures/grammar-measure.ts';
import { repetition } from '../measures/repetition.ts';
import { voiceOf } from '../measures/tone-fit.ts';
import { wordsOf } from '../words.ts';
import { hashOf } from '../word-facts.ts';
import { textFactsOf, voiceTotalsOf } from '../text-facts.ts';
import verdictWords from './verdict-words.json' with { type: 'json' };

const positiveVerdicts = setOf(verdictWords.praise);
const negativeVerdicts = setOf(verdictWords.blame);
const negations = setOf(verdictWords.negation);

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/** Hashed n-grams fall into this many buckets. */
export const hashedDimensions = 2 ** 15;

/** Traits that are numbers of their own, in the order of `traitsOf`. */
export const traitNames = [
  'words',
  'characters',
  'wordLength',
  'digits',
  'question',
  'exclamation',
  'quotation',
  'ellipsis',
  'secondPerson',
  'firstPerson',
  'thirdPerson',
  'demonstrative',
  'capitals',
  'verdict',
  'negation',
  'formality',
  'warmth',
  'energy',
  'persuasion',
  'humour',
  'hostility',
  'grammar',
  'repetition',
] as const;

export const totalDimensions = hashedDimensions + traitNames.length;

/** A text as buckets of n-grams, each once, and its traits. */
export interface TextFeatures {
  readonly buckets: Int32Array;
  readonly traits: Float64Array;
}

const most = 1200;

/**
 * Words and pairs of words, and pieces of five characters, hashed to buckets ("feature hashing", Weinberger et al. 2009,
 * arXiv:0902.2206). Texts beyond 1,200 n-grams are cut: what is said first is what is read.
 */
export function textFeaturesOf(text: string): TextFeatures {
  const words = wordsOf(text);
  const buckets = new Set<number>();
  words.forEach((word, i) => {
    buckets.add(bucketOf(`w ${word}`));
    buckets.add(bucketOf(`b ${words[i - 1] ?? '^'} ${word}`));
    for (let at = 0; at + 4 < word.length; at += 2) buckets.add(bucketOf(`c ${word.slice(at, at + 5)}`));
  });
  return {
    buckets: Int32Array.from([...buckets].slice(0, most)).sort(),
    traits: Float64Array.from(traitsOf(text, words)),
  };
}

const secondPerson = new Set(['you', 'your', 'yours', "you're", "you'll", "you've", "you'd"]);
const firstPerson = new Set(['i', 'me', 'my', "i'm", "i've", 'we', 'our', 'us', "we're"]);
const thirdPerson = new Set(['he', 'she', 'they', 'his', 'her', 'their', 'him', 'them', "he's", "she's", "they're"]);
const demonstratives = new Set(['this', 'these', 'that', 'those', 'here', "here's"]);

function traitsOf(text: string, words: readonly string[]): number[] {
  const share = (set: ReadonlySet<string>): number => words.filter((word) => set.has(word)).length / (words.length + 5);
  const facts = textFactsOf(text, 'en');
  const voice = voiceOf(voiceTotalsOf(facts.sentences));
  return [
    Math.log1p(words.length),
    Math.log1p(text.length),
    words.reduce((sum, word) => sum + word.length, 0) / Math.max(1, words.length),
    Number(/\d/.test(text)),
    Number(text.includes('?')),
    Number(text.includes('!')),
    Number(/["“”'‘]\p{L}/u.test(text)),
    Number(/\.\.\.|…/.test(text)),
    share(secondPerson),
    share(firstPerson),
    share(thirdPerson),
    share(demonstratives),
    (text.match(/\p{Lu}/gu)?.length ?? 0) / (text.length + 20),
    verdictOf(words),
    share(negations),
    voice.formality,
    voice.warmth,
    voice.energy,
    voice.persuasion,
    voice.humour,
    voice.hostility,
    grammarMeasure(slipsOf(facts, 'custom').length, facts.wordCount),
    repetition(facts.sentences),
  ];
}

/** Praise less blame, in −1 to 1; what follows a negation counts the other way. */
function verdictOf(words: readonly string[]): number {
  let praise = 0;
  let verdicts = 0;
  words.forEach((word, i) => {
    const side = positiveVerdicts.has(word) ? 1 : negativeVerdicts.has(word) ? -1 : 0;
    if (side === 0) return;
    const isNegated = words.slice(Math.max(0, i - 3), i).some((before) => negations.has(before));
    praise += isNegated ? -side : side;
    verdicts++;
  });
  return praise / (verdicts + 1);
}

function bucketOf(gram: string): number {
  const hash = hashOf(gram);
  return (hash ^ (hash >>> 15)) & (hashedDimensions - 1);
}
