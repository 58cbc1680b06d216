import type { SentenceFacts } from '../sentence-facts.ts';
import { synonymousStems } from '../synonyms.ts';
import type { TextFacts } from '../text-facts.ts';

/** Below this share of its content words a key point is not made; above the other it is made in full. */
const unmade = 0.25;
const made = 0.8;

const numberWeight = 2;
const synonymStrength = 0.9;
const sharedBeginningStrength = 0.75;
const scatteredStrength = 0.6;
const shortestSharedBeginning = 5;

/**
 * How much of each key point the text makes, 0 to 1 each: the weighted share of the point's content stems that one sentence, or
 * two in a row, contain. Synonyms and shared word beginnings count for less, numbers must match exactly and count double, and
 * what the text negates and the point does not (or the reverse) does not count.
 * After content-unit overlap as in ROUGE's stemmed unigrams (Lin 2004, ACL W04-1013), with windows instead of the whole text.
 */
export function keyPointCoverages(keyPoints: readonly SentenceFacts[], text: TextFacts): number[] {
  return keyPoints.map((point) => coverageOf(point, text));
}

/** The mean over key points; 1 where none were asked for. */
export function keyPointCoverage(keyPoints: readonly SentenceFacts[], text: TextFacts): number {
  if (keyPoints.length === 0) return 1;
  return keyPointCoverages(keyPoints, text).reduce((sum, share) => sum + share, 0) / keyPoints.length;
}

interface SoughtStem {
  readonly weight: number;
  /** What stands for it in the text, and how well. */
  readonly stem: string;
  readonly strength: number;
  readonly isNegated: boolean;
}

function coverageOf(point: SentenceFacts, text: TextFacts): number {
  const sought = soughtStems(point, text);
  const total = sought.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return text.text.toLowerCase().includes(point.text.toLowerCase()) ? 1 : 0;

  const found = sought.filter(({ strength }) => strength > 0);
  const numbersMissing = sought.some(({ weight, strength }) => weight === numberWeight && strength === 0);
  const together = bestWindow(found, text.sentences) / total;
  const scattered =
    (scatteredStrength * found.reduce((sum, { weight, strength }) => sum + weight * strength, 0)) / total;
  const share = Math.max(together, Math.min(scattered, together + 0.2));
  const coverage = clampUnit((share - unmade) / (made - unmade));
  return numbersMissing ? Math.min(0.5, coverage) : coverage;
}

function bestWindow(found: readonly SoughtStem[], sentences: readonly SentenceFacts[]): number {
  let best = 0;
  for (let i = 0; i < sentences.length; i++) {
    const here = sentences[i];
    if (!here) continue;
    const next = sentences[i + 1];
    let share = 0;
    for (const sought of found)
      if (says(here, sought) || (next && says(next, sought))) share += sought.weight * sought.strength;
    if (share > best) best = share;
  }
  return best;
}

function says(sentence: SentenceFacts, sought: SoughtStem): boolean {
  return sentence.contentStems.has(sought.stem) && sentence.negatedStems.has(sought.stem) === sought.isNegated;
}

function soughtStems(point: SentenceFacts, text: TextFacts): SoughtStem[] {
  return [...point.contentStems].map((stem) => {
    const isNumber = /^\d/.test(stem);
    const match = isNumber ? exactly(stem, text) : nearestIn(stem, text);
    return { weight: isNumber ? numberWeight : 1, isNegated: point.negatedStems.has(stem), ...match };
  });
}

function exactly(stem: string, text: TextFacts): { stem: string; strength: number } {
  return { stem, strength: text.stems.has(stem) ? 1 : 0 };
}

function nearestIn(stem: string, text: TextFacts): { stem: string; strength: number } {
  if (text.stems.has(stem)) return { stem, strength: 1 };
  if (text.language === 'en')
    for (const synonym of synonymousStems(stem))
      if (text.stems.has(synonym)) return { stem: synonym, strength: synonymStrength };
  const beginning = stem.slice(0, Math.max(shortestSharedBeginning, stem.length - 2));
  if (beginning.length >= shortestSharedBeginning)
    for (const other of text.stems)
      if (other.startsWith(beginning)) return { stem: other, strength: sharedBeginningStrength };
  return { stem, strength: 0 };
}

function clampUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
