import { briefSchema } from '@contentflow/contracts';
import { unitOf } from '@contentflow/recipes';
import { cacheRequest, type CacheStrategy, replayed } from './cache-replay.ts';

const HOUR = 60 * 60_000;
const asked = (topic: string, at: number, keyPoint = 'keeps cold') => {
  const brief = briefSchema.parse({ contentType: 'email', topic, keyPoints: [keyPoint] });
  return cacheRequest(brief, unitOf(brief), at);
};
const rates = (requests: Parameters<typeof replayed>[0], ...strategies: CacheStrategy[]): number[] =>
  replayed(requests, strategies).map(({ hitRate }) => hitRate);
const cache = (strategy: CacheStrategy['strategy'], timeToLiveMs = 24 * HOUR): CacheStrategy => ({
  strategy,
  timeToLiveMs,
});

describe('a replay of the log under another cache', () => {
  const day = [
    asked('a steel bottle', 0),
    asked('A steel bottle!', HOUR),
    asked('a steel bottle', 4 * HOUR),
    asked('bottle made of steel', 5 * HOUR),
    asked('a steel bottle', 6 * HOUR, 'dishwasher safe'),
  ];

  it('hits nothing without one', () => expect(rates(day, cache('off'))).toEqual([0]));

  it('hits what repeats, however it is typed', () => expect(rates(day, cache('exact'))).toEqual([2 / 5]));

  it('forgets what has lived its time, and makes it anew', () => {
    expect(rates(day, cache('exact', 2 * HOUR))).toEqual([1 / 5]);
    expect(rates(day, cache('exact', 30 * 60_000))).toEqual([0]);
  });

  it('hits by meaning what differs in the wording of its topic alone', () => {
    expect(rates(day, cache('semantic'))).toEqual([3 / 5]);
  });

  it('plays in the order of time, however the log is partitioned', () => {
    expect(rates(day.toReversed(), cache('exact', 2 * HOUR))).toEqual(rates(day, cache('exact', 2 * HOUR)));
  });
});
