import fc from 'fast-check';
import { mergePatched, policyChanges, policyKeys, policyPart, wholePolicySchema } from './policy-difference.ts';
import { defaultPolicy, policySchema } from './policy.ts';

describe('the keys of a policy', () => {
  it('are dotted, with lists and figures for values, and say all of it', () => {
    const keys = policyKeys(defaultPolicy);
    expect(keys).toMatchObject({ 'experiments.alpha': 0.05, freezeWindows: [], 'experiments.season.enabled': true });
    expect(policySchema.parse(policyPart(keys))).toEqual(defaultPolicy);
  });

  it('are those that differ between two policies, with what they were and are', () => {
    const frozen = policySchema.parse({
      freezeWindows: [{ from: '22:00', until: '06:00' }],
      autonomy: { prompt: 'observe' },
    });
    expect(policyChanges(defaultPolicy, frozen)).toEqual([
      { key: 'autonomy.prompt', after: 'observe' },
      { key: 'freezeWindows', before: [], after: [{ from: '22:00', until: '06:00' }] },
    ]);
    expect(policyChanges(frozen, defaultPolicy)).toMatchObject([{ key: 'autonomy.prompt', before: 'observe' }, {}]);
    expect(policyChanges(frozen, frozen)).toEqual([]);
  });
});

describe('a whole policy', () => {
  it('says everything, lists and levers that are empty too', () => {
    expect(wholePolicySchema.parse(defaultPolicy)).toEqual(defaultPolicy);
  });

  it.each(['freezeWindows', 'autonomy', 'experiments', 'holdbackShare'] as const)('does not leave out %s', (key) => {
    const { [key]: _, ...rest } = defaultPolicy;
    expect(wholePolicySchema.safeParse(rest).error?.issues).toMatchObject([{ path: [key] }]);
  });

  it('does not leave out a key within', () => {
    const { alpha: _, ...experiments } = defaultPolicy.experiments;
    const { error } = wholePolicySchema.safeParse({ ...defaultPolicy, experiments });
    expect(error?.issues).toMatchObject([{ path: ['experiments', 'alpha'] }]);
  });

  it('must still make sense', () => {
    const objective = { ...defaultPolicy.objective, goal: 'minimise_cost' };
    expect(wholePolicySchema.safeParse({ ...defaultPolicy, objective }).success).toBe(false);
  });
});

/** Examples from RFC 7396, appendix A. */
it.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j patched by %j is %j', (document, patch, merged) => {
  expect(mergePatched(document, patch)).toEqual(merged);
});

it('leaves what a patch does not name as it was', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(json, json, (document, patch) => {
      const merged = mergePatched(document, patch) as Record<string, unknown>;
      for (const key of Object.keys(document).filter((each) => !Object.hasOwn(patch, each)))
        expect(merged[key]).toEqual(document[key]);
    }),
  );
});
