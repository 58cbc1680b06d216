import { defaultPolicy, HypothesisProposed, type RecipeChange } from '@contentflow/contracts';
import { decided, type Hypothesis, type SystemState } from '@contentflow/decisions';
import { seededRandom } from '@contentflow/kernel';
import { drawn, type Generation, HOUR, measured, observed, systemAfter } from '../../testing/traffic.ts';
import { trafficSince } from '../traffic.ts';
import {
  successProbabilityBy,
  successProbability,
  noRecord,
  type Prospect,
  recordOf,
  type TrialRecord,
  valuePerExposure,
} from './value.ts';

const seen = (count: number, over: Partial<Generation> = {}) => {
  const random = seededRandom('value');
  const events = Array.from({ length: count }, (_, index) =>
    measured({ unit: `${index}`, time: 1, ...drawn(random, over), ...(over.timeMs ? { timeMs: over.timeMs } : {}) }),
  );
  return trafficSince([observed(events)], 'email', 0, HOUR);
};
const prospect: Prospect = { chance: 0.5, gains: { cost: 0.2 }, metric: 'cost' };
const valueOf = (over: Partial<Prospect> = {}, traffic = seen(1000), policy = defaultPolicy): number =>
  valuePerExposure({ ...prospect, ...over }, traffic, policy);

describe('the value of a try per exposure', () => {
  it('grows with its chance and its gain', () => {
    expect(valueOf({ chance: 1 })).toBeCloseTo(2 * valueOf());
    expect(valueOf({ gains: { cost: 0.4 } })).toBeCloseTo(2 * valueOf());
  });

  it('weighs a gain by the objective that the user set', () => {
    const thrifty = { ...defaultPolicy, objective: { ...defaultPolicy.objective, quality: 0.1, cost: 0.8, time: 0.1 } };
    const fine = { ...defaultPolicy, objective: { ...defaultPolicy.objective, quality: 0.8, cost: 0.1, time: 0.1 } };
    const better = (policy: typeof thrifty) =>
      valueOf({ metric: 'quality', gains: { quality: 0.1 } }, seen(1000), policy);
    expect(valueOf({}, seen(1000), thrifty)).toBeGreaterThan(better(thrifty));
    expect(valueOf({}, seen(1000), fine)).toBeLessThan(better(fine));
  });

  it('counts what else is known to change', () => {
    const dear = valueOf({ metric: 'quality', gains: { quality: 0.1, cost: -0.1 } });
    expect(dear).toBeLessThan(valueOf({ metric: 'quality', gains: { quality: 0.1 } }));
    expect(valueOf({ metric: 'quality', gains: { quality: 0.1, cost: -0.5 } })).toBeLessThan(0);
  });

  it('prefers the content type on which more money is spent', () => {
    expect(valueOf({}, seen(1000, { cost: 0.02 }))).toBeGreaterThan(1.9 * valueOf({}, seen(1000, { cost: 0.01 })));
    expect(valueOf({}, seen(300))).toBeGreaterThan(valueOf({}, seen(40)));
  });

  it('falls where readers must be shown to be as satisfied, by as many units as that takes, a day’s at most', () => {
    expect(valueOf({ isForReaders: true })).toBeLessThan(valueOf() / 10);
    expect(valueOf({ isForReaders: true })).toBeGreaterThan(valueOf() / 24);
    const strict = { ...defaultPolicy, guardrails: { ...defaultPolicy.guardrails, satisfactionMargin: 0.01 } };
    expect(valueOf({ isForReaders: true }, seen(1000), strict)).toBeCloseTo(valueOf({}, seen(1000), strict) / 24, 6);
  });

  it('falls where a noisy metric needs more units', () => {
    const steady = seen(300);
    const noisy = {
      ...steady,
      statistics: { ...steady.statistics, cost: { ...steady.statistics.cost, m2Y: 20 * steady.statistics.cost.m2Y } },
    };
    expect(valueOf({}, noisy)).toBeLessThan(0.2 * valueOf({}, steady));
  });
});

describe('the chance of a try', () => {
  const tries = (supported: number, refuted: number) => ({ supported, refuted });
  const record = (here: TrialRecord['here'], everywhere = here): TrialRecord => ({ here, everywhere });

  it('is one in two before anything was tried', () => expect(successProbability(noRecord)).toBe(0.5));

  it('follows how its kind fared, here more than elsewhere', () => {
    const failedElsewhere = successProbability(record(tries(0, 0), tries(0, 4)));
    const failedHere = successProbability(record(tries(0, 4)));
    expect(failedElsewhere).toBeLessThan(0.5);
    expect(failedHere).toBeLessThan(failedElsewhere);
    expect(successProbability(record(tries(3, 0), tries(3, 4)))).toBeGreaterThan(0.6);
  });

  const propose = (
    hypothesisId: string,
    contentType: string,
    change: RecipeChange = { kind: 'drop_step', step: 's' },
  ) =>
    decided(HypothesisProposed, contentType, {
      hypothesisId,
      kind: change.kind === 'use_model' ? 'model_selection' : 'step_removal',
      contentType,
      lever: change.kind === 'use_model' ? 'model' : 'workflow',
      change,
      metric: 'cost',
      reason: '',
      context: hypothesisId,
      expectedGain: 0.2,
    });
  const use = (model: string): RecipeChange => ({ kind: 'use_model', model });
  const whereAll = (status: Hypothesis['status'], system: SystemState): SystemState => ({
    ...system,
    hypotheses: Object.fromEntries(
      Object.entries(system.hypotheses).map(([id, hypothesis]) => [id, { ...hypothesis, status }]),
    ),
  });

  it('is read from the hypotheses of the ledger', () => {
    const system = whereAll('refuted', systemAfter([propose('a', 'email'), propose('b', 'ad')]));
    expect(recordOf(system, 'email')).toEqual({ step_removal: { here: tries(0, 1), everywhere: tries(0, 2) } });
  });

  it('of a model follows how this very model fared', () => {
    const record = recordOf(whereAll('refuted', systemAfter([propose('a', 'ad', use('small'))])), 'email');
    const of = (model: string) => successProbabilityBy(record, { kind: 'model_selection', change: use(model) });
    expect(of('small')).toBeLessThan(of('other'));
    expect(of('other')).toBe(0.5);
  });

  it('of a model that another content type tries at the moment is less than that of one nobody tries', () => {
    const system = systemAfter([propose('a', 'ad', use('small')), propose('b', 'ad')]);
    const chance = (contentType: string, change: RecipeChange, kind = 'model_selection') =>
      successProbabilityBy(recordOf(system, contentType), { kind, change });
    expect(chance('email', use('small'))).toBeLessThan(chance('email', use('other')));
    expect(chance('ad', use('small'))).toBe(0.5);
    expect(chance('email', { kind: 'drop_step', step: 's' }, 'step_removal')).toBe(0.5);
  });
});
