import { ownValue, setOwnValue } from '@contentflow/kernel';
import { type AttributeCounts, type CountedFailures, pairName, rootCausesOf } from './root-causes.ts';

/** Rates of failure by values of two attributes, each pair of values met as often. */
function counted(each: number, failedAt: Readonly<Record<string, Readonly<Record<string, number>>>>): CountedFailures {
  const providers: Record<string, { n: number; failed: number }> = {};
  const types: Record<string, { n: number; failed: number }> = {};
  const pairs: Record<string, { n: number; failed: number }> = {};
  let failed = 0;
  let n = 0;
  for (const [provider, byType] of Object.entries(failedAt))
    for (const [type, here] of Object.entries(byType)) {
      const add = (to: Record<string, { n: number; failed: number }>, key: string): void => {
        const known = ownValue(to, key) ?? { n: 0, failed: 0 };
        setOwnValue(to, key, { n: known.n + each, failed: known.failed + here });
      };
      add(providers, provider);
      add(types, type);
      add(pairs, pairName(provider, type));
      n += each;
      failed += here;
    }
  const attributes: AttributeCounts = { provider: providers, contentType: types };
  return { generations: n, failed, attributes, pairs: { [pairName('provider', 'contentType')]: pairs } };
}

const named = (counts: CountedFailures): (readonly [string, string, string?])[] =>
  rootCausesOf(counts).map(({ attribute, value, and }) => (and ? [attribute, value, and.value] : [attribute, value]));

describe('what explains failures', () => {
  it('is a value where all of it fails more', () => {
    expect(
      named(counted(500, { a: { email: 10, ad: 11 }, b: { email: 95, ad: 102 }, c: { email: 9, ad: 10 } })),
    ).toEqual([['provider', 'b']]);
  });

  it('is a pair where its values fail more together alone', () => {
    expect(
      named(counted(500, { a: { email: 10, ad: 11 }, b: { email: 12, ad: 102 }, c: { email: 9, ad: 10 } })),
    ).toEqual([['provider', 'b', 'ad']]);
  });

  it('are several where several fail, the one that explains most first', () => {
    const counts = counted(500, { a: { email: 10, ad: 11 }, b: { email: 150, ad: 160 }, c: { email: 9, ad: 60 } });
    expect(named(counts)).toEqual([
      ['provider', 'b'],
      ['provider', 'c', 'ad'],
    ]);
  });

  it('is nothing where all fail alike, or next to nothing is known', () => {
    expect(named(counted(500, { a: { email: 10, ad: 12 }, b: { email: 9, ad: 13 } }))).toEqual([]);
    expect(named(counted(3, { a: { email: 0, ad: 0 }, b: { email: 1, ad: 0 } }))).toEqual([]);
    expect(rootCausesOf({ generations: 0, failed: 0, attributes: {}, pairs: {} })).toEqual([]);
  });

  it('takes values that have the name of something every object has', () => {
    const [cause] = rootCausesOf(
      counted(500, { constructor: { email: 90, toString: 90 }, b: { email: 5, toString: 5 } }),
    );
    expect(cause).toMatchObject({ attribute: 'provider', value: 'constructor', lift: 18, support: 0.5 });
  });
});
