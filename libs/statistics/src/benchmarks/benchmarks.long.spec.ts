import { benchErrorRates } from './error-rates.ts';
import { benchFalseDiscoveries } from './false-discoveries.ts';
import { benchPower } from './power.ts';
import { benchUpdateRate } from './update-rate.ts';

const lines: string[] = [];
const report = (line: string): void => void lines.push(line);

// Reduced runs of the benchmarks; docs/benchmarks/statistics.md has the full ones.
describe('benchmarks', () => {
  it('error rates stay at their level', () => {
    // 60 runs: more than 9 significant has a probability of 0.2 % at a true rate of 5 %
    for (const { rate } of benchErrorRates({ runs: 60, units: 1200 }, report)) expect(rate).toBeLessThanOrEqual(0.15);
  });

  it('false discoveries stay below their level, and true ones above Bonferroni’s', () => {
    const [bonferroni, ...online] = benchFalseDiscoveries({ runs: 12 }, report);
    for (const { proportion, discoveries } of online) {
      expect(proportion).toBeLessThan(0.05);
      expect(discoveries).toBeGreaterThan(bonferroni?.discoveries as number);
    }
  });

  it('power stays near that of a fixed horizon', () => {
    const [horizon, untruncated] = benchPower({ runs: 120, units: 600 }, report);
    expect(horizon?.ofFixed).toBeGreaterThan(0.8);
    expect(untruncated?.ofFixed).toBeGreaterThan(0.65);
  });

  it('updates run at a rate', () => {
    let clock = 0;
    expect(benchUpdateRate({ experiments: 10, exposures: 1000, seconds: () => clock++ }, report).perSecond).toBe(1000);
    expect(lines.length).toBeGreaterThan(10);
  });
});
