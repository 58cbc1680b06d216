import { boundedMemo } from '@contentflow/kernel';

/** Phrases that carry no instruction, and what remains of them. */
const filler: readonly (readonly [RegExp, string])[] = [
  [/\b(please|kindly|simply|basically|essentially|actually|really|very|quite|just)\s+/gi, ''],
  [/\b(it is|it's) (important|essential|crucial|worth noting|worth remembering) (to note |to remember )?that\s+/gi, ''],
  [/\b(make sure|be sure|ensure) (that you|to|that)\s+/gi, ''],
  [/\bin order to\b/gi, 'to'],
  [/\bdue to the fact that\b/gi, 'because'],
  [/\bat all times\b,?\s*/gi, ''],
  [/\b(as (mentioned|definedOnly|noted) (above|before|earlier)),?\s*/gi, ''],
  [/\b(keep in mind|remember|bear in mind) that\s+/gi, ''],
  [/\b(always )?(try|strive|aim|take care) to\s+/gi, ''],
];

/** Sentences that must stay whatever is cut: what is forbidden, exact figures, formats, and words to use or avoid. */
export const isProtected = (sentence: string): boolean =>
  /\b(never|not|must|only|no|avoid|without|json|format|exactly|at most|at least)\b|\d|[{}<>"“”`]/i.test(sentence);

/**
 * Instructions with filler taken out and then, until at least this share of the characters is gone, the sentences that say least beyond
 * the others. Sentences that forbid, count or fix a format stay. So it can fall short of the share: what it returns is what was
 * really saved.
 * @param share of the characters to remove, in [0, 1)
 */
export const compressInstructions = (instructions: string, share: number): string => compressedBy(share)(instructions);

/** Asked again and again for the few prompts in force, by the few shares that are tried. */
const compressedBy = boundedMemo(16, (share: number) =>
  boundedMemo(200, (instructions) => compress(instructions, share)),
);

function compress(instructions: string, share: number): string {
  const goal = instructions.length * (1 - share);
  let lines = instructions.split('\n').map((line) => sentencesOf(withoutFiller(line)));
  const length = (): number => textOf(lines).length;
  while (length() > goal) {
    const weakest = weakestSentence(lines.flat());
    if (weakest === undefined) break;
    lines = lines.map((line) => line.filter((sentence) => sentence !== weakest));
  }
  return textOf(lines);
}

const textOf = (lines: readonly (readonly string[])[]): string =>
  lines
    .map((line) => line.join(' '))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Stands where a sentence lost its first words, until its first letter is made a capital. */
const BEGINS = '\u0000';

function withoutFiller(line: string): string {
  const shorter = filler.reduce((text, [phrase, rest]) => without(text, phrase, rest), line);
  return shorter.replace(new RegExp(`${BEGINS}+(.?)`, 'gu'), (_all, letter: string) => letter.toUpperCase());
}

/** Filler is left where it carries meaning: within quotation marks, and after a negation ("do not just list"). */
const without = (text: string, phrase: RegExp, rest: string): string =>
  text.replace(phrase, (found: string, ...more: unknown[]) => {
    const before = text.slice(0, more.at(-2) as number);
    if (isQuoted(before) || isNegated(before)) return found;
    return beginsSentence(before) ? BEGINS + rest : rest;
  });

const isQuoted = (before: string): boolean =>
  ['"', '`'].some((mark) => before.split(mark).length % 2 === 0) || before.lastIndexOf('“') > before.lastIndexOf('”');
const isNegated = (before: string): boolean => /(\b(not|never|cannot)|n['’]t)\s+$/i.test(before);
const beginsSentence = (before: string): boolean =>
  before === '' || before.endsWith(BEGINS) || /([.!?]\s+|^\s*[-*]\s+)$/.test(before);

export const sentencesOf = (line: string): string[] =>
  line.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.trim() !== '');

/** The unprotected sentence whose words the others say most often; the later one of equals. */
function weakestSentence(sentences: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const sentence of sentences) for (const word of wordsOf(sentence)) counts.set(word, (counts.get(word) ?? 0) + 1);
  let weakest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const sentence of sentences) {
    if (isProtected(sentence) || /^#/.test(sentence)) continue;
    const own = [...wordsOf(sentence)].reduce((sum, word) => sum + 1 / (counts.get(word) ?? 1), 0);
    if (own <= least) [weakest, least] = [sentence, own];
  }
  return weakest;
}

export const wordsOf = (sentence: string): Set<string> => new Set(sentence.toLowerCase().match(/[a-z]{4,}/g) ?? []);
