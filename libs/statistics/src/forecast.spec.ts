import { seededRandom, type Random } from '@contentflow/kernel';
import { forecastNext, startForecast, type ForecastState, type LoadForecast } from './forecast.ts';

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
    // Long steps: any average lags behind.
    for (let i = 0; i < 300; i++) state = forecastNext(state, 100 + 50 * Math.floor(i / 10)).state;
    const worse: ForecastState = { ...state, blendLoss: 2 * (state.losses[0] as number) };
    const { forecast } = forecastNext(worse, 5000);
    expect(forecast.isDemoted).toBe(true);
    expect(forecast.expected).toBe(5000);
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
