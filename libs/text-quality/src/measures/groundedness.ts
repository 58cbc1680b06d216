import { stemOf } from '../stems.ts';
import type { FoundNumber } from '../sentence-facts.ts';
import type { BriefFacts, TextFacts } from '../text-facts.ts';

/** What the text states and neither brief nor reference supports. */
export interface UnsupportedClaims {
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  readonly absolutes: readonly string[];
}

/** What one unsupported claim of a kind weighs; an invented figure is the gravest. */
const numberWeight = 1;
const vagueNumberWeight = 0.15;
const nameWeight = 0.3;
const absoluteWeight = 0.2;
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
  const { numbers, names, absolutes } = unsupportedIn(brief, text);
  const vague = numbers.filter((number) => !number.isSpecific).length;
  const weight =
    numberWeight * (numbers.length - vague) +
    vagueNumberWeight * vague +
    nameWeight * names.length +
    absoluteWeight * absolutes.length;
  return Math.exp((-0.45 * weight) / Math.max(1, text.wordCount / wordsPerClaim) ** 0.5);
}

/** The same, named: for showing a person what to check. */
export function unsupportedClaims(brief: BriefFacts, text: TextFacts): UnsupportedClaims {
  const found = unsupportedIn(brief, text);
  return { ...found, numbers: found.numbers.map((number) => number.value) };
}

function unsupportedIn(
  brief: BriefFacts,
  text: TextFacts,
): { numbers: FoundNumber[]; names: string[]; absolutes: string[] } {
  const numbers = new Map<string, FoundNumber>();
  const names = new Set<string>();
  const absolutes = new Set<string>();
  for (const sentence of text.sentences) {
    for (const number of sentence.numbers) if (!isSupported(number, brief)) numbers.set(number.value, number);
    for (const name of sentence.names) if (!isNamed(name, brief)) names.add(name);
    for (const claim of sentence.absoluteClaims) if (!isClaimed(claim, brief)) absolutes.add(claim);
  }
  return { numbers: [...numbers.values()], names: [...names], absolutes: [...absolutes] };
}

function isSupported(number: FoundNumber, brief: BriefFacts): boolean {
  return brief.sourceNumbers.has(number.value) || (!number.isSpecific && harmless.has(number.value));
}

/** A name is known when any of its words is: "the Aurora Lamp" by "Aurora". */
function isNamed(name: string, brief: BriefFacts): boolean {
  return name
    .toLowerCase()
    .split(/[\s-]+/)
    .some((word) => brief.sourceStems.has(stemOf(word, brief.language)));
}

function isClaimed(claim: string, brief: BriefFacts): boolean {
  return claim.split(' ').every((word) => brief.sourceStems.has(stemOf(word, brief.language)));
}
