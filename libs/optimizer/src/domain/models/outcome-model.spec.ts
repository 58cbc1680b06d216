import { HOUR_MS, seededRandom } from '@contentflow/kernel';
import { cheap, featuresWith, strong, type Window, windowsDrawn } from '../../testing/models.ts';
import { measured } from '../../testing/traffic.ts';
import { outcomeEvidence } from './outcome-evidence.ts';
import { drawnCoefficients, fitOutcomes, predicted, predictionErrors, type OutcomeModel } from './outcome-model.ts';
import { mergeOutcomes, noOutcomes, observedOutcomes, recordOutcome } from './outcome-windows.ts';

const offered = [
  { name: 'strong', usdPerMillionInput: 10, usdPerMillionOutput: 30 },
  { name: 'cheap', usdPerMillionInput: 1, usdPerMillionOutput: 3 },
  { name: 'new', usdPerMillionInput: 2, usdPerMillionOutput: 6 },
];
const sideBySide: Window = { models: { strong: { of: strong, count: 100 }, cheap: { of: cheap, count: 100 } } };
const learned = (windows: readonly Window[], seed = 'outcomes', halfLifeMs = 6 * HOUR_MS): OutcomeModel =>
  fitOutcomes(outcomeEvidence(windowsDrawn(seededRandom(seed), windows), offered, halfLifeMs));

describe('the learned model of outcomes', () => {
  it('predicts cost, time and quality of each model by what a brief shows', () => {
    const model = learned([sideBySide, sideBySide, sideBySide]);
    const [easy, hard] = [featuresWith(2), featuresWith(9)];
    expect(predicted(model, 0, easy).cost).toBeCloseTo(0.1, 2);
    expect(predicted(model, 1, easy).cost).toBeCloseTo(0.01, 3);
    expect(predicted(model, 0, hard).timeMs / 20_000).toBeCloseTo(1, 1);
    expect(predicted(model, 0, hard).quality).toBeGreaterThan(predicted(model, 1, hard).quality + 2);
    expect(Math.abs(predicted(model, 0, easy).quality - predicted(model, 1, easy).quality)).toBeLessThan(1);
  });

  it('does not take for the model’s what the recipe did: one that was tried in dearer, poorer hours is compared with those hours alone', () => {
    const poor = { level: { cost: 3, timeMs: 2, quality: -2 } };
    const alone: Window = { models: { strong: { of: strong, count: 200 } } };
    const model = learned([{ ...sideBySide, ...poor }, { ...sideBySide, ...poor }, alone, alone, alone]);
    const easy = featuresWith(3);
    expect(predicted(model, 1, easy).cost / predicted(model, 0, easy).cost).toBeCloseTo(0.1, 1);
    expect(predicted(model, 0, easy).quality).toBeGreaterThan(7.5);
    expect(predicted(model, 1, easy).quality).toBeGreaterThan(7.2);
  });

  it('expects of a model that was never seen what the others do at its price, and is unsure of it', () => {
    const model = learned([sideBySide, sideBySide]);
    const x = featuresWith(5);
    expect(predicted(model, 2, x).cost).toBeGreaterThan(0.01);
    expect(predicted(model, 2, x).cost).toBeLessThan(0.05);
    expect(predictionErrors(model, 2, x, 100).quality).toBeGreaterThan(3 * predictionErrors(model, 1, x, 100).quality);
  });

  it('follows a model that changes, as its old figures fade', () => {
    const dull = { of: (points: number) => ({ ...cheap(points), quality: 5 }), count: 100 };
    const before = Array.from({ length: 12 }, () => sideBySide);
    const after = Array.from({ length: 6 }, () => ({ models: { ...sideBySide.models, cheap: dull } }));
    const x = featuresWith(2);
    const gap = (halfLifeMs: number): number => {
      const model = learned([...before, ...after], 'drift', halfLifeMs);
      return predicted(model, 0, x).quality - predicted(model, 1, x).quality;
    };
    expect(gap(HOUR_MS)).toBeGreaterThan(2.4);
    expect(gap(1000 * HOUR_MS)).toBeLessThan(gap(HOUR_MS) - 0.8);
  });

  it('is as sure as it should be: nine means in ten fall in the 90 % interval', () => {
    let within = 0;
    const runs = 300;
    for (let seed = 0; seed < runs; seed++) {
      const model = learned([sideBySide, sideBySide], `coverage ${seed}`);
      // At the mean of what cheap briefs come to, where a straight line fits its quality as well as anything.
      const came = windowsDrawn(seededRandom(`came ${seed}`), [{ models: { strong: { of: strong, count: 40 } } }]);
      const { features, outcomes, count } = observedOutcomes(
        came.map(({ window }) => window),
        'strong',
      );
      const error = predictionErrors(model, 0, features, count).quality;
      if (Math.abs(outcomes.quality - predicted(model, 0, features).quality) <= 1.645 * error) within++;
    }
    expect(within / runs).toBeGreaterThan(0.85);
    expect(within / runs).toBeLessThan(0.95);
  });

  it('draws coefficients around what it expects, wider the less it knows', () => {
    const spread = (windows: number): number => {
      const model = learned(Array.from({ length: windows }, () => sideBySide));
      const random = seededRandom('draws');
      const draws = Array.from(
        { length: 200 },
        () => predicted(model, 1, featuresWith(5), drawnCoefficients(model, random)).quality,
      );
      const mean = draws.reduce((a, b) => a + b) / draws.length;
      expect(Math.abs(mean - predicted(model, 1, featuresWith(5)).quality)).toBeLessThan(0.05);
      return Math.sqrt(draws.reduce((sum, each) => sum + (each - mean) ** 2, 0) / draws.length);
    };
    expect(spread(1)).toBeGreaterThan(1.7 * spread(8));
  });

  it('knows the same, however the traffic was spread over partitions', () => {
    const [one, two] = windowsDrawn(seededRandom('parts'), [sideBySide, sideBySide]);
    const both = mergeOutcomes([one!.window, two!.window]);
    expect(observedOutcomes([both], 'cheap')).toEqual(observedOutcomes([one!.window, two!.window], 'cheap'));
    expect(both).toEqual(mergeOutcomes([mergeOutcomes([one!.window]), two!.window]));
  });

  it('learns nothing of a model from what failed or was generation 0’s', () => {
    const window = noOutcomes();
    recordOutcome(window, measured({ unit: 'a', time: 0, failed: true }).data);
    expect(window).toEqual(noOutcomes());
    recordOutcome(window, measured({ unit: 'a', time: 0, cost: 2, timeMs: 5, assignment: { holdback: true } }).data);
    expect(window).toEqual({ ...noOutcomes(), holdback: { count: 1, cost: 2, timeMs: 5 } });
  });
});
