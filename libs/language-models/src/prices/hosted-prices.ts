import { z } from 'zod';
import shipped from './hosted-prices.json' with { type: 'json' };

const price = z.number().nonnegative();

/** The shipped table of prices: what a file that takes its place must look like. */
export const hostedPricesSchema = z.strictObject({
  about: z.string(),
  source: z.string().min(1),
  /** Year and month. */
  asOf: z.string().regex(/^\d{4}-\d{2}$/),
  /** US dollars per million tokens: input, output, and where the provider says so what is read from its cache and written to it. */
  models: z.record(z.string(), z.tuple([price, price, price.optional(), price.optional()])),
});

/** @throws ZodError where the file is not what its schema says */
export const hostedPrices = hostedPricesSchema.parse(shipped);
