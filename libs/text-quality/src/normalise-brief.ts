import { canonicalJson } from '@contentflow/kernel';
import type { MeasuredBrief } from './measured-brief.ts';

/**
 * One string for all briefs that ask for the same: the unit of experiments and the key of exact caches. Case, white space and
 * punctuation are folded; numbers, signs that change meaning (`C++`, `-5`, `3.5`, `20%`), negations and the order of lists are
 * kept, so that briefs which look alike and mean something else stay apart. Metadata counts, as it may reach the prompt.
 */
export function normaliseBrief(brief: MeasuredBrief): string {
  return canonicalJson({
    contentType: folded(brief.contentType),
    topic: folded(brief.topic),
    audience: foldedOrAbsent(brief.audience),
    tone: foldedOrAbsent(brief.tone),
    length: brief.length ?? undefined,
    keyPoints: foldedList(brief.keyPoints),
    keywords: foldedList(brief.keywords),
    language: foldedOrAbsent(brief.language),
    reference: foldedOrAbsent(brief.reference),
    metadata: brief.metadata && Object.keys(brief.metadata).length > 0 ? brief.metadata : undefined,
  });
}

/** A text with case, white space and punctuation folded; what stands inside numbers or changes meaning is kept. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\p{L})['’](?=\p{L})/gu, '')
    .replace(/(?<=\d)[.,:/](?=\d)|(?<![\p{L}\d])-(?=\d)|[#%&@+]|\p{P}/gu, (mark) =>
      /^[.,:/#%&@+-]$/.test(mark) ? mark : ' ',
    )
    .replace(/(?<!\d)[.,:/]|[.,:/](?!\d)|(?<=[\p{L}\d])-|-(?!\d)/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function foldedOrAbsent(text: string | undefined): string | undefined {
  const result = text === undefined ? '' : folded(text);
  return result === '' ? undefined : result;
}

function foldedList(items: readonly string[] | undefined): string[] | undefined {
  const result = (items ?? []).map(folded).filter((item) => item !== '');
  return result.length === 0 ? undefined : result;
}
