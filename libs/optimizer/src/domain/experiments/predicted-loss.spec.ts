import type { ExperimentDesign } from '@contentflow/contracts';
import { seededRandom } from '@contentflow/kernel';
import { armsDrawn } from '../../testing/traffic.ts';
import { isAffordable, lossByNow, predictedLoss } from './predicted-loss.ts';

describe('what a trial is expected to lose', () => {
  it('is the mean of what is below zero of what is foreseen', () => {
    // Of a standard normal effect, E[max(0, −x)] = φ(0) = 0.3989.
    expect(predictedLoss({ effect: 0, error: 1 })).toBeCloseTo(0.3989, 4);
    expect(predictedLoss({ effect: -2, error: 0.01 })).toBeCloseTo(2, 3);
    expect(predictedLoss({ effect: 2, error: 0.01 })).toBeCloseTo(0, 6);
    expect(predictedLoss({ effect: -0.5, error: 0 })).toBe(0.5);
    expect(predictedLoss({ effect: 0.5, error: 0 })).toBe(0);
  });

  it('is less after hours without harm, more after harm, and what was foreseen before anything is seen', () => {
    const foreseen = { effect: 0, error: 0.7 };
    const after = (units: number, quality: number): number =>
      lossByNow(foreseen, [armsDrawn(seededRandom('by now'), { units }, { units, quality })]);
    expect(after(0, 8)).toBe(predictedLoss(foreseen));
    expect(after(200, 8)).toBeLessThan(0.4 * predictedLoss(foreseen));
    // Measures show about half of it.
    expect(after(400, 7.75)).toBeGreaterThan(0.4);
    expect(after(400, 7.75)).toBeLessThan(0.55);
  });

  const running = (contentType: string, lossForeseen?: number, ramp = [0.05, 0.5]) => ({
    contentType,
    design: { ramp, ...(lossForeseen === undefined ? {} : { lossForeseen }) } as ExperimentDesign,
  });
  const costly = { contentType: 'email', lossForeseen: 0.3 };

  it('is borne beside others as far as the budget goes: half of the units, at the end of a ramp', () => {
    expect(isAffordable([running('email', 0.2)], costly, 0.25)).toBe(true);
    expect(isAffordable([running('email', 0.2)], costly, 0.24)).toBe(false);
    expect(isAffordable([running('email', 0.2, [0.05])], costly, 0.24)).toBe(true);
    expect(isAffordable([running('email', 0.1), running('email', 0.1)], costly, 0.24)).toBe(false);
  });

  it('is always borne by one alone, in each content type, and by what loses nothing', () => {
    expect(isAffordable([], costly, 0.01)).toBe(true);
    expect(isAffordable([running('blog_post', 0.5), running('email')], costly, 0.01)).toBe(true);
    expect(isAffordable([running('email', 0.5)], { contentType: 'email' }, 0.01)).toBe(true);
    expect(isAffordable([running('email', 0.5)], { contentType: 'email', lossForeseen: 0 }, 0.01)).toBe(true);
  });
});
