import { ModelsOffered, OutcomesGraded } from '@contentflow/contracts';
import { Ledger } from '../testing/ledger.ts';

it('the models offered last are the ones there are', () => {
  const ledger = new Ledger();
  const [large, small] = [{ name: 'large' }, { name: 'small' }];
  ledger.take(ModelsOffered, { models: [large, small] });
  ledger.take(ModelsOffered, { models: [small] });
  expect(ledger.state.models).toEqual([small]);
});

it('the latest grades stand for each content type apart', () => {
  const ledger = new Ledger();
  const misses = { cost: 1, timeMs: 1, quality: 1 };
  ledger.take(OutcomesGraded, { contentType: 'email', until: 10, misses });
  ledger.take(OutcomesGraded, { contentType: 'blog', until: 20, misses });
  ledger.take(OutcomesGraded, { contentType: 'email', until: 30, misses: { ...misses, cost: 4 } });
  expect(ledger.state.outcomesGraded).toEqual({
    email: { until: 30, misses: { ...misses, cost: 4 } },
    blog: { until: 20, misses },
  });
});
