import { defaultPolicy, ExperimentConcluded, ImprovementApplied } from '@contentflow/contracts';
import { type Experiment, initialSystemState, type SystemState } from '@contentflow/decisions';
import { seededRandom } from '@contentflow/kernel';
import { beginTest } from '@contentflow/statistics';
import { lookDesign } from '../../testing/look-evidence.ts';
import { drawn, HOUR, measured, MINUTE, observed, rated } from '../../testing/traffic.ts';
import { decideLook, looksDue } from './looks.ts';
import type { Interaction } from './interactions.ts';
import { crossingSeen } from './trials.ts';

const experiment = (experimentId: string, over: Partial<Experiment> = {}): Experiment => ({
  experimentId,
  origin: { kind: 'hypothesis', id: `h-${experimentId}` },
  contentType: 'email',
  lever: 'model',
  change: { kind: 'use_model', model: experimentId },
  metric: 'cost',
  registration: '',
  status: 'running',
  registeredAt: 0,
  startedAt: 0,
  looks: 0,
  design: lookDesign({ alpha: 0.05, unitsPerArm: 800, horizonMs: HOUR }),
  ...over,
});

interface Crossed {
  readonly alone?: number;
  readonly units?: number;
  /** Means, by how many of the two are met. Of every second content; else nobody rates. */
  readonly ratings?: readonly [number, number, number];
}

/** Two experiments on the same units; each change alone costs so many times as much, both together `both` times. */
function sideBySide(both: number, { alone = 0.6, units = 400, ratings }: Crossed = {}) {
  const random = seededRandom('side by side');
  const events = Array.from({ length: 4 * units }, (_, i) => i).flatMap((i) => {
    const [a, b] = [i % 2 === 1, i % 4 > 1];
    const cost = 0.01 * (a && b ? both : a || b ? alone : 1);
    const variant = (isTreated: boolean) => (isTreated ? ('treatment' as const) : ('control' as const));
    const exposures = [
      { experiment: 'b', variant: variant(b), epoch: 0 },
      { experiment: 'a', variant: variant(a), epoch: 0 },
    ];
    const unit = { unit: `${i}`, time: 0, assignment: { exposures } };
    const measurement = measured({ ...unit, ...drawn(random, { cost }) });
    if (!ratings || i % 8 > 3) return [measurement];
    const rating = Math.round((ratings[Number(a) + Number(b)] ?? 4) + 0.6 * random.normal());
    return [measurement, rated(unit, Math.min(5, Math.max(1, rating)))];
  });
  return observed(events);
}

const [a, b] = [experiment('a'), experiment('b', { registeredAt: 1 })];
const won: Partial<Experiment> = { status: 'concluded', verdict: 'treatment', concludedAt: 1 };
const applied = { improvementId: 'i', experimentId: 'a', contentType: 'email', status: 'applied', guardrails: {} };
function system(experiments: Experiment[], improvements: object[] = []): SystemState {
  const byId = Object.fromEntries(experiments.map((each) => [each.experimentId, each]));
  const errorControl = experiments.reduce(
    (control, { experimentId }) => beginTest(control, experimentId),
    initialSystemState.errorControl,
  );
  return {
    ...initialSystemState,
    errorControl,
    experiments: byId,
    improvements: improvements as SystemState['improvements'],
  };
}
/** What the look at `b` half an hour after its start decides. */
function lookAtB(known: ReturnType<typeof observed>, state: SystemState) {
  const at = 30 * MINUTE;
  const { evidence } = looksDue([known], state, at).find(({ question }) => question.startsWith('look:b'))!;
  const decisions = decideLook(evidence, defaultPolicy, at);
  const find = (of: { name: string }) => decisions.find(({ definition }) => definition.name === of.name)?.data;
  return { concluded: find(ExperimentConcluded), applied: find(ImprovementApplied) };
}

