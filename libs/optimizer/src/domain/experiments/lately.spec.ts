import { defaultPolicy } from '@contentflow/contracts';
import { type Random, seededRandom } from '@contentflow/kernel';
import { lookDesign, lookedAt, verdictIn } from '../../testing/look-evidence.ts';
import { armsDrawn, HOUR, MINUTE, measured, observed } from '../../testing/traffic.ts';
import type { Arms } from '../arm-statistics.ts';
import { isRecentlyHarmed } from './guardrails.ts';
import type { LookEvidence } from './look-evidence.ts';
import { decideLook } from './looks.ts';
import { recentStrata } from './trials.ts';

const design = lookDesign({ alpha: 0.01, unitsPerArm: 2000, horizonMs: 24 * HOUR });
const experiment = { ...lookedAt(design), interactions: [] };

/** Half an hour of units in each arm. */
const halfHour = (random: Random, units: number, quality: number): Arms =>
  armsDrawn(random, { units, quality: 8 }, { units, quality });

function verdictAfter(over: Partial<LookEvidence>): [string, string] | undefined {
  const evidence: LookEvidence = {
    kind: 'look',
    look: 3,
    experiment,
    context: 'c',
    epochs: [],
    concurrentExperiments: [],
    mayApply: true,
    ...over,
  };
  return verdictIn(decideLook(evidence, defaultPolicy, 10 * HOUR));
}

describe('harm that began lately', () => {
  it('ends a trial though hours without harm lie before it', () => {
    const random = seededRandom('late');
    const before = halfHour(random, 600, 8.3);
    const [one, two] = [halfHour(random, 40, 6), halfHour(random, 40, 6)];
    const epochs = [before, one, two];
    expect(verdictAfter({ epochs })).toBeUndefined();
    expect(verdictAfter({ epochs, lately: [[one], [two]] })).toEqual(['control', 'guardrail']);
    expect(verdictAfter({ epochs: [before], lately: [[halfHour(random, 40, 8)]] })).toBeUndefined();
  });

  it('is not seen in a handful of units, nor where it is within the margin', () => {
    const random = seededRandom('few');
    const harmed = (units: number, quality: number): boolean =>
      isRecentlyHarmed({ experiment, lately: [[halfHour(random, units, quality)]] });
    expect(harmed(5, 2)).toBe(false);
    expect(harmed(20000, 7.75)).toBe(false);
    expect(harmed(40, 6)).toBe(true);
  });

  it('ends few of the trials that do none in a day of looks', () => {
    const ended = Array.from({ length: 60 }, (_, run) => {
      const random = seededRandom(`harmless ${run}`);
      const halfHours = Array.from({ length: 48 }, () => [halfHour(random, 20, 8)]);
      return halfHours.some((_half, index) =>
        isRecentlyHarmed({ experiment, lately: halfHours.slice(Math.max(0, index - 3), index + 1) }),
      );
    });
    expect(ended.filter(Boolean).length).toBeLessThanOrEqual(4);
  });

  it('is looked for in the latest half hours of the trial’s own units, each once', () => {
    const at = (minute: number, unit: string, variant: 'control' | 'treatment', quality: number) =>
      measured({
        unit,
        time: minute * MINUTE,
        quality,
        assignment: { exposures: [{ experiment: 'e', variant, epoch: 0 }] },
      });
    const part = observed([
      at(10, 'old', 'treatment', 9),
      at(200, 'a', 'treatment', 5),
      at(215, 'a', 'treatment', 1),
      at(225, 'b', 'control', 8),
    ]);
    const lately = recentStrata([part], 'e', 230 * MINUTE);
    expect(lately).toHaveLength(4);
    const seen = lately.map((strata) =>
      strata.map(({ control, treatment }) => [control.quality.meanY, treatment.quality.meanY]),
    );
    expect(seen).toEqual([[[0, 0]], [[0, 0]], [[0, 5]], [[8, 0]]]);
    expect(
      recentStrata([], 'e', 230 * MINUTE)
        .flat()
        .every(({ treatment }) => treatment.quality.n === 0),
    ).toBe(true);
  });
});

describe('a re-test', () => {
  const retest = { ...experiment, origin: { kind: 'retest' as const, id: 'i' } };
  const epochs = [halfHour(seededRandom('again'), 40, 7.62)];

  it('takes out what is surely worse, by more than its margin as measured, sooner than a first trial ends for it', () => {
    expect(verdictAfter({ experiment: retest, epochs })).toEqual(['control', 'guardrail']);
    expect(verdictAfter({ epochs })).toBeUndefined();
  });

  it('keeps what is as good as without it', () => {
    expect(verdictAfter({ experiment: retest, epochs: [halfHour(seededRandom('good'), 200, 8)] })).toBeUndefined();
  });
});

describe('a guardrail that will hardly be shown', () => {
  const half = { ...design, unitsPerArm: 800 };

  it('ends a trial before its horizon, and holds nothing else up', () => {
    const epochs = [armsDrawn(seededRandom('hopeless'), { units: 400 }, { units: 400, cost: 0.005, timeMs: 22_500 })];
    expect(verdictAfter({ experiment: { ...experiment, design: half }, epochs })).toEqual(['none', 'guardrail']);
    const fine = [armsDrawn(seededRandom('hopeful'), { units: 400 }, { units: 400, cost: 0.0099, quality: 8 })];
    expect(
      verdictAfter({ experiment: { ...experiment, design: { ...half, minimumImprovement: 0 } }, epochs: fine }),
    ).toBeUndefined();
  });
});
