import { benchDetector } from './anomaly-score.ts';
import { benchErrorRates } from './error-rates.ts';
import { benchFalseDiscoveries } from './false-discoveries.ts';
import { madeSeries } from './made-series.ts';
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

  it('false discoveries of what is held to evidence stay below their level whatever the dependence, and closing finds no fewer', () => {
    const all = benchFalseDiscoveries({ runs: 40, hypotheses: 100 }, report);
    const of = (procedure: string) => all.filter((each) => each.procedure === procedure);
    for (const { proportion } of [...of('e-lond'), ...of('closed e-lond')]) expect(proportion).toBeLessThan(0.05);
    of('closed e-lond').forEach(({ discoveries }, i) =>
      expect(discoveries).toBeGreaterThanOrEqual(of('e-lond')[i]?.discoveries as number),
    );
    // A p takes nothing of ADDIS while it looks like a candidate: nulls that pass through its level one after the other break it.
    expect(of('addis').at(-1)?.proportion).toBeGreaterThan(0.05);
  });

  it('the detector finds what is planted in series it was not chosen by', () => {
    expect(benchDetector(madeSeries('unseen', 2), report).standard).toBeGreaterThan(40);
  });

  it('power stays near that of a fixed horizon', () => {
    const [horizon, untruncated] = benchPower({ runs: 120, units: 600 }, report);
    expect(horizon?.ofFixed).toBeGreaterThan(0.8);
    expect(untruncated?.ofFixed).toBeGreaterThan(0.5);
  });

  it('updates run at a rate', () => {
    let clock = 0;
    expect(benchUpdateRate({ experiments: 10, exposures: 1000, seconds: () => clock++ }, report).perSecond).toBe(1000);
    expect(lines.length).toBeGreaterThan(10);
  });
});
