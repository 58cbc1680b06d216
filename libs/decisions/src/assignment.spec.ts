import { defaultPolicy, recipeSchema } from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { assign, recipeOfAssignment } from './assignment.ts';
import { initialSystemState, type SystemState } from './system-state.ts';
import type { Experiment } from './system-state/experiments.ts';
import type { Improvement } from './system-state/improvements.ts';

const generation0 = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write well.' },
  steps: [
    { id: 'draft', instruction: 'Write.', maxOutputTokens: 100 },
    { id: 'subject', instruction: 'Name it.', maxOutputTokens: 20 },
  ],
  output: { body: 'draft', title: 'subject' },
  model: 'large',
});
const experiment = (over: Partial<Experiment> = {}): Experiment => ({
  experimentId: 'e1',
  origin: { kind: 'hypothesis', id: 'h1' },
  contentType: 'email',
  lever: 'model',
  change: { kind: 'use_model', model: 'small' },
  metric: 'cost',
  design: {
    alpha: 0.05,
    minimumImprovement: 0.1,
    unitsPerArm: 100,
    horizonMs: 3_600_000,
    minimumRunMs: 0,
    longestMs: 86_400_000,
    lookEveryMs: 600_000,
    fewestUnits: 50,
    ramp: [0.05, 0.25, 0.5],
    rampStepMs: 600_000,
    stopping: '',
    guardrails: { quality: 0.3, success: 0.02, cost: 0.1, time: 0.1, satisfaction: 0.15 },
  },
  registration: '',
  status: 'running',
  registeredAt: 0,
  startedAt: 0,
  looks: 0,
  ...over,
});
const improvement: Improvement = {
  improvementId: 'i1',
  experimentId: 'e0',
  contentType: 'email',
  lever: 'workflow',
  change: { kind: 'run_in_parallel', parallel: true },
  type: 'workflow_optimization',
  impact: {},
  summary: '',
  learnedFrom: 0,
  costToFind: 0,
  guardrails: {},
  isPartial: false,
  expiresAt: Number.MAX_SAFE_INTEGER,
  status: 'applied',
  origin: 'hypothesis',
  appliedAt: 0,
};
const stateWith = (over: Partial<SystemState>): SystemState => ({
  ...initialSystemState,
  policy: defaultPolicy,
  generation0: { email: generation0 },
  ...over,
});
const units = Array.from({ length: 4000 }, (_, index) => `unit-${index}`);

