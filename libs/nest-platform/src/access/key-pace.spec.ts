import { KeyPace } from './key-pace.ts';

/** How many of these a key of 60 requests a minute may ask, one in so many milliseconds. */
function taken(requests: number, everyMs: number): number {
  let now = 0;
  const pace = new KeyPace(() => now);
  let count = 0;
  for (let request = 0; request < requests; request++, now += everyMs)
    if (pace.takes({ id: 'k', requestsPerMinute: 60 })) count++;
  return count;
}

it.each([
  ['all of a minute at once, and no more', 100, 0, 60],
  ['what it is allowed, asked so often', 100, 1000, 100],
  ['what it is allowed, asked twice as often', 1001, 500, 60 + 500],
  ['what it is allowed, asked ten times as often', 10_001, 100, 60 + 1000],
])('a key is given %s', (_what, requests, everyMs, allowed) => {
  expect(Math.abs(taken(requests, everyMs) - allowed)).toBeLessThanOrEqual(1);
});

it.each([-5, 5])('a key is neither shut out nor let loose where the clock is set by %i hours', (hours) => {
  let now = Date.UTC(2026, 0, 5);
  const pace = new KeyPace(() => now);
  const takes = (requests: number): number =>
    Array.from({ length: requests }, () => pace.takes({ id: 'k', requestsPerMinute: 60 })).filter(Boolean).length;
  expect(takes(60)).toBe(60);
  now += hours * 3_600_000;
  expect(takes(200)).toBe(hours < 0 ? 0 : 60);
  now += 10_000;
  expect(takes(200)).toBe(10);
});
