import { stemOf } from '../stems.ts';
import { stopWordsOf } from '../stop-words.ts';
import { wordsOf } from '../words.ts';
import { claimsIn, contradicts, spelledQuantities, sweepingWords } from '../claims.ts';
import type { FoundNumber } from '../sentence-facts.ts';
import type { BriefFacts, TextFacts } from '../text-facts.ts';

/** What the text states and neither brief nor reference supports. */
export interface UnsupportedClaims {
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  readonly absolutes: readonly string[];
  /** Sentences that claim what can be checked, in words that brief and reference do not have. */
  readonly claims: readonly string[];
  /** Sentences that say the opposite of brief or reference. */
  readonly contradictions: readonly string[];
}

/** What one unsupported claim of a kind weighs; an invented figure is the gravest. */
const numberWeight = 1;
const vagueNumberWeight = 0.15;
const nameWeight = 0.3;
const absoluteWeight = 0.2;
const claimWeight = 0.5;
const quantityWeight = 0.35;
const contradictionWeight = 1;
const sweepingWeight = 0.15;
/** A long text may hold a little more; claims are weighed per this many words. */
const wordsPerClaim = 150;
const harmless = new Set(['1', '2', '3', '24', '7', '100', '365', '360']);

/**
 * How far the text's figures, names and absolute claims are borne out by the brief and its reference: exp(−0.45 × their weight
 * per 150 words, at least per text). One invented figure in a short text leaves 0.64.
 * A lexical proxy of faithfulness (Maynez et al. 2020, arXiv:2005.00661): it sees what is stated, not what is implied.
 * @returns [0, 1]
 */
export function groundedness(brief: BriefFacts, text: TextFacts): number {
  const { numbers, names, absolutes, claims, contradictions, quantities, sweeping } = unsupportedIn(brief, text);
  const vague = numbers.filter((number) => !number.isSpecific).length;
  const weight =
    numberWeight * (numbers.length - vague) +
    vagueNumberWeight * vague +
    nameWeight * names.length +
    absoluteWeight * absolutes.length +
    claimWeight * claims.length +
    quantityWeight * quantities.length +
    sweepingWeight * sweeping.length +
    contradictionWeight * contradictions.length;
  return Math.exp((-0.45 * weight) / Math.max(1, text.wordCount / wordsPerClaim) ** 0.5);
}

/** The same, named: for showing a person what to check. */
export function unsupportedClaims(brief: BriefFacts, text: TextFacts): UnsupportedClaims {
  const { numbers, names, absolutes, claims, contradictions } = unsupportedIn(brief, text);
  return { numbers: numbers.map((number) => number.value), names, absolutes, claims, contradictions };
}

interface Unsupported extends Omit<UnsupportedClaims, 'numbers'> {
  readonly numbers: readonly FoundNumber[];
  /** Numbers in words, with what they count. */
  readonly quantities: readonly string[];
  /** Words that leave no exception. */
  readonly sweeping: readonly string[];
}

function unsupportedIn(brief: BriefFacts, text: TextFacts): Unsupported {
  const numbers = new Map<string, FoundNumber>();
  const names = new Set<string>();
  const absolutes = new Set<string>();
  const quantities = new Set<string>();
  const sweeping = new Set<string>();
  const claims: string[] = [];
  const contradictions: string[] = [];
  for (const sentence of text.sentences) {
    for (const number of sentence.numbers) if (!isSupported(number, brief)) numbers.set(number.value, number);
    for (const name of sentence.names) if (!isNamed(name, brief)) names.add(name);
    for (const claim of sentence.absoluteClaims) if (!isClaimed(claim, brief)) absolutes.add(claim);
    if (text.language !== 'en') continue;
    for (const { value, text: quantity } of spelledQuantities(sentence))
      if (!brief.sourceNumbers.has(value) && !isSpelled(quantity, brief)) quantities.add(quantity);
    for (const word of sweepingWords(sentence)) if (!isClaimed(word, brief)) sweeping.add(word);
    if (claimsIn(sentence).some((claim) => !isClaimed(claim, brief))) claims.push(sentence.text);
    if (brief.sources.some((source) => contradicts(sentence, source))) contradictions.push(sentence.text);
  }
  return {
    numbers: [...numbers.values()],
    names: [...names],
    absolutes: [...absolutes],
    quantities: [...quantities],
    sweeping: [...sweeping],
    claims,
    contradictions,
  };
}

const isSpelled = (quantity: string, brief: BriefFacts): boolean =>
  brief.sources.some(({ words }) => ` ${words.join(' ')} `.includes(` ${quantity.split(' ')[0]} `));

function isSupported(number: FoundNumber, brief: BriefFacts): boolean {
  return brief.sourceNumbers.has(number.value) || (!number.isSpecific && harmless.has(number.value));
}

/** A name is known when any of its words is: "the Aurora Lamp" by "Aurora". */
function isNamed(name: string, brief: BriefFacts): boolean {
  return wordsOf(name).some((word) => brief.sourceStems.has(stemOf(word, brief.language)));
}

/** Words that only join others need not be in the brief. */
function isClaimed(claim: string, brief: BriefFacts): boolean {
  const stopWords = stopWordsOf(brief.language);
  return claim.split(' ').every((word) => stopWords.has(word) || brief.sourceStems.has(stemOf(word, brief.language)));
}
