import type { Brand, BrandViolation } from '@contentflow/contracts';

/** What every step is told of the brand, as part of the system's word. Empty where there is nothing to tell. */
export function brandGuidance({ styleGuide, useTerms, bannedTerms }: Brand): string {
  const terms = useTerms.map(({ use, insteadOf }) =>
    insteadOf.length === 0 ? `- ${use}` : `- ${use} (never: ${insteadOf.join(', ')})`,
  );
  const parts = [
    ...(styleGuide ? [styleGuide] : []),
    ...(terms.length > 0 ? [`Write these terms exactly so, where they occur:\n${terms.join('\n')}`] : []),
    ...(bannedTerms.length > 0
      ? [`Never use these terms, in any form:\n${bannedTerms.map((banned) => `- ${banned}`).join('\n')}`]
      : []),
  ];
  return parts.length === 0 ? '' : ['# Brand', ...parts].join('\n');
}

/** Where a text breaks a brand's rules, each finding once, banned terms first. */
export function brandViolations({ useTerms, bannedTerms }: Brand, text: string): BrandViolation[] {
  const banned = bannedTerms.flatMap((term) =>
    found(term, text).map((each) => ({ rule: 'banned' as const, found: each })),
  );
  const wrong = useTerms.flatMap(({ use, insteadOf }) => [
    ...insteadOf.flatMap((other) =>
      found(other, text).map((each) => ({ rule: 'wrong_term' as const, found: each, use })),
    ),
    // A term in lower case may begin a sentence or stand in a title; one with capitals of its own is a name.
    ...(use === use.toLowerCase() ? [] : found(use, text).filter((each) => normalised(each) !== use)).map((each) => ({
      rule: 'wrong_form' as const,
      found: each,
      use,
    })),
  ]);
  return [...banned, ...wrong];
}

/** The different forms in which a term stands in a text: whole words, whatever their case, spaces or hyphens. */
function found(term: string, text: string): string[] {
  const words = term
    .normalize('NFKC')
    .split(/[\s-]+/)
    .filter((word) => word !== '')
    .map(escaped);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${words.join('[\\s\\-‐‑–]+')}(?![\\p{L}\\p{N}])`, 'giu');
  return [...new Set([...text.normalize('NFKC').matchAll(pattern)].map(([match]) => match))];
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const normalised = (text: string): string => text.replace(/\s+/g, ' ');
