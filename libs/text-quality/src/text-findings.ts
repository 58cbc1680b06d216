import type { GrammarSlip } from './grammar-slip.ts';
import type { MeasuredBrief } from './measured-brief.ts';
import { slipsOf } from './measures/grammar-measure.ts';
import { unsupportedClaims, type UnsupportedClaims } from './measures/groundedness.ts';
import { keyPointCoverages } from './measures/key-point-coverage.ts';
import { keywordCoverage } from './measures/keyword-coverage.ts';
import { briefFactsOf, textFactsOf } from './text-facts.ts';

/** What stands behind the measures: for a person to check, or for a revision to fix. */
export interface TextFindings {
  /** How far each key point is made, [0, 1], in the brief's order. */
  readonly keyPoints: readonly { readonly keyPoint: string; readonly coverage: number }[];
  readonly missingKeywords: readonly string[];
  readonly slips: readonly GrammarSlip[];
  readonly unsupported: UnsupportedClaims;
  readonly words: number;
}

export function textFindings(brief: MeasuredBrief, text: string): TextFindings {
  const requested = briefFactsOf(brief);
  const facts = textFactsOf(text, requested.language);
  const coverages = keyPointCoverages(requested.keyPoints, facts);
  return {
    keyPoints: requested.keyPoints.map((point, i) => ({ keyPoint: point.text, coverage: coverages[i] ?? 0 })),
    missingKeywords: requested.keywords
      .filter((keyword) => keywordCoverage([keyword], facts) === 0)
      .map((keyword) => keyword.text),
    slips: slipsOf(facts, brief.contentType, requested),
    unsupported: unsupportedClaims(requested, facts),
    words: facts.wordCount,
  };
}
