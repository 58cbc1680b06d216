import { readFileSync } from 'node:fs';
import type { Sample } from './sample.ts';
import { welchDegrees, welchTest } from './welch.ts';

const { cases } = JSON.parse(readFileSync(new URL('./welch.reference.json', import.meta.url), 'utf8')) as {
  cases: { control: Sample; treatment: Sample; p: number; interval: [number, number]; degrees: number }[];
};

describe("Welch's test", () => {
  it.each(cases)('matches SciPy for $control.n and $treatment.n units', (reference) => {
    const got = welchTest(reference.control, reference.treatment);
    expect(got.p).toBeCloseTo(reference.p, 10);
    expect(got.interval[0]).toBeCloseTo(reference.interval[0], 9);
    expect(got.interval[1]).toBeCloseTo(reference.interval[1], 9);
    expect(welchDegrees(reference.control, reference.treatment)).toBeCloseTo(reference.degrees, 8);
  });
});
