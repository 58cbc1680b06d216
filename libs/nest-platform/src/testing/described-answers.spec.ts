import { schemaMismatch } from './described-answers.ts';

const budget = { account: 'day', limitUsd: 5, spentUsd: 1, reservedUsd: 0, leftUsd: 4 };
const answered = (...items: object[]) => ({
  method: 'GET',
  url: '/v1/budgets?limit=5',
  status: 200,
  body: { items, next: null },
});

describe('an answer beside its description', () => {
  it('holds where every field is described', () => {
    expect(schemaMismatch(answered(budget))).toBeUndefined();
  });

  it('does not hold with a field that is not described, or without one that is', () => {
    expect(schemaMismatch(answered({ ...budget, currency: 'USD' }))).toContain('items.0.currency');
    expect(schemaMismatch(answered({ ...budget, leftUsd: undefined }))).toContain('items.0.leftUsd');
    expect(schemaMismatch({ ...answered(budget), status: 202 })).toBe('GET /v1/budgets is not said to answer 202');
    expect(schemaMismatch({ ...answered(budget), url: '/v1/secrets' })).toBe('GET /v1/secrets is not described');
  });
});
