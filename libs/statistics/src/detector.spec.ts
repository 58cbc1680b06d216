import { seededRandom, type Random } from '@contentflow/kernel';
import { detect, startDetector, type Detection, type DetectorOptions, type DetectorState } from './detector.ts';

function run(values: readonly number[], options: Partial<DetectorOptions> = {}): Detection[] {
  let state = startDetector(options);
  return values.map((value) => {
    const next = detect(state, value);
    state = next.state;
    return next.detection;
  });
}

const alarms = (detections: readonly Detection[]): number[] =>
  detections.flatMap(({ isAlarm }, i) => (isAlarm ? [i] : []));
const noise = (n: number, draw: (random: Random, i: number) => number): number[] => {
  const random = seededRandom('detector');
  return Array.from({ length: n }, (_, i) => draw(random, i));
};
const normal = noise(1500, (random) => 50 + 3 * random.normal());

describe('the anomaly detector', () => {
  it('stays quiet on noise, steady or skewed', () => {
    expect(alarms(run(normal)).length).toBeLessThanOrEqual(1);
    expect(alarms(run(noise(1500, (random) => random.logNormal(10, 1)))).length).toBeLessThanOrEqual(4);
    expect(alarms(run(new Array<number>(1500).fill(45)))).toEqual([]);
  });

  it('finds a spike at once, whatever the metric is measured in', () => {
    for (const scale of [1e-6, 1, 1e9]) {
      const spiked = normal.map((value, i) => scale * (i === 1200 ? 120 : value));
      expect(alarms(run(spiked))).toContain(1200);
    }
  });

  it('finds a level shift once, then learns the new level', () => {
    const shifted = normal.map((value, i) => (i < 800 ? value : value + 60));
    const found = alarms(run(shifted));
    expect(found[0]).toBe(800);
    expect(found.length).toBeLessThanOrEqual(2);
  });

  it('finds a missing peak in a season', () => {
    const seasonal = noise(1500, (random, i) => 50 + 40 * Math.sin((2 * Math.PI * i) / 100) + random.normal());
    const missing = seasonal.map((value, i) => (i >= 1200 && i < 1250 ? 50 : value));
    const found = alarms(run(missing, { period: 100 })).filter((at) => at >= 1200 && at < 1260);
    expect(found.length).toBe(1);
    expect(alarms(run(missing)).filter((at) => at >= 1200 && at < 1245)).toEqual([]);
  });

  it('keeps anomalies out of its baseline', () => {
    let state = startDetector();
    for (const value of normal) state = detect(state, value).state;
    const after = detect(state, 900).state;
    expect(after.histories).toEqual(state.histories);
    expect(after.normal.at(-1)).toBeNull();
  });

  it('scores in [0, 1], and raises no alarm in its probation', () => {
    const detections = run(
      normal.map((value, i) => (i === 150 ? 1e6 : value)),
      { probation: 200 },
    );
    expect(detections.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
    expect(alarms(detections).every((at) => at >= 200)).toBe(true);
  });

  it('is plain data', () => {
    let state = startDetector({ period: 50 });
    for (const value of normal.slice(0, 300)) state = detect(state, value).state;
    const revived = JSON.parse(JSON.stringify(state)) as DetectorState;
    expect(detect(revived, 77).detection).toEqual(detect(state, 77).detection);
    expect(() => detect(state, Number.NaN)).toThrow(RangeError);
  });
});
