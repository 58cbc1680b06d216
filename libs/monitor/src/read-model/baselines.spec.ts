import { inOrder } from '@contentflow/contracts/testing';
import type { StoredEvent } from '@contentflow/kernel';
import { projected } from '@contentflow/read-model/testing';
import { medianValue } from '../domain/baseline.ts';
import { measured } from '../testing/measured.ts';
import { type BaselineDocument, baselineDocuments, mergedBaselines } from './baselines.ts';

const usual = Array.from({ length: 20 }, (_, i) => measured(i, { metrics: { timeMs: 1000 + i, quality: 8 } }));
const baselineOf = async (...events: StoredEvent[]): Promise<BaselineDocument> =>
  (await projected(baselineDocuments, inOrder(...events))).get('email|small|0')!;

describe('what is usual', () => {
  it('is told for each content type and model', async () => {
    const documents = await projected(
      baselineDocuments,
      inOrder(measured(1), measured(2, { model: 'large' }), measured(3, { contentType: 'headline' })),
    );
    expect([...documents.keys()].sort()).toEqual(['email|large|0', 'email|small|0', 'headline|small|0']);
  });

  it('is the median of successes, and was updated with the last of all', async () => {
    const baseline = await baselineOf(...usual);
    expect(baseline).toMatchObject({ generations: 20, updatedAt: 19 });
    expect(medianValue(baseline.medians.timeMs)).toBeGreaterThan(999);
    expect(medianValue(baseline.medians.timeMs)).toBeLessThan(1020);
    expect(medianValue(baseline.medians.quality)).toBeCloseTo(8);
  });

  it('learns nothing from failures and from answers of the cache, and counts them', async () => {
    const before = await baselineOf(...usual);
    const after = await baselineOf(
      ...usual,
      measured(30, { outcome: 'timeout', metrics: { timeMs: 60_000 } }),
      measured(31, { cacheHit: true, metrics: { timeMs: 1 } }),
    );
    expect(after.medians).toEqual(before.medians);
    expect(after.generations).toBe(22);
  });

  it('takes in no value that is an anomaly by its own rule, once it knows enough to tell', async () => {
    const before = await baselineOf(...usual);
    const after = await baselineOf(...usual, measured(30, { metrics: { timeMs: 2500, cost: 0.02, quality: 5 } }));
    expect(after.medians.timeMs).toEqual(before.medians.timeMs);
    expect(after.medians.cost).toEqual(before.medians.cost);
    expect(after.medians.quality).toEqual(before.medians.quality);
    expect(after.medians.tokens.n).toBe(before.medians.tokens.n + 1);
    const early = await baselineOf(measured(1), measured(2, { metrics: { timeMs: 2500 } }));
    expect(early.medians.timeMs.n).toBe(2);
  });

  it('is simulated once anything of it was', async () => {
    expect((await baselineOf(measured(1), measured(2, { simulated: true }))).simulated).toBe(true);
    expect((await baselineOf(measured(1))).simulated).toBe(false);
  });

  it('is kept apart for each partition, and merged by who asks, in whatever order they come', async () => {
    const there = inOrder(...usual, measured(50, { model: 'large' })).map((event) => ({ ...event, partition: 1 }));
    const documents = [...(await projected(baselineDocuments, [...there, ...inOrder(...usual)])).values()];
    expect(documents).toHaveLength(3);
    const merged = mergedBaselines(documents);
    expect(merged).toEqual(mergedBaselines(documents.toReversed()));
    expect(merged.map(({ id, generations, updatedAt }) => [id, generations, updatedAt])).toEqual([
      ['email|large', 1, 50],
      ['email|small', 40, 19],
    ]);
    expect(medianValue(merged[1]!.medians.timeMs)).toBeCloseTo(
      medianValue((await baselineOf(...usual)).medians.timeMs)!,
    );
  });
});
