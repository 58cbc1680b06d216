import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@contentflow/kernel';
import { backtestDetect } from './detect.ts';
import { backtestExperiment, type ExperimentCaseResult } from './experiment.ts';
import { backtestForecast } from './forecast.ts';
import { backtestScale } from './scale.ts';
import { backtestStreamExperiment, type Exposure } from './stream-experiment.ts';
import type { SeriesRow } from './series.ts';

const TEN_MINUTES = 600_000;

function loadSeries(days: number): SeriesRow[] {
  const random = seededRandom('load');
  return Array.from({ length: days * 144 }, (_, i) => ({
    timestamp: i * TEN_MINUTES,
    value: (100 + 60 * Math.sin((2 * Math.PI * i) / 144)) * random.logNormal(1, 0.1),
  }));
}

describe('backtest experiment', () => {
  it('answers each case by its id, for proportions and means alike', () => {
    const { cases } = backtestExperiment({
      cases: [
        { id: 'p', kind: 'proportion', control: { n: 1000, successes: 100 }, treatment: { n: 1000, successes: 150 } },
        {
          id: 'm',
          kind: 'mean',
          control: { n: 1000, mean: 0.1, variance: 0.09 },
          treatment: { n: 1000, mean: 0.15, variance: 0.1275 },
          expectedShare: 0.5,
        },
      ],
    });
    expect(cases.map(({ id }) => id)).toEqual(['p', 'm']);
    const [proportion, mean] = cases as ExperimentCaseResult[];
    expect(proportion?.welch.p).toBeCloseTo(mean?.welch.p as number, 10);
    expect(proportion?.srm.p).toBe(1);
    expect(proportion?.sequential.relative?.difference).toBeCloseTo(0.5, 12);
  });

  it('needs a list of cases', () => {
    expect(() => backtestExperiment({})).toThrow('input.cases is not a list');
  });

  const arm = { n: 10, mean: 1, variance: 1 };
  it.each([
    [{ kind: 'odds', control: { n: 1 }, treatment: { n: 1 } }, 'cases[0].kind'],
    [{ kind: 'mean', control: { n: 1, mean: 'x', variance: 1 } }, 'cases[0].control.mean'],
    [{ kind: 'mean', control: { ...arm, mean: null }, treatment: arm }, 'cases[0].control.mean'],
    [{ kind: 'mean', control: { ...arm, variance: '' }, treatment: arm }, 'cases[0].control.variance'],
    [{ kind: 'mean', control: { ...arm, n: true }, treatment: arm }, 'cases[0].control.n'],
    [{ kind: 'mean', control: { ...arm, n: 1.5 }, treatment: arm }, 'cases[0].control.n'],
    [{ kind: 'mean', control: { ...arm, n: -1 }, treatment: arm }, 'cases[0].control.n'],
    [{ kind: 'mean', control: arm }, 'cases[0].treatment'],
    [{ kind: 'mean', control: arm, treatment: arm, expectedShare: 1 }, 'cases[0].expectedShare'],
    [{ kind: 'proportion', control: { n: 1, successes: 2 } }, 'cases[0].control.successes'],
    [{ kind: 'proportion', control: { n: 9, successes: '0x1' } }, 'cases[0].control.successes'],
    [null, 'cases[0] is not an object'],
    ['x', 'cases[0] is not an object'],
  ])('names what is wrong with %j, and goes on', (bad, problem) => {
    const good = { id: 'good', kind: 'mean', control: arm, treatment: arm };
    const { cases } = backtestExperiment({ cases: [bad, good] });
    expect(cases).toMatchObject([
      { id: 'cases[0]', problem: expect.stringContaining(problem) },
      { id: 'good', srm: { p: 1 } },
    ]);
  });
});

