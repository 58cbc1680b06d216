import { HOUR, measured, observed } from '../testing/traffic.ts';
import { compare } from './experiments/comparison.ts';
import { guardrailChecks } from './experiments/guardrails.ts';
import { armsOf } from './experiments/trials.ts';
import { policySchema } from '@contentflow/contracts';
import type { LookEvidence } from './experiments/look-evidence.ts';

const policy = policySchema.parse({});
const design = {
  unitsPerArm: 200,
  guardrailUnits: { quality: 200, cost: 200, time: 200 },
  guardrails: { quality: 0.3, success: 0.02, cost: 0.1, time: 0.1, satisfaction: 0.15 },
};

/** Contents of four seconds, give or take a quarter; one in so many waits a minute for a call that times out, and is tried again. */
function trialWhere(failing: { control: number; treatment: number }, slower = 1) {
  const events = Array.from({ length: 400 }, (_, index) => {
    const variant = index % 2 === 0 ? ('treatment' as const) : ('control' as const);
    const [own, place] = [failing[variant], Math.floor(index / 2)];
    const isLost = own > 0 && place % own === own - 1;
    const steadyMs = 4000 * (1 + 0.25 * ((place % 5) / 2 - 1)) * (variant === 'treatment' ? slower : 1);
    const assignment = { exposures: [{ experiment: 'e', variant, epoch: 0 }] };
    const event = measured({ unit: `${index}`, time: index, assignment, timeMs: steadyMs + (isLost ? 60_000 : 0) });
    return { ...event, data: { ...event.data, metrics: { ...event.data.metrics, ...(isLost ? { steadyMs } : {}) } } };
  });
  return armsOf([observed(events)], 'e', HOUR);
}

const timeRail = (arms: ReturnType<typeof armsOf>) => {
  const experiment = { design, change: { kind: 'set_temperature', temperature: 1 } };
  const evidence = { experiment, epochs: arms } as unknown as LookEvidence;
  return guardrailChecks(evidence, policy).find(({ metric }) => metric === 'time');
};

describe('time on trial', () => {
  it('is that of the attempts that came to something: a few timeouts do not hide that a change is no slower', () => {
    const shown = timeRail(trialWhere({ control: 0, treatment: 100 }));
    expect(shown).toMatchObject({ state: 'within', standing: { effect: expect.closeTo(0, 2) } });
    expect(shown?.standing.error).toBeLessThan(0.03);
  });

  it('is as slow as it is where nothing fails', () => {
    expect(timeRail(trialWhere({ control: 0, treatment: 0 }, 1.3))?.state).toBe('breached');
    const arms = trialWhere({ control: 40, treatment: 40 }, 0.7);
    expect(compare(arms, 'time', { alpha: 0.05, horizonUnits: 400 })?.relative.value).toBeCloseTo(-0.3, 2);
  });

  it('ends a trial where attempts that fail take far more of it beyond doubt', () => {
    expect(timeRail(trialWhere({ control: 0, treatment: 4 }))?.state).toBe('breached');
  });
});
