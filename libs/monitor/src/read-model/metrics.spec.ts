import { inOrder } from '@contentflow/contracts/testing';
import { projected } from '@contentflow/read-model/testing';
import { measured } from '../testing/measured.ts';
import { COARSE_MS, FINE_MS, fineMetrics, hourlyMetrics } from './metrics.ts';

const events = inOrder(
  measured(1, { metrics: { timeMs: 1000, cost: 0.01 } }),
  measured(2, { metrics: { timeMs: 3000, cost: 0.03 } }),
  measured(3, { outcome: 'timeout', metrics: { timeMs: 60_000, cost: 0.02, quality: null, engagement: null } }),
  measured(FINE_MS, { model: 'large', cacheHit: true }),
  measured(COARSE_MS, { simulated: true }),
);

describe('the metrics of generations', () => {
  it('are kept for each content type, model and ten minutes', async () => {
    const documents = await projected(fineMetrics, events);
    expect([...documents.keys()].sort()).toEqual(
      ['0|email|small|p|0', `${FINE_MS}|email|large|p|0`, `${COARSE_MS}|email|small|p|0`].sort(),
    );
    expect(documents.get(`${FINE_MS}|email|large|p|0`)).toMatchObject({ from: FINE_MS, model: 'large', cacheHits: 1 });
  });

  it('are kept for each hour too', async () => {
    const documents = await projected(hourlyMetrics, events);
    expect([...documents.keys()].sort()).toEqual(
      ['0|email|large|p|0', '0|email|small|p|0', `${COARSE_MS}|email|small|p|0`].sort(),
    );
    expect(documents.get(`${COARSE_MS}|email|small|p|0`)).toMatchObject({ accepted: 1, simulated: true });
  });

  it('are cost over all generations and all else over successes, failures by class', async () => {
    const document = (await projected(hourlyMetrics, events)).get('0|email|small|p|0')!;
    expect(document).toMatchObject({ accepted: 3, successes: 2, failures: { timeout: 1 }, simulated: false });
    expect(document.metrics.timeMs).toMatchObject({ n: 2, mean: 2000 });
    expect(document.metrics.cost).toMatchObject({ n: 3, mean: expect.closeTo(0.02) });
    expect(document.metrics.quality?.n).toBe(2);
  });
});
