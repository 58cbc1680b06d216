import { seededRandom, type Random } from '@contentflow/kernel';
import { Detector, type Detection, type DetectorOptions, type DetectorState } from './detector.ts';

function run(values: readonly number[], options: Partial<DetectorOptions> = {}): Detection[] {
  const detector = new Detector(options);
  return values.map((value) => detector.judge(value));
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

  it('finds a peak turned round in a season', () => {
    const seasonal = noise(1500, (random, i) => 50 + 40 * Math.sin((2 * Math.PI * i) / 100) + random.normal());
    const turned = seasonal.map((value, i) => (i >= 1200 && i < 1250 ? 100 - value : value));
    const found = alarms(run(turned, { period: 100 })).filter((at) => at >= 1200 && at < 1260);
    expect(found.length).toBe(1);
    expect(alarms(run(turned)).filter((at) => at >= 1200 && at < 1245)).toEqual([]);
  });

  it('keeps anomalies out of its baseline', () => {
    const detector = new Detector({ period: 50 });
    for (const value of normal) detector.judge(value);
    const before = detector.state();
    expect(detector.judge(900).isAlarm).toBe(true);
    const after = detector.state();
    expect(after.usual).toEqual(before.usual);
    expect(after.tails.above.count).toBe(before.tails.above.count);
    expect(after.bySeason[after.step % after.bySeason.length]).toBeNull();
  });

  it('finds a series that stands still', () => {
    const stuck = normal.map((value, i) => (i >= 900 && i < 930 ? 50 : value));
    const found = run(stuck).findIndex(({ isAlarm }) => isAlarm);
    expect(found).toBeGreaterThanOrEqual(903);
    expect(found).toBeLessThan(930);
    expect(run(stuck)[found]?.strangest).toBe('stillness');
  });

  it('finds what falls in a series that often rises', () => {
    const rising = noise(1500, (random, i) =>
      i === 1200 ? 30 : 50 + random.normal() + Math.min(30, random.exponential(15)),
    );
    expect(run(rising)[1200]).toMatchObject({ isAlarm: true, strangest: 'below' });
  });

  it('compares the same time of a season, whatever is missing between', () => {
    const value = (i: number): number => 50 + 40 * Math.sin((2 * Math.PI * i) / 100);
    const detector = new Detector({ period: 100 });
    const steps = Array.from({ length: 2000 }, (_, i) => i).filter((i) => i % 700 < 640);
    expect(steps.filter((i) => detector.judge(value(i), i).isAlarm)).toEqual([]);
  });

  it('scores in [0, 1], and raises no alarm in its probation', () => {
    const detections = run(
      normal.map((value, i) => (i === 150 ? 1e6 : value)),
      { probation: 200 },
    );
    expect(detections.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
    expect(alarms(detections).every((at) => at >= 200)).toBe(true);
  });

  it('goes on from plain data as if it had never stopped', () => {
    const detector = new Detector({ period: 50 });
    for (const value of normal.slice(0, 300)) detector.judge(value);
    const revived = Detector.resumed(JSON.parse(JSON.stringify(detector.state())) as DetectorState);
    for (const value of [...normal.slice(300), 77]) expect(revived.judge(value)).toEqual(detector.judge(value));
    expect(revived.state()).toEqual(detector.state());
    expect(() => detector.judge(Number.NaN)).toThrow(RangeError);
  });
});
