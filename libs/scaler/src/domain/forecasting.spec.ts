import { MINUTE_MS } from '@contentflow/kernel';
import { decideForecast, type ForecastEvidence } from './forecasting.ts';
import { type LoadMinute, MINUTES_KEPT } from './load.ts';
import { forecastUpTo, defaultSteps } from './step-forecast.ts';

const blend = { expected: 20, lower: 15, upper: 30, isDemoted: false };
const evidence = (change: Partial<ForecastEvidence> = {}): ForecastEvidence => ({
  for: 0,
  lastValue: 10,
  blend,
  hasLost: false,
  ...change,
});
describe('a forecast', () => {
  it('is the blend of forecasters', () => {
    expect(decideForecast(evidence())).toEqual({ expected: 20, lower: 15, upper: 30, forecaster: 'blend' });
  });

  it('falls back to the last value when the blend has lost to it', () => {
    expect(decideForecast(evidence({ hasLost: true }))).toEqual({
      expected: 10,
      lower: 7.5,
      upper: 15,
      forecaster: 'last_value',
    });
  });

  it('sees a daily rhythm coming that the last value does not', () => {
    const load = (minute: number): number => 20 + 15 * Math.sin((2 * Math.PI * minute) / (24 * 60));
    const minutes = Array.from({ length: 49 * 60 }, (_, minute) => minuteOf(minute, load(minute)));
    const made = forecastUpTo(null, minutes, 49 * 60 * MINUTE_MS, defaultSteps);
    const actual = load(49 * 60 + 27.5);
    expect(Math.abs((made?.forecast.expected ?? 0) - actual)).toBeLessThan(
      0.5 * Math.abs((made?.lastValue ?? 0) - actual),
    );
  });

  it.each([0, -1_000_000])('begins with the minutes that are kept, though one is told of minute %i', (longAgo) => {
    const now = 29_000_000;
    const minutes = Array.from({ length: MINUTES_KEPT }, (_, minute) =>
      minuteOf(now - MINUTES_KEPT + minute, minute % 37),
    );
    const observed = now * MINUTE_MS;
    const made = forecastUpTo(null, [minuteOf(longAgo, 1), ...minutes], observed, defaultSteps);
    expect(made).toEqual(forecastUpTo(null, minutes, observed, defaultSteps));
  });

  it('made step by step is the forecast made at once', () => {
    const minutes = Array.from({ length: 600 }, (_, minute) => minuteOf(minute, 10 + (minute % 37)));
    let stepwise = forecastUpTo(null, minutes, 7 * MINUTE_MS, defaultSteps);
    for (let at = 8; at <= 600; at++)
      stepwise = forecastUpTo(stepwise, minutes.slice(0, at), at * MINUTE_MS, defaultSteps);
    expect(stepwise).toEqual(forecastUpTo(null, minutes, 600 * MINUTE_MS, defaultSteps));
  });
});

const minuteOf = (minute: number, accepted: number): LoadMinute => ({
  minute,
  accepted,
  completed: accepted,
  workerMs: MINUTE_MS,
  inFlightMs: 0,
  capacityMs: 0,
  cpuMs: 0,
  memoryMs: 0,
  queueMs: 0,
  responseMs: 0,
});
