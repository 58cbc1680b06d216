import { defaultPolicy, policySchema, policyVersion } from './policy.ts';
import { withCurrentKeys } from './former-policy-keys.ts';

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

describe('a policy of an earlier release', () => {
  it('is read by the names that its keys have now', () => {
    const written = {
      objective: { costAtMost: 1 },
      allocation: { fewestGenerations: 7, inForce: { fewestGenerations: 3 } },
      experiments: { fewestUnits: 9, season: { isHeeded: false } },
      scaling: { usableShare: 0.5 },
    };
    expect(policySchema.parse(withCurrentKeys(written))).toMatchObject({
      objective: { maxCost: 1 },
      allocation: { minGenerations: 7, inForce: { minGenerations: 3 } },
      experiments: { minUnits: 9, season: { enabled: false } },
      scaling: { targetUtilization: 0.5 },
    });
  });

  it('keeps the new name’s value where a key stands under both', () =>
    expect(withCurrentKeys({ scaling: { usableShare: 0.5, targetUtilization: 0.7 } })).toEqual({
      scaling: { targetUtilization: 0.7 },
    }));

  it.each([null, 3, 'policy', [1], { scaling: null }, { experiments: { season: [] } }])('leaves %j as it is', (value) =>
    expect(withCurrentKeys(value)).toEqual(value),
  );
});
