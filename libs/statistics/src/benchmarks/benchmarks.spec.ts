import { benchErrorRates } from './error-rates.ts';
import { benchFalseDiscoveries } from './false-discoveries.ts';
import { benchPower } from './power.ts';
import { benchUpdateRate } from './update-rate.ts';

const lines: string[] = [];
const report = (line: string): void => void lines.push(line);

// Reduced runs of the benchmarks; docs/benchmarks/statistics.md has the full ones.
describe('benchmarks', () => {
  it('error rates stay at their level', () => {
    // 100 runs: more than 13 significant has a probability below 0.1 % at a true rate of 5 %
    for (const { rate } of benchErrorRates({ runs: 100, units: 2000 }, report)) expect(rate).toBeLessThanOrEqual(0.13);
  });

  it('false discoveries stay below their level, and true ones above Bonferroni’s', () => {
    const [bonferroni, ...online] = benchFalseDiscoveries({ runs: 30 }, report);
    for (const { proportion, discoveries } of online) {
      expect(proportion).toBeLessThan(0.05);
      expect(discoveries).toBeGreaterThan(bonferroni?.discoveries as number);
    }
  });

  it('power stays near that of a fixed horizon', () => {
    const [horizon, untruncated] = benchPower({ runs: 150, units: 1000 }, report);
    expect(horizon?.ofFixed).toBeGreaterThan(0.8);
    expect(untruncated?.ofFixed).toBeGreaterThan(0.65);
  });

  it('updates run at a rate', () => {
    let clock = 0;
    expect(benchUpdateRate({ experiments: 10, exposures: 1000, seconds: () => clock++ }, report).perSecond).toBe(1000);
    expect(lines.length).toBeGreaterThan(10);
  });
});
