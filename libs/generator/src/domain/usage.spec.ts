import type { Call } from '@contentflow/contracts';
import { usageOf } from './usage.ts';

const call = (over: Partial<Call> = {}): Call => ({
  step: 'draft',
  provider: 'p',
  model: 'm',
  attempt: 1,
  tokensIn: 100,
  tokensOut: 50,
  cost: 0.01,
  timeToFirstTokenMs: 10,
  timeMs: 1000,
  waitMs: 0,
  outcome: 'ok',
  cache: 'miss',
  ...over,
});

describe('what a generation used', () => {
  it('is all its calls together, failed tries included', () => {
    const calls = [call(), call({ outcome: 'timeout', tokensOut: 0, cost: 0.005 }), call({ attempt: 2 })];
    expect(usageOf(calls, 3000, 0)).toMatchObject({ tokensIn: 300, tokensOut: 100, calls: 3, cost: 0.025 });
  });

  it('is time without the wait in shared queues, before and between calls', () => {
    expect(usageOf([call({ waitMs: 300 }), call({ waitMs: 200 })], 2500, 700)).toMatchObject({
      timeMs: 2000,
      waitMs: 1200,
    });
  });

  it('is never less than no time, also where calls waited side by side', () => {
    expect(usageOf([call({ waitMs: 900 }), call({ waitMs: 900 })], 1000, 0)).toMatchObject({ timeMs: 0, waitMs: 1000 });
  });

  it('is the money of earlier attempts too, and not their time', () => {
    const earlier = [call({ cost: 0.02, waitMs: 5000 }), call({ cost: 0.03 })];
    expect(usageOf([call({ waitMs: 100 })], 1000, 9000, earlier)).toMatchObject({
      cost: expect.closeTo(0.06),
      calls: 3,
      tokensIn: 300,
      timeMs: 900,
      waitMs: 9100,
    });
  });

  it('counts only calls that were made', () => {
    const cached = call({ cache: 'exact', attempt: 0, cost: 0 });
    expect(usageOf([cached, call()], 1000, 0)).toMatchObject({ calls: 1, cache: 'miss' });
  });

  it.each<[Call['cache'][], string]>([
    [[], 'off'],
    [['off', 'off'], 'off'],
    [['exact', 'miss'], 'miss'],
    [['exact', 'exact'], 'exact'],
    [['exact', 'semantic'], 'semantic'],
  ])('%j: it is a hit only where no call had to be made', (caches, expected) => {
    expect(
      usageOf(
        caches.map((cache) => call({ cache })),
        1,
        0,
      ).cache,
    ).toBe(expected);
  });
});