describe('assigning units', () => {
  it('keeps the holdback on generation 0, outside every experiment', () => {
    const state = stateWith({ experiments: { e1: experiment() }, improvements: [improvement] });
    const held = units
      .map((unit) => assign(state, 'email', unit, HOUR_MS))
      .filter(({ assignment }) => assignment.holdback);
    expect(held.length / units.length).toBeCloseTo(0.05, 1);
    expect(held.every(({ recipe, assignment }) => recipe === generation0 && assignment.exposures.length === 0)).toBe(
      true,
    );
  });

  it('never moves a unit to the other arm, however far the ramp has climbed', () => {
    const state = stateWith({ experiments: { e1: experiment() } });
    for (const unit of units.slice(0, 500)) {
      const arms = [0, 700_000, 1_300_000, 20 * HOUR_MS]
        .flatMap((at) => assign(state, 'email', unit, at).assignment.exposures)
        .map(({ variant }) => variant);
      expect(new Set(arms).size).toBeLessThanOrEqual(1);
    }
  });

  it('exposes as many to the treatment as the ramp says, and as many to the control', () => {
    const state = stateWith({ experiments: { e1: experiment() } });
    const share = (at: number, variant: string): number =>
      units.filter((unit) =>
        assign(state, 'email', unit, at).assignment.exposures.some((each) => each.variant === variant),
      ).length / units.length;
    for (const [at, expected] of [
      [0, 0.05],
      [600_000, 0.25],
      [HOUR_MS, 0.5],
    ] as const) {
      expect(Math.abs(share(at, 'treatment') - 0.95 * 0.9 * expected)).toBeLessThan(0.03);
      expect(Math.abs(share(at, 'control') - 0.95 * 0.9 * expected)).toBeLessThan(0.03);
    }
  });

  it('draws the arms of experiments side by side independently of each other', () => {
    const experiments = { e1: experiment(), e2: experiment({ experimentId: 'e2', lever: 'prompt' }) };
    const both = units
      .map((unit) => assign(stateWith({ experiments }), 'email', unit, HOUR_MS).assignment.exposures)
      .filter(({ length }) => length === 2);
    expect(both.length / units.length).toBeGreaterThan(0.8);
    for (const arms of ['control,control', 'control,treatment', 'treatment,control', 'treatment,treatment']) {
      const met = both.filter((exposures) => exposures.map(({ variant }) => variant).join() === arms);
      expect(Math.abs(met.length / both.length - 0.25)).toBeLessThan(0.03);
    }
  });

  it('keeps the share of units out of every experiment that the learning budget spares', () => {
    const policy = { ...defaultPolicy, learningBudget: { ...defaultPolicy.learningBudget, trafficShare: 0.3 } };
    const experiments = { e1: experiment(), e2: experiment({ experimentId: 'e2', lever: 'prompt' }) };
    const state = stateWith({ policy, experiments });
    const exposed = units.filter((unit) => assign(state, 'email', unit, HOUR_MS).assignment.exposures.length > 0);
    expect(Math.abs(exposed.length / units.length - 0.95 * 0.3)).toBeLessThan(0.03);
  });

  it('lets a share go without each improvement, and gives the rest all of them', () => {
    const state = stateWith({ improvements: [improvement] });
    const all = units
      .map((unit) => assign(state, 'email', unit, HOUR_MS))
      .filter(({ assignment }) => !assignment.holdback);
    const without = all.filter(({ assignment }) => assignment.withheld.includes('i1'));
    expect(Math.abs(without.length / all.length - 0.05)).toBeLessThan(0.015);
    expect(without.every(({ recipe }) => !recipe.parallel)).toBe(true);
    expect(all.filter(({ recipe }) => recipe.parallel).length).toBe(all.length - without.length);
  });

  it('takes a re-tested improvement from the control arm', () => {
    const retest = experiment({ experimentId: 'e2', origin: { kind: 'retest', id: 'i1' }, change: improvement.change });
    const state = stateWith({ improvements: [{ ...improvement, status: 'expired' }], experiments: { e2: retest } });
    for (const unit of units.slice(0, 500)) {
      const { recipe, assignment } = assign(state, 'email', unit, HOUR_MS);
      const arm = assignment.exposures[0]?.variant;
      if (!assignment.holdback) expect(recipe.parallel).toBe(arm !== 'control');
    }
  });

  it('can tell later which recipe an assignment stood for', () => {
    const state = stateWith({ experiments: { e1: experiment() }, improvements: [improvement] });
    for (const unit of units.slice(0, 500)) {
      const { recipe, assignment } = assign(state, 'email', unit, HOUR_MS);
      expect(recipeOfAssignment(state, 'email', assignment)).toEqual(recipe);
    }
  });

  it('exposes nobody from the instant of a pause: units go back to what is in force', () => {
    const running = stateWith({ experiments: { e1: experiment() }, improvements: [improvement] });
    const paused = { ...running, autonomy: { ...running.autonomy, state: 'paused' as const } };
    const exposed = units.filter((unit) => assign(running, 'email', unit, HOUR_MS).assignment.exposures.length > 0);
    expect(exposed.length).toBeGreaterThan(100);
    for (const unit of exposed) {
      const { recipe, assignment } = assign(paused, 'email', unit, HOUR_MS);
      expect(assignment.exposures).toEqual([]);
      expect(recipe.model).toBe('large');
      expect(recipe.parallel).toBe(!assignment.withheld.includes('i1'));
    }
  });

  it('holds back more units of an improvement that is rolled out in part', () => {
    const shareWithout = (isPartial: boolean): number => {
      const state = stateWith({ improvements: [{ ...improvement, isPartial }] });
      const assigned = units.map((unit) => assign(state, 'email', unit, HOUR_MS).assignment);
      const outside = assigned.filter(({ holdback }) => !holdback);
      return outside.filter(({ withheld }) => withheld.includes('i1')).length / outside.length;
    };
    expect(shareWithout(false)).toBeLessThan(0.07);
    expect(shareWithout(true)).toBeGreaterThan(0.08);
    expect(shareWithout(true)).toBeLessThan(0.12);
  });
});
