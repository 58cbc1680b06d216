import { defaultPolicy, ExperimentConcluded } from '@contentflow/contracts';
import { seededRandom } from '@contentflow/kernel';
import { lookDesign, lookedAt, verdictIn } from '../../testing/look-evidence.ts';
import { type ArmMeans, armsDrawn, basis, HOUR, MINUTE } from '../../testing/traffic.ts';
import { aimsFor, aimsFound } from './aims.ts';
import type { LookEvidence } from './look-evidence.ts';
import { decideLook } from './looks.ts';

const base = lookDesign({ alpha: 0.05, unitsPerArm: 1000, horizonMs: HOUR });
const ofCost = { ...base, aims: ['cost' as const, 'quality' as const, 'time' as const] };
const evidenceOf = (treatment: ArmMeans, design = ofCost, seed = 'aims'): LookEvidence => {
  const units = treatment.units ?? 1000;
  return {
    kind: 'look',
    look: 3,
    experiment: lookedAt(design),
    context: 'c',
    epochs: [armsDrawn(seededRandom(seed), { units }, { units, ...treatment })],
    concurrentExperiments: [],
    mayApply: true,
    used: {},
    isApproved: false,
    level: 0.005,
  };
};
const decisionsOf = (treatment: ArmMeans, design = ofCost) =>
  decideLook(evidenceOf(treatment, design), defaultPolicy, 30 * MINUTE);

describe('a trial that may be won by more than its own metric', () => {
  // Chosen for what it might save, by a dozen briefs; what it does is to write better.
  const better: ArmMeans = { cost: 0.0098, quality: 8.6 };

  it('is won by whatever its change betters', () => {
    expect(verdictIn(decisionsOf(better))).toEqual(['treatment', 'success']);
    expect(verdictIn(decisionsOf(better, base as typeof ofCost))).toBeUndefined();
    expect(verdictIn(decisionsOf({ timeMs: 15_000 }))).toEqual(['treatment', 'success']);
    expect(verdictIn(decisionsOf({ cost: 0.007 }))).toEqual(['treatment', 'success']);
  });

  it('says by what, and what evidence there is', () => {
    const concluded = decisionsOf(better).find(({ definition }) => definition === ExperimentConcluded);
    const { aim, evidence } = ExperimentConcluded.schema.parse({ ...concluded?.data, basis });
    expect(aim).toBe('quality');
    expect(evidence).toBeGreaterThan(2 / 0.005);
  });

  it('is not won by what costs more than it is worth, though within its margin', () => {
    expect(verdictIn(decisionsOf({ cost: 0.0106, quality: 8.35 }))).not.toEqual(['treatment', 'success']);
  });

  it('is lost as before where all it does is worse', () => {
    expect(verdictIn(decisionsOf({ cost: 0.013 }))).toEqual(['control', 'harm']);
    expect(verdictIn(decisionsOf({ cost: 0.007, quality: 7.4 }))).toEqual(['control', 'guardrail']);
  });

  it('has evidence of 1 at most in the mean where nothing is bettered', () => {
    const trials = 400;
    const all = Array.from({ length: trials }, (_, i) => aimsFound(evidenceOf({ units: 120 }, ofCost, `aims ${i}`)));
    const mean = all.reduce((sum, found) => sum + Math.min(1000, found?.evidence ?? 0), 0) / trials;
    expect(mean).toBeLessThan(1.2);
    expect(all.filter((found) => (found?.evidence ?? 0) >= 20).length / trials).toBeLessThan(0.05);
  });
});

describe('a trial of another tone', () => {
  const design = {
    ...base,
    unitsPerArm: 120,
    minimumImprovement: 0,
    aims: ['satisfaction' as const, 'quality' as const],
  };
  const tone = { lever: 'style' as const, change: { kind: 'set_tone' as const, tone: 'playful' }, metric: 'satisfaction' as const }; // prettier-ignore
  const verdictOf = (treatment: ArmMeans, control: ArmMeans = { satisfaction: 3.5 }) => {
    const epochs = [armsDrawn(seededRandom('tone'), { units: 120, ...control }, { units: 120, ...treatment })];
    const evidence = evidenceOf({});
    const experiment = { ...evidence.experiment, ...tone, design };
    return verdictIn(decideLook({ ...evidence, experiment, epochs }, defaultPolicy, 2 * HOUR));
  };

  it('is won by the quality that it betters, once forty readers show that they are as satisfied', () => {
    expect(verdictOf({ quality: 9, cost: 0.0095, satisfaction: 4.4 })).toEqual(['treatment', 'success']);
  });

  it('is not won by quality alone, where readers say nothing or like it less', () => {
    expect(verdictOf({ quality: 9, cost: 0.0095 }, {})).toBeUndefined();
    expect(verdictOf({ quality: 9, cost: 0.0095, satisfaction: 3.2 })).not.toEqual(['treatment', 'success']);
  });
});

describe('what a trial may be won by', () => {
  const hypothesis = { origin: { kind: 'hypothesis' }, metric: 'cost' as const };
  const of = (change: Parameters<typeof aimsFor>[0]['change'], over = {}, objective = defaultPolicy.objective) =>
    aimsFor({ ...hypothesis, change, ...over }, { ...defaultPolicy, objective });
  const model = { kind: 'use_model', model: 'm' } as const;

  it('is all that the user values and its change can move, its own metric first', () => {
    expect(of(model)).toEqual(['cost', 'quality', 'time']);
    expect(of(model, { metric: 'tokens' })).toEqual(['tokens', 'quality', 'time']);
    expect(of(model, {}, { ...defaultPolicy.objective, goal: 'minimise_cost' })).toBeUndefined();
    expect(of({ kind: 'set_tone', tone: 'formal' }, { metric: 'satisfaction' })).toEqual(['satisfaction', 'quality']);
  });

  it('is not quality where readers alone can judge it, or no word is changed', () => {
    expect(of({ kind: 'set_words', words: 100 })).toEqual(['cost', 'time']);
    expect(of({ kind: 'run_in_parallel', parallel: true }, { metric: 'time' })).toEqual(['time', 'cost']);
  });

  it('is its own metric alone where readers are asked, or what is in force is tested again', () => {
    expect(of({ kind: 'set_words', words: 100 }, { metric: 'satisfaction' })).toBeUndefined();
    expect(of(model, { origin: { kind: 'retest' } })).toBeUndefined();
  });
});
