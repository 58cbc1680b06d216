import { hostedPrices, hostedPricesSchema } from './hosted-prices.ts';

describe('the shipped prices', () => {
  it('are what their schema says, with source and date', () => {
    expect(hostedPricesSchema.parse(hostedPrices)).toEqual(hostedPrices);
  });

  it('charge no less for output than for input', () => {
    const odd = Object.entries(hostedPrices.models).filter(([, [input, output]]) => output < input);
    expect(odd).toEqual([]);
  });
});
