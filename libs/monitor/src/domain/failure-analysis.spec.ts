import {
  analyseFailures,
  countedIn,
  messagePattern,
  pairsCountedIn,
  patternKey,
  withPattern,
} from './failure-analysis.ts';
import type { FailureCounts, Pattern } from './failure-analysis.ts';
import type { AttributeCounts, PairCounts } from './root-causes.ts';

class Hour {
  private attributes: AttributeCounts = {};
  private pairs: PairCounts = {};
  private patterns: Readonly<Record<string, Pattern>> = {};
  private generations = 0;
  private failed = 0;

  generation(facts: Readonly<Record<string, string>>, failure?: string, message = ''): this {
    this.generations++;
    if (failure) this.failed++;
    const isFailed = failure !== undefined;
    const met = Object.entries(facts).map(([attribute, value]) => ({ attribute, value, isFailed }));
    this.attributes = countedIn(this.attributes, met);
    this.pairs = pairsCountedIn(this.pairs, met);
    if (!failure) return this;
    const { provider = 'p', model = 'm' } = facts;
    const seen = {
      failure,
      provider,
      model,
      step: 's',
      message,
      contentId: `c${this.generations}`,
      at: this.generations,
    };
    this.patterns = withPattern(this.patterns, patternKey(seen), seen);
    return this;
  }

  counts(): FailureCounts {
    const { attributes, pairs, patterns, generations, failed } = this;
    return { attributes, pairs, patterns, generations, failed };
  }
}

describe('the analysis of failures', () => {
  const twoModels = (n: number, failsEvery: Record<string, number>): Hour => {
    const hour = new Hour();
    for (let i = 1; i <= n; i++)
      for (const [model, every] of Object.entries(failsEvery)) {
        const fails = i % every === 0;
        hour.generation(
          { model, contentType: i % 3 ? 'email' : 'headline' },
          fails ? 'timeout' : undefined,
          `no answer in ${i} ms`,
        );
      }
    return hour;
  };

  it('finds the value that explains failures, its lift and its interval', () => {
    const { rootCauses, rate } = analyseFailures([twoModels(200, { good: 50, bad: 4 }).counts()]);
    expect(rate).toBeCloseTo(54 / 400);
    const [cause] = rootCauses;
    expect(cause).toMatchObject({ attribute: 'model', value: 'bad', generations: 200, failed: 50, lift: 12.5 });
    // Wilson 50 of 200, as statsmodels' proportion_confint has it
    expect(cause?.interval[0]).toBeCloseTo(0.1952, 3);
    expect(cause?.interval[1]).toBeCloseTo(0.3143, 3);
    expect(cause?.explains).toBeCloseTo(50 / 54);
    expect(cause?.confidence).toBeGreaterThan(0.999);
  });

  it('blames two values together where neither fails alone', () => {
    const hour = new Hour();
    for (let i = 0; i < 1200; i++) {
      const facts = { model: i % 2 ? 'small' : 'large', contentType: i % 3 ? 'email' : 'headline', step: 'draft' };
      const isPair = facts.model === 'small' && facts.contentType === 'headline';
      hour.generation(facts, i % (isPair ? 9 : 97) === 0 || (isPair && i % 4 === 3) ? 'timeout' : undefined);
    }
    const { rootCauses, recommendations } = analyseFailures([hour.counts()]);
    expect(rootCauses).toHaveLength(1);
    expect(rootCauses[0]).toMatchObject({
      attribute: 'model',
      value: 'small',
      and: { attribute: 'contentType', value: 'headline' },
      support: 1 / 6,
    });
    expect(recommendations[0]).toMatchObject({ action: 'switch_model', target: 'small' });
    expect(recommendations[0]?.reason).toMatch(/^where contentType is headline, it fails /);
  });

  it('still reads what was counted before pairs were', () => {
    const { pairs: _, ...before } = twoModels(200, { good: 50, bad: 4 }).counts();
    expect(analyseFailures([before, twoModels(200, { good: 50, bad: 4 }).counts()]).rootCauses[0]).toMatchObject({
      attribute: 'model',
      value: 'bad',
      failed: 100,
    });
  });

  it('blames nothing for what is the same everywhere', () => {
    expect(
      analyseFailures([twoModels(200, { one: 10, other: 10 }).counts()]).rootCauses.filter(
        ({ attribute }) => attribute === 'model',
      ),
    ).toEqual([]);
  });

  it('recommends, in a form that a program can act on', () => {
    const { recommendations } = analyseFailures([twoModels(200, { good: 50, bad: 4 }).counts()]);
    expect(recommendations[0]).toMatchObject({ action: 'switch_model', attribute: 'model', target: 'bad' });
  });

  it('names the fix that a class of failure has', () => {
    const hour = new Hour();
    for (let i = 0; i < 4; i++) hour.generation({ provider: 'acme' }, 'budget_exhausted', 'the budget is spent');
    expect(analyseFailures([hour.counts()]).recommendations).toMatchObject([
      { action: 'raise_budget', target: 'acme', explains: 1 },
    ]);
  });

  it('gathers failures that look alike, over hours', () => {
    const { patterns } = analyseFailures([twoModels(20, { m: 5 }).counts(), twoModels(20, { m: 5 }).counts()]);
    expect(patterns).toMatchObject([{ failure: 'timeout', message: 'no answer in # ms', count: 8 }]);
    expect(patterns[0]?.contentIds).toHaveLength(3);
  });

  it('leaves out of a message what differs from case to case', () => {
    expect(messagePattern('call 9f8e7d6c5b4a to "x y" failed after 1.5 s')).toBe('call … to … failed after # s');
  });

  it('has nothing to say of nothing', () => {
    expect(analyseFailures([])).toEqual({
      generations: 0,
      failed: 0,
      rate: null,
      patterns: [],
      rootCauses: [],
      recommendations: [],
    });
  });
});
