/** A stretch of a text, and whether it has a word that was asked for. */
export interface MarkedStretch {
  readonly text: string;
  readonly isEvidence: boolean;
}

/** Shorter words (of, the, und) say nothing of what was asked for. */
const LEAST_LETTERS = 4;

/** The text in stretches: those that hold the words of what was asked for, in any case, and the others. */
export function evidenceIn(text: string, asked: readonly string[]): MarkedStretch[] {
  const wanted = new Set(asked.flatMap((each) => wordsOf(each)).filter((word) => word.length >= LEAST_LETTERS));
  const stretches: MarkedStretch[] = [];
  for (const part of text.split(/([\p{L}\p{N}]+)/u)) {
    if (part === '') continue;
    const isEvidence = wanted.has(part.toLowerCase());
    const last = stretches.at(-1);
    if (last && last.isEvidence === isEvidence)
      stretches[stretches.length - 1] = { text: last.text + part, isEvidence };
    else stretches.push({ text: part, isEvidence });
  }
  return stretches;
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
