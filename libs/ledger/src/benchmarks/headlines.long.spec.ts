import { benchHeadlines } from './headlines.ts';

// A reduced run; docs/benchmarks/statistics.md has the full one.
it('a report hardly ever claims a difference on a day without one, however often one looks', () => {
  const of = [{ name: 'short', perHour: 150, holdbackShare: 0.1, contentTypes: 3, spread: 0.5, successRate: 0.9 }];
  const [short] = benchHeadlines({ runs: 30, of }, () => undefined);
  // At a true rate of 5 %, more than 6 of 30 have a probability of 0.1 %.
  expect(short?.rate).toBeLessThanOrEqual(0.2);
});
