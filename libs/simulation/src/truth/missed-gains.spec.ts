import { initialSystemState, type SystemState } from '@contentflow/decisions';
import type { RecipeChange } from '@contentflow/contracts';
import { loadWorld } from '../adapters/world-files.ts';
import { generation0Recipes } from '../sandbox/generation0-recipes.ts';
import { type MissedGain, missedGains, type ScreeningResult } from './missed-gains.ts';

const world = loadWorld('small-default');
const [recipe0] = generation0Recipes(world);
if (!recipe0) throw new Error('the world has a content type');
const { contentType } = recipe0;
const HOUR = 3_600_000;
const swift: RecipeChange = { kind: 'use_model', model: 'swift' };
const thrifty: RecipeChange = { kind: 'use_model', model: 'thrifty' };
const withoutSeo: RecipeChange = { kind: 'drop_step', step: 'seo' };

/** What is missing after twelve hours, of a better model and of an idle step. */
function missing(
  state: object = {},
  screened: readonly ScreeningResult[] = [],
  changes = [swift, withoutSeo],
): MissedGain[] {
  const known = { ...initialSystemState, generation0: { [contentType]: recipe0 }, ...state } as SystemState;
  return missedGains({ world, state: known, screened, proposable: () => changes, startMs: 0 }, 12 * HOUR);
}

const improvement = (change: RecipeChange, endedAt?: number) => ({ contentType, change, appliedAt: 2 * HOUR, endedAt });
const causes = (missed: readonly MissedGain[]) => Object.fromEntries(missed.map(({ part, cause }) => [part, cause]));

describe('where the oracle’s gain went', () => {
  it('names each part in which the recipe in force differs, the one that gains most first', () => {
    const missed = missing();
    expect(missed.map(({ part }) => part).sort()).toEqual(['model', 'step seo']);
    expect(missed[0]?.worth).toBeGreaterThan(missed[1]?.worth ?? 0);
    expect(missed.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2);
    expect(causes(missed)).toEqual({ model: 'never tried', 'step seo': 'never tried' });
  });

  it('counts nothing as missing that is in force, and what is no longer', () => {
    expect(causes(missing({ improvements: [improvement(swift)] }))).toEqual({ 'step seo': 'never tried' });
    const rolledBack = missing({ improvements: [improvement(swift, 9 * HOUR)] });
    expect(causes(rolledBack)).toMatchObject({ model: 'rolled back' });
    expect(rolledBack.find(({ part }) => part === 'model')?.story).toBe('in force from 2.0 h to 9.0 h');
  });

  it('tells how far each change came', () => {
    const seen = { contentType, change: swift, at: HOUR, quality: -0.4, error: 0.2, cost: 0.8, time: 1 };
    expect(causes(missing({}, [seen]))).toMatchObject({ model: 'screened as harm' });
    expect(causes(missing({}, [{ ...seen, quality: 0.1 }]))).toMatchObject({ model: 'screened as no gain' });
    expect(causes(missing({}, [{ ...seen, change: thrifty }]))).toMatchObject({ model: 'never tried' });
    const hypothesis = { contentType, change: swift, status: 'proposed', proposedAt: HOUR };
    expect(causes(missing({ hypotheses: { h: hypothesis } }, [seen]))).toMatchObject({ model: 'waits for a trial' });
    const trial = {
      contentType,
      change: swift,
      metric: 'cost',
      registeredAt: HOUR,
      design: { horizonMs: HOUR, alpha: 0.01 },
    };
    expect(causes(missing({ experiments: { e: trial } }))).toMatchObject({ model: 'on trial' });
    const lost = { ...trial, concludedAt: 5 * HOUR, verdict: 'none', reason: 'futility', units: 300 };
    const [story] = missing({ experiments: { e: lost } }).filter(({ part }) => part === 'model');
    expect(story).toMatchObject({
      cause: 'trial lost',
      story: 'none (futility) by cost, 300 units, 1.0 h to 5.0 h, level 0.010',
    });
  });

  it('blames nobody for what breaks a margin by itself', () => {
    const none = {
      policy: { ...initialSystemState.policy, guardrails: { ...initialSystemState.policy.guardrails, costMargin: -1 } },
    };
    expect(causes(missing())).toEqual({ model: 'never tried', 'step seo': 'never tried' });
    expect(causes(missing(none))).toEqual({ model: 'beyond a margin', 'step seo': 'beyond a margin' });
  });
});
