import { generated, observed } from '../../testing/traffic.ts';
import { REQUESTS_KEPT } from './cache-replay.ts';
import { neighboursOf, requestsOf } from './cache-requests.ts';

describe('the requests that caches are replayed on', () => {
  it('are those outside the holdback, of all partitions', () => {
    const parts = [observed([generated({}), generated({ holdback: true })]), observed([generated({})])];
    expect(requestsOf(parts, 'email')).toMatchObject([{ brief: { topic: 'Tea' } }, { brief: { topic: 'Tea' } }]);
    expect(requestsOf(parts, 'blog')).toEqual([]);
    expect(neighboursOf(parts, 'email')).toEqual([]);
  });

  it('are the latest of each partition', () => {
    const known = observed(Array.from({ length: REQUESTS_KEPT + 5 }, () => generated({})));
    expect(requestsOf([known], 'email')).toHaveLength(REQUESTS_KEPT);
  });
});
