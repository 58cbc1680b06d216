import { hostedPrices, hostedPricesSchema } from './hosted-prices.ts';
import { priceTable } from './price-table.ts';

describe('the shipped prices', () => {
  it('must say where they come from, of what month they are, and two prices of each model', () => {
    for (const wrong of [{ source: '' }, { asOf: 'lately' }, { models: { some: [1] } }])
      expect(hostedPricesSchema.safeParse({ ...hostedPrices, ...wrong }).success).toBe(false);
  });

  it('charge no less for output than for input', () => {
    const odd = Object.entries(hostedPrices.models).filter(([, [input, output]]) => output < input);
    expect(odd).toEqual([]);
  });

  it('know no price of a model that has the name of something every object has', () => {
    const prices = priceTable([{ name: 'one', kind: 'openai', models: ['constructor'] }]);
    expect(prices.priceOf('one', 'constructor').source).toBe('assumed');
  });
});
