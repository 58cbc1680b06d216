import { seededRandom, type Random } from '@contentflow/kernel';
import { forecastAtShare, forecastNext, startForecast, type ForecastState, type LoadForecast } from './forecast.ts';

interface Graded {
  readonly error: number;
  readonly lastValueError: number;
  readonly coverage: number;
  readonly demoted: number;
}

/** Grades the second half of a series. */
function graded(values: readonly number[], horizon: number, period = 0): Graded {
  let state = startForecast({ horizon, period });
  const forecasts: LoadForecast[] = values.map((value) => {
    const next = forecastNext(state, value);
    state = next.state;
    return next.forecast;
  });
  const targets = values.map((_, i) => i).slice(values.length / 2);
  const mean = (of: (i: number) => number): number => targets.reduce((sum, i) => sum + of(i), 0) / targets.length;
  const said = (i: number) => forecasts[i - horizon] as LoadForecast;
  const actual = (i: number) => values[i] as number;
  return {
    error: mean((i) => Math.abs(said(i).expected - actual(i))),
    lastValueError: mean((i) => Math.abs(actual(i - horizon) - actual(i))),
    coverage: mean((i) => (actual(i) >= said(i).lower && actual(i) <= said(i).upper ? 1 : 0)),
    demoted: mean((i) => (said(i).isDemoted ? 1 : 0)),
  };
}

const series = (n: number, draw: (random: Random, i: number) => number): number[] => {
  const random = seededRandom('forecast');
  return Array.from({ length: n }, (_, i) => draw(random, i));
};

describe('the load forecast', () => {
  it('sees a season coming', () => {
    const seasonal = series(1200, (random, i) => 100 + 60 * Math.sin((2 * Math.PI * i) / 48) + 5 * random.normal());
    const { error, lastValueError } = graded(seasonal, 4, 48);
    expect(error).toBeLessThan(0.35 * lastValueError);
  });

  it('averages noise away', () => {
    const noisy = series(1200, (random) => 100 + 20 * random.normal());
    const { error, lastValueError } = graded(noisy, 3);
    expect(error).toBeLessThan(0.85 * lastValueError);
  });

  it('is no worse than the last value on a random walk', () => {
    let level = 1000;
    const walk = series(2000, (random) => (level = Math.max(100, level + 10 * random.normal())));
    const { error, lastValueError } = graded(walk, 3, 144);
    expect(error).toBeLessThan(1.02 * lastValueError);
  });

  it('holds its coverage, also when the noise changes', () => {
    const changing = series(3000, (random, i) => random.logNormal(200, i < 1800 ? 0.1 : 0.3));
    const { coverage } = graded(changing, 3);
    expect(coverage).toBeGreaterThan(0.76);
    expect(coverage).toBeLessThan(0.85);
  });

  it('says the last value while its blend does worse', () => {
    let state = startForecast({ horizon: 1 });
    for (const value of series(300, (random) => 100 + 20 * random.normal())) state = forecastNext(state, value).state;
    expect(forecastNext(state, 5000).forecast.isDemoted).toBe(false);
    // Long steps: any average lags behind.
    for (let i = 0; i < 100; i++) state = forecastNext(state, 100 + 500 * Math.floor(i / 10)).state;
    const { forecast } = forecastNext(state, 5000);
    expect(forecast.isDemoted).toBe(true);
    expect(forecast.expected).toBe(5000);
  });

  it('is about as good as the last value on series that it cannot foresee, whatever their sign and size', () => {
    const unforeseeable: readonly ((random: Random, before: number) => number)[] = [
      (random, before) => before + random.normal(),
      (random, before) => before + 1e9 * random.normal(),
      (random, before) => Math.min(-1e-9, before + 1e-6 * random.normal()),
      (random, before) => (before || 100) * Math.exp(0.1 * random.normal()),
      (_, before) => before,
    ];
    for (const next of unforeseeable) {
      let before = 0;
      const { error, lastValueError } = graded(
        series(1500, (random) => (before = next(random, before))),
        3,
        144,
      );
      expect(error).toBeLessThanOrEqual(1.01 * lastValueError);
    }
  });

  it('forecasts what is negative below 0, and grades it', () => {
    const daily = series(1000, (random, i) => 100 + 50 * Math.sin((2 * Math.PI * i) / 48) + 10 * random.normal());
    const below = graded(
      daily.map((value) => -value),
      4,
      48,
    );
    expect(below.error).toBeLessThan(0.6 * below.lastValueError);
    expect(Math.abs(below.coverage - 0.8)).toBeLessThan(0.05);
    let state = startForecast({ horizon: 1 });
    for (let i = 0; i < 200; i++) state = forecastNext(state, -100 - 50 * Math.floor(i / 10)).state;
    expect(forecastNext(state, -5000).forecast).toMatchObject({ expected: -5000, isDemoted: true });
  });

  it('passes by steps that nothing is known of', () => {
    const seasonal = series(1200, (random, i) => 100 + 60 * Math.sin((2 * Math.PI * i) / 48) + 5 * random.normal());
    let state = startForecast({ horizon: 4, period: 48 });
    const errors = seasonal.map((value, i) => {
      const next = forecastNext(state, i % 5 === 3 || (i > 900 && i < 950) ? undefined : value);
      state = next.state;
      return i > 950 && i + 4 < seasonal.length ? Math.abs(next.forecast.expected - (seasonal[i + 4] as number)) : 0;
    });
    expect(errors.reduce((sum, error) => sum + error, 0) / 245).toBeLessThan(12);
    expect(() => forecastNext(startForecast({ horizon: 1 }), undefined)).toThrow(RangeError);
  });

  it.each([
    ['0', 0],
    ['the smallest number', Number.MIN_VALUE],
    ['a huge number', 1e100],
    ['a huge negative number', -1e100],
  ])('stays a number after %s', (_, odd) => {
    let state = startForecast({ horizon: 2, period: 48 });
    for (let i = 0; i < 120; i++) {
      const next = forecastNext(state, i % 30 === 29 ? odd : 5 + (i % 7));
      state = next.state;
      expect(Object.values(next.forecast).every((value) => typeof value === 'boolean' || Number.isFinite(value))).toBe(
        true,
      );
      expect(next.forecast.lower).toBeLessThanOrEqual(next.forecast.expected);
      expect(next.forecast.upper).toBeGreaterThanOrEqual(next.forecast.expected);
    }
  });

  it('says what a share of the loads stays below', () => {
    let state = startForecast({ horizon: 1 });
    expect(forecastAtShare(state, 0.9)).toBeUndefined();
    for (const value of series(500, (random) => 100 + 10 * random.normal())) state = forecastNext(state, value).state;
    const [half = 0, most = 0] = [0.5, 0.9].map((share) => forecastAtShare(state, share));
    expect(half).toBeGreaterThan(95);
    expect(half).toBeLessThan(105);
    expect(most).toBeGreaterThan(108);
    expect(most).toBeLessThan(120);
  });

  it('is plain data, and refuses what is no forecast', () => {
    let state = startForecast({ horizon: 2, period: 10 });
    for (const value of series(80, (random) => 5 + random.next())) state = forecastNext(state, value).state;
    expect(forecastNext(JSON.parse(JSON.stringify(state)) as ForecastState, 6)).toEqual(forecastNext(state, 6));
    expect(() => startForecast({ horizon: 0 })).toThrow(RangeError);
    expect(() => startForecast({ horizon: 1, coverage: 1 })).toThrow(RangeError);
    expect(() => forecastNext(state, Number.NaN)).toThrow(RangeError);
  });
});