describe('two experiments on the same units', () => {
  const inForce = system([{ ...a, ...won }, b], [applied]);

  it('where the second is worth nothing beside the first, and that one is in force: it is void, and says why', () => {
    const { concluded, applied } = lookAtB(sideBySide(0.6), inForce);
    expect(concluded).toMatchObject({
      verdict: 'void',
      reason: 'interaction',
      interactions: [
        {
          concurrentExperiment: 'a',
          stands: 'in_force',
          metric: 'cost',
          effect: { value: expect.closeTo(1 / 0.6 - 1, 0.5) },
        },
        { concurrentExperiment: 'a', stands: 'in_force', metric: 'quality' },
      ],
    });
    expect(applied).toBeUndefined();
  });

  it.each([
    ['multiply', 0.36],
    ['are more together than alone', 0.2],
  ])('where their effects %s, both are applied', (_, both) => {
    const { concluded, applied } = lookAtB(sideBySide(both), inForce);
    expect(concluded).toMatchObject({ verdict: 'treatment', reason: 'success' });
    expect(applied).toBeDefined();
  });

  it('where readers like each alone but not both together, it is void; where they like both as much, it is applied', () => {
    const { concluded } = lookAtB(sideBySide(0.36, { ratings: [4, 4.4, 3.9] }), inForce);
    expect(concluded).toMatchObject({ verdict: 'void', reason: 'interaction' });
    const [reported] = (concluded as { interactions: Interaction[] }).interactions.filter(
      ({ metric }) => metric === 'satisfaction',
    );
    expect(reported?.effect.value).toBeCloseTo((3.9 * 4) / 4.4 ** 2 - 1, 1);
    expect(lookAtB(sideBySide(0.36, { ratings: [4, 4.2, 4.4] }), inForce).applied).toBeDefined();
  });

  it('the first to win is applied: what runs beside it has yet to win', () => {
    expect(lookAtB(sideBySide(0.6), system([{ ...a, looks: 3 }, b])).applied).toBeDefined();
  });

  it('looked at in the same tick, the one registered later waits for the other’s verdict', () => {
    expect(lookAtB(sideBySide(0.6), system([a, b])).concluded).toBeUndefined();
    expect(lookAtB(sideBySide(0.6), system([{ ...a, registeredAt: 2 }, b])).applied).toBeDefined();
  });

  it('what was rolled back since is no reason', () => {
    const gone = system([{ ...a, ...won }, b], [{ ...applied, status: 'rolled_back' }]);
    expect(lookAtB(sideBySide(0.6), gone).applied).toBeDefined();
  });
});

describe('the units that met both', () => {
  const meeting = (unit: string, ...experiments: string[]) =>
    measured({
      unit,
      time: 0,
      cost: 1,
      assignment: { exposures: experiments.map((id) => ({ experiment: id, variant: 'treatment' as const, epoch: 0 })) },
    });

  it('count once, from when they meet the second', () => {
    const known = observed([meeting('u', 'a'), meeting('u', 'b', 'a'), meeting('u', 'a', 'b'), meeting('v', 'a')]);
    expect(crossingSeen([known], 'a', 'b')?.treatment.treatment.cost.n).toBe(1);
    expect(crossingSeen([known], 'a', 'c')).toBeUndefined();
  });

  it('are told apart by the arm of the one that asks first, whichever that is, over all partitions', () => {
    const known = sideBySide(0.3, { alone: 0.6, units: 5 });
    const exposures = [
      { experiment: 'a', variant: 'treatment' as const, epoch: 0 },
      { experiment: 'b', variant: 'control' as const, epoch: 0 },
    ];
    const elsewhere = observed([measured({ unit: 'x', time: 0, assignment: { exposures } })]);
    const [ofA, ofB] = [crossingSeen([known, elsewhere], 'a', 'b'), crossingSeen([known, elsewhere], 'b', 'a')];
    expect(ofA?.treatment.control.cost.n).toBe(6);
    expect(ofA?.control.treatment.cost.n).toBe(5);
    expect(ofB?.control.treatment).toEqual(ofA?.treatment.control);
  });
});
