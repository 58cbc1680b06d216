import { defaultPolicy, policySchema } from '@contentflow/contracts';
import { isWorthTrying, marginsUnder } from './objective.ts';

const { guardrails, objective: weighted } = defaultPolicy;
const cheapest = policySchema.parse({ objective: { goal: 'minimise_cost', minQuality: 7 } }).objective;
const best = policySchema.parse({ objective: { goal: 'maximise_quality', maxCost: 0.02 } }).objective;

describe('what the user wants', () => {
  it('leaves the margins alone by default', () => {
    expect(marginsUnder(weighted, guardrails, { quality: 8, cost: 0.01 })).toEqual(guardrails);
  });

  it('lets quality fall to what was asked for, and no further', () => {
    expect(marginsUnder(cheapest, guardrails, { quality: 8, cost: 0.01 })).toEqual({ ...guardrails, qualityMargin: 1 });
    expect(marginsUnder(cheapest, guardrails, { quality: 7.1, cost: 0.01 }).qualityMargin).toBeCloseTo(0.1);
    expect(marginsUnder(cheapest, guardrails, { quality: 6, cost: 0.01 }).qualityMargin).toBe(0.05);
  });

  it('lets cost rise to what will be paid, and no further', () => {
    expect(marginsUnder(best, guardrails, { quality: 8, cost: 0.01 })).toEqual({ ...guardrails, costMargin: 1 });
    expect(marginsUnder(best, guardrails, { quality: 8, cost: 0.03 }).costMargin).toBe(0.02);
  });

  it.each([
    ['cheaper models while quality is enough', cheapest, 8, 0.01, 'cost'],
    ['better models while it is not', cheapest, 6, 0.01, 'quality'],
    ['better models while they can be paid', best, 8, 0.01, 'quality'],
    ['cheaper ones while they cannot', best, 8, 0.03, 'cost'],
  ] as const)('seeks %s', (_what, objective, quality, cost, metric) => {
    expect((['cost', 'quality'] as const).filter((each) => isWorthTrying(objective, each, { quality, cost }))).toEqual([
      metric,
    ]);
  });

  it('says what an objective lacks', () => {
    expect(policySchema.safeParse({ objective: { goal: 'minimise_cost' } }).error?.issues).toMatchObject([
      { path: ['objective', 'minQuality'] },
    ]);
    expect(policySchema.safeParse({ objective: { goal: 'maximise_quality' } }).error?.issues).toMatchObject([
      { path: ['objective', 'maxCost'] },
    ]);
  });
});
