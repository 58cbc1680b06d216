import { readFileSync } from 'node:fs';
import type { CommentAspect } from './aspect.ts';
import { readComment } from './read-comment.ts';

interface Labelled {
  readonly comment: string;
  readonly aspects: readonly CommentAspect[];
}

const development = labelledIn('development-comments.tsv');
const heldOut = labelledIn('held-out-comments.tsv');

function labelledIn(file: string): Labelled[] {
  return readFileSync(new URL(`fixtures/${file}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [comment = '', , labels = ''] = line.split('\t');
      return { comment, aspects: labels.split(';').map(labelOf) };
    });
}

function labelOf(label: string): CommentAspect {
  const [, aspect, sign, wanted] = /^\s*(\w+)([+-])\s*(.*)$/.exec(label) ?? [];
  return {
    aspect: aspect as CommentAspect['aspect'],
    polarity: sign === '+' ? 'positive' : 'negative',
    ...(wanted ? { wanted } : {}),
  };
}

const key = ({ aspect, polarity }: CommentAspect): string => `${aspect} ${polarity}`;

function figures(cases: readonly Labelled[]): { f1: number; exact: number; wanted: number } {
  let hits = 0;
  let found = 0;
  let asked = 0;
  let exact = 0;
  let wantedAsked = 0;
  let wantedHits = 0;
  for (const { comment, aspects } of cases) {
    const read = readComment(comment).aspects;
    const keys = new Set(read.map(key));
    const right = aspects.filter((aspect) => keys.has(key(aspect))).length;
    hits += right;
    found += read.length;
    asked += aspects.length;
    if (right === aspects.length && right === read.length) exact++;
    for (const aspect of aspects.filter(({ wanted }) => wanted !== undefined)) {
      wantedAsked++;
      if (read.some((one) => key(one) === key(aspect) && one.wanted === aspect.wanted)) wantedHits++;
    }
  }
  return { f1: (2 * hits) / (found + asked), exact: exact / cases.length, wanted: wantedHits / wantedAsked };
}

describe('reading comments', () => {
  it('holds its figures on the comments it was written with', () => {
    const { f1, exact, wanted } = figures(development);
    expect(f1).toBeGreaterThan(0.95);
    expect(exact).toBeGreaterThan(0.9);
    expect(wanted).toBeGreaterThan(0.9);
  });

  it('holds on comments it was not written with', () => {
    const { f1, exact, wanted } = figures(heldOut);
    if (process.env['CONTENTFLOW_FIGURES'])
      console.log('development', figures(development), 'held out', figures(heldOut));
    expect(f1).toBeGreaterThan(0.7);
    expect(exact).toBeGreaterThan(0.4);
    expect(wanted).toBeGreaterThan(0.4);
  });

  it.each([
    ['not too long', [{ aspect: 'length', polarity: 'positive' }]],
    ["couldn't be clearer", [{ aspect: 'style', polarity: 'positive' }]],
    [
      'great but too stiff',
      [
        { aspect: 'quality', polarity: 'positive' },
        { aspect: 'tone', polarity: 'negative', wanted: 'friendly' },
      ],
    ],
    ['less formal', [{ aspect: 'tone', polarity: 'negative', wanted: 'casual' }]],
    ['', []],
    ['The parcel came on Tuesday', []],
  ])('%s', (comment, aspects) => {
    expect(readComment(comment).aspects).toEqual(aspects);
  });

  it('quotes what is asked for', () => {
    expect(readComment('Nice text. Please add a few headings!').suggestion).toBe('Please add a few headings!');
    expect(readComment('Great!').suggestion).toBeUndefined();
  });
});
