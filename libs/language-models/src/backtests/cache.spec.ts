import { seededRandom } from '@contentflow/kernel';
import fc from 'fast-check';
import {
  calibratedThreshold,
  LOWEST_THRESHOLD,
  SAME_WORDS,
  STRICT_THRESHOLD,
  upperShare,
} from '../cache/calibration.ts';
import { conflictBetween } from '../cache/guard.ts';
import { textSignature } from '../cache/text-signature.ts';
import { fixtureRows, sharedData } from '../testing/shared-data.ts';
import { backtestCachePairs, backtestCacheStore, type CachePair, type CacheQuery } from './cache.ts';

const nearMisses = fixtureRows('near-misses.tsv').map(([kind = '', query = '', candidate = '']) => ({
  kind,
  query,
  candidate,
}));
const paraphrases = fixtureRows('paraphrases.tsv').map(([query = '', candidate = '']) => ({ query, candidate }));

describe('near misses', () => {
  it('are two hundred and more', () => expect(nearMisses.length).toBeGreaterThanOrEqual(200));

  it.each(nearMisses)('$kind: "$query" is not "$candidate"', ({ query, candidate }) => {
    expect(conflictBetween(textSignature(query), textSignature(candidate))).toBeDefined();
    expect(conflictBetween(textSignature(candidate), textSignature(query))).toBeDefined();
  });

  it('are never served for each other', () => {
    const queries = nearMisses.flatMap(({ query, candidate }) => [query, candidate]);
    const { summary } = backtestCacheStore(queries.map((query) => ({ query, group: query })));
    expect(summary.wrongHits).toBe(0);
  });
});

describe('the cache backtest', () => {
  const pairs: CachePair[] = [
    ...paraphrases.map((pair) => ({ ...pair, duplicate: true })),
    ...nearMisses.map((pair) => ({ ...pair, duplicate: false })),
  ];

  it('gives each row its similarity and whether it hits, and sums up the tested ones', () => {
    const { rows, summary } = backtestCachePairs(seededRandom(1).shuffled(pairs), 0.5);
    expect(rows.map(({ row }) => row)).toEqual(pairs.map((_, row) => row));
    expect(rows.every(({ similarity, hit }) => hit === similarity >= summary.threshold)).toBe(true);
    expect(summary).toMatchObject({ rows: (pairs.length + 1) >> 1, wrongHits: 0 });
  });

  it('sums up a file without rows as nothing', () => {
    expect(backtestCacheStore([]).summary).toMatchObject({ rows: 0, hits: 0, wrongHits: 0, misses: 0 });
  });

  it('takes the split from the file where it is there', () => {
    const split = pairs.map((pair, row) => ({ ...pair, split: row % 3 === 0 ? 'test' : 'train' }));
    expect(backtestCachePairs(split, 0.5).summary.rows).toBe(Math.ceil(pairs.length / 3));
  });

  it('does not depend on later rows', () => {
    const queries: CacheQuery[] = pairs
      .flatMap(({ query, candidate }) => [query, candidate])
      .map((query) => ({ query, group: query }));
    const whole = backtestCacheStore(queries).rows;
    expect(backtestCacheStore(queries.slice(0, 100)).rows).toEqual(whole.slice(0, 100));
  });

  it('serves a repeat from the row that came first', () => {
    const { rows } = backtestCacheStore(
      ['How do I bake bread?', 'What is a cat?', 'How do I bake  bread?'].map((query) => ({ query, group: query })),
    );
    expect(rows[2]).toEqual({ row: 2, hit: true, servedRow: 0 });
  });
});

describe('the threshold', () => {
  it('keeps the budget with confidence where the candidates allow it', () => {
    const right = Array.from({ length: 400 }, (_, i) => ({ similarity: 0.7 + i / 2000, isRight: true }));
    const wrong = Array.from({ length: 50 }, (_, i) => ({ similarity: 0.65 + i / 1000, isRight: false }));
    const threshold = calibratedThreshold([...right, ...wrong]);
    expect(threshold).toBeGreaterThan(0.69);
    expect(threshold).toBeLessThan(0.76);
  });

  it('is strict where little was shown, and serves the same words alone where even that was wrong', () => {
    expect(calibratedThreshold([])).toBe(STRICT_THRESHOLD);
    expect(calibratedThreshold([{ similarity: 0.9, isRight: false }])).toBe(STRICT_THRESHOLD);
    expect(calibratedThreshold([{ similarity: 0.97, isRight: false }])).toBe(SAME_WORDS);
  });

  it('never goes below even odds', () => {
    const easy = Array.from({ length: 500 }, (_, i) => ({ similarity: 0.3 + i / 1000, isRight: true }));
    expect(calibratedThreshold(easy)).toBe(LOWEST_THRESHOLD);
  });

  it('does not trust a lucky stretch below a stricter threshold that broke the budget', () => {
    const at = (similarity: number, length: number, isRight: boolean) =>
      Array.from({ length }, (_, i) => ({ similarity: similarity - i * 1e-5, isRight }));
    const lucky = [...at(0.98, 300, true), ...at(0.9, 6, false), ...at(0.8, 3000, true)];
    expect(calibratedThreshold(lucky)).toBeGreaterThan(0.9);
  });

  it('never lets more wrong hits through than its bound allows', () => {
    const candidate = fc.record({ similarity: fc.double({ min: 0, max: 0.999, noNaN: true }), isRight: fc.boolean() });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 300 }), (candidates) => {
        const threshold = calibratedThreshold(candidates);
        const hits = candidates.filter(({ similarity }) => similarity >= threshold);
        expect(hits.filter(({ isRight }) => !isRight).length).toBeLessThanOrEqual(hits.length * 0.01);
      }),
    );
  });

  it('has the bound of Clopper and Pearson', () => {
    // 1 − 0.05^(1/n) for none wrong; R 4: binom.test(3, 100, alternative = "less")$conf.int
    expect(upperShare(0, 299, 0.05)).toBeCloseTo(1 - 0.05 ** (1 / 299), 9);
    expect(upperShare(3, 100, 0.05)).toBeCloseTo(0.0757, 3);
    expect(upperShare(5, 5, 0.05)).toBe(1);
  });
});

const shared = sharedData('cache/gptcache_mock_data.json');
(shared ? describe : describe.skip)('on the 999 paraphrases of GPTCache (shared data)', () => {
  const data = shared ? (JSON.parse(shared) as { origin: string; similar: string }[]) : [];

  it('keeps wrong hits within 1 % among paraphrases, random others and near misses, and finds most paraphrases', () => {
    const random = seededRandom(2);
    const pairs = random.shuffled([
      ...data.map(({ origin, similar }) => ({ query: similar, candidate: origin, duplicate: true })),
      ...data.map(({ similar }, i) => {
        const other = data[(i + 1 + random.below(data.length - 1)) % data.length] as (typeof data)[number];
        return { query: similar, candidate: other.origin, duplicate: false };
      }),
      ...nearMisses.map(({ query, candidate }) => ({ query, candidate, duplicate: false })),
    ]);
    const { summary } = backtestCachePairs(pairs, 0.5);
    expect(summary.wrongShare).toBeLessThanOrEqual(0.01);
    expect(summary.hits).toBeGreaterThan(0.6 * (summary.hits + summary.misses));
  });
});