describe('backtest stream-experiment', () => {
  const options = { control: 'a', shares: { a: 0.5, b: 0.5 } };
  function* exposures(effect: number, share: number, n = 4000): Iterable<Exposure> {
    const random = seededRandom(`stream ${effect} ${share}`);
    for (let i = 0; i < n; i++) {
      const variant = random.next() < share ? 'b' : 'a';
      yield { experiment: 'e', variant, value: random.next() + (variant === 'b' ? effect : 0) };
    }
  }
  const verdictOn = (effect: number, share = 0.5) =>
    backtestStreamExperiment(exposures(effect, share), options).verdicts[0];

  it('stops for a better treatment, a worse one, or not at all', () => {
    expect(verdictOn(0.2)).toMatchObject({ experiment: 'e', verdict: 'treatment', arm: 'b', srm: { broken: false } });
    expect(verdictOn(-0.2)).toMatchObject({ verdict: 'control' });
    expect(verdictOn(0)).toMatchObject({ verdict: 'none', stopped_at: null, looks: 4000 });
  });

  it('voids what was not randomised as planned', () => {
    expect(verdictOn(0.2, 0.6)).toMatchObject({ verdict: 'void', srm: { broken: true } });
  });

  it.each([
    ['the treatment', { a: 0.5, b: 0.5 }, ['a']],
    ['the control', { a: 0.5, b: 0.5 }, ['b']],
    ['one of three', { a: 0.4, b: 0.4, c: 0.2 }, ['a', 'b']],
    ['a rare one', { a: 0.9, b: 0.1 }, ['a']],
  ])('voids what never served %s', (_which, shares, served) => {
    const rows = Array.from({ length: 120 }, (_, i) => ({
      experiment: 'e',
      variant: served[i % served.length] as string,
      value: i % 7,
    }));
    expect(backtestStreamExperiment(rows, { control: 'a', shares }).verdicts[0]).toMatchObject({
      verdict: 'void',
      srm: { broken: true },
    });
  });

  it('finds the best of several, with the covariate', () => {
    const random = seededRandom('several');
    const rows = Array.from({ length: 6000 }, () => {
      const variant = random.pick(['a', 'b', 'c']);
      const covariate = random.normal();
      return {
        experiment: 'e',
        variant,
        covariate,
        value: 5 + covariate + (variant === 'c' ? 0.1 : 0) + 0.2 * random.normal(),
      };
    });
    const { verdicts } = backtestStreamExperiment(rows, { control: 'a', shares: { a: 1, b: 1, c: 1 } });
    expect(verdicts[0]).toMatchObject({ verdict: 'treatment', arm: 'c' });
  });

  it('names the exposures it cannot use', () => {
    const rows = [
      { experiment: 'e', variant: 'x', value: 1 },
      { experiment: 'e', variant: 'a', value: Number.NaN },
    ];
    expect(backtestStreamExperiment(rows, options).summary.skipped.map(({ row }) => row)).toEqual([0, 1]);
  });
});

describe('backtests of series', () => {
  const rows = loadSeries(10);

  it('detect: one score per row, none in the future', () => {
    const whole = backtestDetect(rows, { probation: 200 });
    const part = backtestDetect(rows.slice(0, 700), { probation: 200 });
    expect(whole.rows).toHaveLength(rows.length);
    expect(whole.rows.slice(0, 700)).toEqual(part.rows);
  });

  it('forecast: one row per target, made one horizon earlier, from nothing later', () => {
    const { rows: graded, summary } = backtestForecast(rows, { horizonMs: 3 * TEN_MINUTES, from: 0.7 });
    expect(graded).toHaveLength(rows.length - Math.floor(0.7 * rows.length));
    expect(graded.every(({ made_at, timestamp }) => timestamp - made_at === 3 * TEN_MINUTES)).toBe(true);
    expect(summary.wape).toBeLessThan(summary.lastValueWape ?? 0);
    const changed = rows.map((row, i) => (i === rows.length - 1 ? { ...row, value: 9e9 } : row));
    const again = backtestForecast(changed, { horizonMs: 3 * TEN_MINUTES, from: 0.7 });
    expect(again.rows.slice(0, -1)).toEqual(graded.slice(0, -1));
    expect(again.rows.at(-1)?.expected).toBe(graded.at(-1)?.expected);
  });

  it('scale: instances from rows older than the start delay alone', () => {
    const options = { horizonMs: 3 * TEN_MINUTES, from: 0.7, capacity: 10, startDelayMs: TEN_MINUTES };
    const scaled = backtestScale(rows, options);
    const changed = rows.map((row, i) => (i === rows.length - 1 ? { ...row, value: 9e9 } : row));
    expect(backtestScale(changed, options).rows.at(-1)?.instances).toBe(scaled.rows.at(-1)?.instances);
    expect(scaled.rows.every(({ instances }) => Number.isInteger(instances) && instances >= 1)).toBe(true);
    expect(scaled.summary.forecast.instanceSteps).toBeLessThan(scaled.summary.static.instanceSteps);
    expect(scaled.summary.forecast.unserved).toBeLessThan(0.03);
    expect(() => backtestScale(rows, { ...options, capacity: 0 })).toThrow(RangeError);
  });
});

const shared = process.env['CONTENTFLOW_SHARED'] ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const servegen = join(shared, 'data/load/servegen_m_large_rps_10min.csv');

(existsSync(servegen) ? describe : describe.skip)('on two weeks of a production service’s load', () => {
  const rows = (): SeriesRow[] =>
    readFileSync(servegen, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number))
      .map(([seconds, value]) => ({ timestamp: 1000 * (seconds as number), value: value as number }));

  it('forecasts half an hour ahead better than the last value', () => {
    const { summary } = backtestForecast(rows(), { horizonMs: 1_800_000, from: 0.7 });
    expect(summary.wape).toBeLessThan(19);
    expect(Math.abs(summary.coverage - 0.8)).toBeLessThan(0.03);
  });

  it('scales with fewer instances and less load unserved than the last value', () => {
    const load = rows();
    const peak = Math.max(...load.slice(0, Math.floor(0.7 * load.length)).map(({ value }) => value));
    const { summary } = backtestScale(load, {
      horizonMs: 1_800_000,
      from: 0.7,
      capacity: peak / 20,
      startDelayMs: TEN_MINUTES,
    });
    expect(summary.forecast.instanceSteps).toBeLessThan(summary.lastValue.instanceSteps);
    expect(summary.forecast.unserved).toBeLessThanOrEqual(summary.lastValue.unserved);
  });
});
