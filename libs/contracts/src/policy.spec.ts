import { defaultPolicy, policySchema, policyVersion } from './policy.ts';

const freeze = (from: string, until: string) => policySchema.safeParse({ freezeWindows: [{ from, until }] }).success;

describe('a policy', () => {
  it('is the default where it says nothing, and stays what it is when it is read again', () => {
    expect(policySchema.parse({})).toEqual(defaultPolicy);
    expect(policySchema.parse(JSON.parse(JSON.stringify(defaultPolicy)))).toEqual(defaultPolicy);
  });

  it('differs from the default in what it says, and in nothing else', () => {
    const strict = policySchema.parse({ experiments: { falseDiscoveryLevel: 0.01 } });
    expect(strict.experiments).toEqual({ ...defaultPolicy.experiments, falseDiscoveryLevel: 0.01 });
    expect({ ...strict, experiments: defaultPolicy.experiments }).toEqual(defaultPolicy);
  });

  it('holds nothing that has no meaning', () => {
    expect(policySchema.safeParse({ experiment: {} }).success).toBe(false);
    expect(policySchema.safeParse({ scaling: { headroom: 2 } }).success).toBe(false);
    expect(policySchema.safeParse({ autonomy: { everything: 'apply' } }).success).toBe(false);
    expect(policySchema.safeParse({ autonomy: { prompt: 'observe' } }).success).toBe(true);
  });

  it('is known by what it says, whatever order it says it in', () => {
    const { scaling, ...rest } = defaultPolicy;
    expect(policyVersion({ scaling, ...rest } as typeof defaultPolicy)).toBe(policyVersion(defaultPolicy));
    const roomy = policySchema.parse({ scaling: { headroom: 0.3 } });
    expect(policyVersion(roomy)).not.toBe(policyVersion(defaultPolicy));
    expect(policyVersion(roomy)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('freezes from one instant to a later one, or each day between two times', () => {
    expect(freeze('2026-12-24T00:00:00Z', '2026-12-27T00:00:00Z')).toBe(true);
    expect(freeze('2026-12-27T00:00:00Z', '2026-12-24T00:00:00Z')).toBe(false);
    expect(freeze('22:00', '06:00')).toBe(true);
    expect(freeze('22:00', '22:00')).toBe(false);
    expect(freeze('22:00', '2026-12-24T00:00:00Z')).toBe(false);
    expect(freeze('25:00', '06:00')).toBe(false);
  });
});
