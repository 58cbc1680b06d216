import { textFindings } from './text-findings.ts';

it('names what is missing, wrong or made up', () => {
  const brief = {
    contentType: 'custom',
    topic: 'lamp',
    keyPoints: ['made of oak', 'folds flat'],
    keywords: ['desk lamp'],
  };
  expect(textFindings(brief, 'The lamp folds flat. It recieve 45% less power.')).toEqual({
    keyPoints: [
      { keyPoint: 'made of oak', coverage: 0 },
      { keyPoint: 'folds flat', coverage: 1 },
    ],
    missingKeywords: ['desk lamp'],
    slips: [{ kind: 'misspelling', found: 'recieve', suggestion: 'receive' }],
    unsupported: { numbers: ['45'], names: [], absolutes: [], claims: [], contradictions: [] },
    words: 9,
  });
});
