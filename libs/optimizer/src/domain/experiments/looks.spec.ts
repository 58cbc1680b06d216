import {
  defaultPolicy,
  ExperimentConcluded,
  ExperimentLooked,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementRolledBack,
  type Policy,
} from '@contentflow/contracts';
import { canonicalJson, seededRandom } from '@contentflow/kernel';
import fc from 'fast-check';
import { lookDesign, lookedAt, verdictIn } from '../../testing/look-evidence.ts';
import { type ArmMeans, armsDrawn, basis, HOUR, MINUTE } from '../../testing/traffic.ts';
import type { LookEvidence } from './look-evidence.ts';
import { decideLook } from './looks.ts';

const design = lookDesign({ alpha: 0.05, unitsPerArm: 1000, horizonMs: HOUR });
const experiment = lookedAt(design);

interface Look {
  readonly control?: ArmMeans;
  readonly treatment?: ArmMeans;
  readonly at?: number;
  readonly over?: Partial<LookEvidence['experiment']>;
  readonly mayApply?: boolean;
  readonly used?: LookEvidence['used'];
  readonly isApproved?: boolean;
  readonly level?: number;
  readonly policy?: Policy;
  readonly fewerDrafts?: LookEvidence['fewerDrafts'];
}
const evidenceOf = ({ control = {}, treatment = {}, over = {}, mayApply = true, ...rest }: Look): LookEvidence => ({
  kind: 'look',
  look: 3,
  experiment: { ...experiment, ...over },
  context: 'c',
  epochs: [armsDrawn(seededRandom(canonicalJson([control, treatment])), control, treatment)],
  concurrentExperiments: [],
  mayApply,
  used: rest.used ?? {},
  isApproved: rest.isApproved ?? false,
  ...(rest.level === undefined ? {} : { level: rest.level }),
  ...(rest.fewerDrafts ? { fewerDrafts: rest.fewerDrafts } : {}),
});
const decisionsOf = (look: Look) => decideLook(evidenceOf(look), look.policy ?? defaultPolicy, look.at ?? 30 * MINUTE);
const typesOf = (look: Look): string[] => decisionsOf(look).map(({ definition }) => definition.name);

const verdictOf = (look: Look) => verdictIn(decisionsOf(look));

const cheaper: ArmMeans = { units: 1000, cost: 0.007 };
const same: ArmMeans = { units: 1000 };

describe('a look at an experiment', () => {
  it('is written down, whatever it shows', () => {
    const [looked] = decisionsOf({ control: { units: 60 }, treatment: { units: 60 } });
    const { metrics, look, sampleRatio } = ExperimentLooked.schema.parse({ ...looked?.data, basis });
    expect({ look, broken: sampleRatio.broken }).toEqual({ look: 3, broken: false });
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['cost', 'time', 'tokens', 'quality']));
  });

  it('ends in success once the metric is better by more than a tenth and nothing else is worse', () => {
    expect(verdictOf({ control: same, treatment: cheaper })).toEqual(['treatment', 'success']);
  });

  it('finds a steadier model by how far its contents are apart in quality, and a less steady one too', () => {
    const over = { metric: 'qualitySpread' as const };
    expect(verdictOf({ control: same, treatment: { units: 1000, spread: 0.35 }, over })).toEqual([
      'treatment',
      'success',
    ]);
    expect(verdictOf({ control: same, treatment: { units: 1000, spread: 0.7 }, over })).toEqual(['control', 'harm']);
    const worse = { units: 1000, spread: 0.35, quality: 7.2 };
    expect(verdictOf({ control: same, treatment: worse, over })).toEqual(['control', 'guardrail']);
  });

  it('does not call a smaller gain a success, however certain', () => {
    const slightly: Look = {
      control: { units: 4000 },
      treatment: { units: 4000, cost: 0.0094 },
      over: { design: { ...design, unitsPerArm: 4000 } },
    };
    expect(verdictOf({ ...slightly, at: 2 * HOUR })).toEqual(['none', 'horizon']);
  });

  it('takes a smaller gain that others make up for, and none that they make worse, by what the user values', () => {
    const over = { design: { ...design, unitsPerArm: 4000 } };
    const slightly = { units: 4000, cost: 0.0093 };
    const lookAt = (treatment: ArmMeans, policy = defaultPolicy): Look => ({
      control: { units: 4000 },
      treatment,
      over,
      policy,
      at: 2 * HOUR,
    });
    const quicker = { ...slightly, timeMs: 18_500, quality: 8.1 };
    expect(verdictOf(lookAt(quicker))).toEqual(['treatment', 'success']);
    expect(verdictOf(lookAt({ ...quicker, quality: 7.8 }))).toEqual(['none', 'horizon']);
    expect(verdictOf(lookAt({ ...quicker, cost: 0.0097 }))).toEqual(['none', 'horizon']);
    const cheapest: Policy = { ...defaultPolicy, objective: { ...defaultPolicy.objective, goal: 'minimise_cost' } };
    expect(verdictOf(lookAt(quicker, cheapest))).toEqual(['none', 'horizon']);
  });

  it('stops as soon as it shows harm to the metric itself', () => {
    expect(verdictOf({ control: same, treatment: { units: 1000, cost: 0.013 } })).toEqual(['control', 'harm']);
  });

  it.each([
    ['quality', { quality: 7 }],
    ['time', { timeMs: 30_000 }],
    ['success', { success: 0.85 }],
    ['what readers say', { satisfaction: 2.5 }],
  ])('stops when %s leaves its margin, whatever it saves', (_rail, worse) => {
    expect(
      verdictOf({ control: { ...same, satisfaction: 4 }, treatment: { ...cheaper, satisfaction: 4, ...worse } }),
    ).toEqual(['control', 'guardrail']);
  });

  it('applies nothing that readers are shown to like less, and is not held up where few of them speak', () => {
    const many = { over: { design: { ...design, unitsPerArm: 1500 } }, at: 2 * HOUR };
    const lookAt = (units: number, satisfaction: number): Look => ({
      control: { units, satisfaction: 4 },
      treatment: { units, cost: 0.005, satisfaction },
      ...many,
    });
    expect(verdictOf(lookAt(1500, 3.7))).toEqual(['control', 'guardrail']);
    expect(verdictOf(lookAt(1500, 4))).toEqual(['treatment', 'success']);
    expect(verdictOf(lookAt(400, 3.95))).toEqual(['treatment', 'success']);
  });

  it('ends a trial that loses more than measures show of the margin, long before it is told from the margin itself', () => {
    const many = { over: { design: { ...design, unitsPerArm: 3000 } } };
    const lookAt = (quality: number, units = 120): Look => ({
      control: { units },
      treatment: { units, cost: 0.005, quality },
      ...many,
    });
    expect(verdictOf(lookAt(7.6))).toEqual(['control', 'guardrail']);
    expect(verdictOf(lookAt(7.85))).toBeUndefined();
    // What is shown to keep its margin does.
    expect(verdictOf(lookAt(7.8, 3000))).toEqual(['treatment', 'success']);
  });

  it('waits until quality is shown to stay within its margin, and applies nothing if it never is', () => {
    const doubtful: Look = {
      control: { units: 60 },
      treatment: { units: 60, cost: 0.005, quality: 7.8 },
      over: { design: { ...design, unitsPerArm: 60 } },
    };
    expect(verdictOf({ ...doubtful, at: 30 * MINUTE })).toBeUndefined();
    expect(verdictOf({ ...doubtful, at: 24 * HOUR })).toEqual(['none', 'guardrail']);
  });

  it('judges a metric with a season over a full cycle, and stops for harm before', () => {
    const over = { design: { ...design, horizonMs: 24 * HOUR, minimumRunMs: 24 * HOUR } };
    const few = { ...design, unitsPerArm: 120 };
    const hardly: Look = { control: { units: 60 }, treatment: { units: 60, cost: 0.0107 }, over: { design: few } };
    expect(verdictOf({ control: same, treatment: cheaper, over, at: 23 * HOUR })).toBeUndefined();
    expect(verdictOf({ control: same, treatment: cheaper, over, at: 24 * HOUR })).toEqual(['treatment', 'success']);
    expect(verdictOf(hardly)).toEqual(['none', 'futility']);
    expect(verdictOf({ ...hardly, over: { design: { ...few, minimumRunMs: 24 * HOUR } } })).toBeUndefined();
    expect(verdictOf({ control: same, treatment: { units: 1000, cost: 0.013 }, over })).toEqual(['control', 'harm']);
    expect(verdictOf({ control: same, treatment: { ...cheaper, quality: 7 }, over })).toEqual(['control', 'guardrail']);
  });

  it('is held up by no guardrail that stands still, such as the cost of a model of one’s own', () => {
    const free: Look = {
      control: { ...same, cost: 0 },
      treatment: { ...same, cost: 0, tokens: 600 },
      over: { metric: 'tokens' },
    };
    expect(verdictOf(free)).toEqual(['treatment', 'success']);
    expect(verdictOf({ ...free, treatment: { ...free.treatment, cost: 0.01 } })).not.toEqual(['treatment', 'success']);
  });

  it('gives up when even the least improvement would hardly be found any more', () => {
    expect(
      verdictOf({
        control: { units: 60 },
        treatment: { units: 60, cost: 0.0107 },
        over: { design: { ...design, unitsPerArm: 120 } },
      }),
    ).toEqual(['none', 'futility']);
  });

  it('ends undecided at its horizon', () => {
    const atHorizon: Look = { control: { units: 1000 }, treatment: { units: 1000, cost: 0.0097 } };
    expect(verdictOf({ ...atHorizon, at: HOUR })).toEqual(['none', 'horizon']);
  });

  it('goes on past its horizon until it has its units, but not past a day', () => {
    const few: Look = { control: { units: 200 }, treatment: { units: 200, cost: 0.0094 } };
    expect(verdictOf({ ...few, at: 2 * HOUR })).toBeUndefined();
    expect(verdictOf({ ...few, at: 24 * HOUR })).toEqual(['none', 'horizon']);
  });

  it('finds a great effect long before its horizon, at the level that the error control gives it now', () => {
    const guardrailUnits = { quality: 200, cost: 200, time: 300 };
    const long = { design: { ...design, alpha: 0.0005, unitsPerArm: 2000, guardrailUnits } };
    const great: Look = { control: { units: 150 }, treatment: { units: 150, cost: 0.007 }, over: long };
    expect(verdictOf(great)).toBeUndefined();
    expect(verdictOf({ ...great, level: 0.0005 })).toEqual(['treatment', 'success']);
    expect(verdictOf({ ...great, level: 1e-30 })).toBeUndefined();
    const concluded = decisionsOf({ ...great, level: 0.0007 }).find(
      ({ definition }) => definition === ExperimentConcluded,
    );
    expect(concluded?.data).toMatchObject({ level: 0.0007 });
  });

  it('goes on with a winner that is not yet shown to keep to the margin of quality, for a day or three times the units', () => {
    const over = { design: { ...design, unitsPerArm: 100 } };
    const unshown: Look = {
      control: { units: 110, spread: 1.2 },
      treatment: { units: 110, spread: 1.2, quality: 7.9, cost: 0.007 },
      over,
    };
    expect(verdictOf({ ...unshown, at: 1.5 * HOUR })).toBeUndefined();
    expect(verdictOf({ ...unshown, at: 24 * HOUR })).toEqual(['none', 'guardrail']);
    const lost = { ...unshown, treatment: { ...unshown.treatment, quality: 7.65 } };
    expect(verdictOf({ ...lost, at: 1.5 * HOUR })?.[1]).toBe('guardrail');
  });

  it('does not ask whether steps in parallel keep to the margin of quality, as they change no word', () => {
    const over = { lever: 'workflow' as const, change: { kind: 'run_in_parallel' as const, parallel: true }, metric: 'time' as const }; // prettier-ignore
    const quicker: Look = {
      control: { units: 400, spread: 3 },
      treatment: { units: 400, spread: 3, quality: 7.7, timeMs: 10_000 },
      used: { quality: { effect: -0.2, error: 0.1 } },
    };
    expect(verdictOf({ ...quicker, over })).toEqual(['treatment', 'success']);
    expect(verdictOf({ ...quicker, over: { metric: 'time' } })).not.toEqual(['treatment', 'success']);
    const costly = { ...quicker, treatment: { ...quicker.treatment, cost: 0.013 } };
    expect(verdictOf({ ...costly, over })).toEqual(['control', 'guardrail']);
  });

  it('gives up a winner early for what it surely loses, and hardly ever for what chance has taken', () => {
    const over = { design: { ...design, unitsPerArm: 200 } };
    const endedEarly = (quality: number): number => {
      const looks = Array.from({ length: 100 }, (_, index): Look => {
        const units = { units: 60, spread: 1.48 + index / 1000 };
        return { control: units, treatment: { ...units, quality, cost: 0.004 }, over };
      });
      return looks.filter((look) => verdictOf(look)?.[1] === 'guardrail').length;
    };
    expect(endedEarly(8)).toBeLessThanOrEqual(8);
    expect(endedEarly(7)).toBeGreaterThanOrEqual(80);
  });

  it('says nothing good of arms with fewer units than the fewest, however far apart they are', () => {
    const short = { design: { ...design, unitsPerArm: 120 } };
    const better = (units: number): Look => ({ control: { units }, treatment: { units, cost: 0.002 }, over: short });
    expect(verdictOf(better(49))).toBeUndefined();
    expect(verdictOf(better(120))).toEqual(['treatment', 'success']);
  });

  it('stops a great harm after a dozen units of each arm', () => {
    const apart = (units: number): Look => ({ control: { units }, treatment: { units, cost: 0.05, quality: 2 } });
    expect(verdictOf(apart(9))).toBeUndefined();
    expect(verdictOf(apart(12))).toEqual(['control', 'guardrail']);
    expect(verdictOf({ control: { units: 80 }, treatment: { units: 80, cost: 0.05 } })).toEqual(['control', 'harm']);
  });

  it('is void when the arms are not the halves they should be', () => {
    expect(verdictOf({ control: { units: 1000 }, treatment: { units: 1300, cost: 0.005 } })).toEqual([
      'void',
      'sample_ratio',
    ]);
  });

  it('holds a success back while the system may not change itself, and harm it does not', () => {
    expect(verdictOf({ control: same, treatment: cheaper, mayApply: false })).toBeUndefined();
    expect(verdictOf({ control: same, treatment: { units: 1000, cost: 0.013 }, mayApply: false })).toEqual([
      'control',
      'harm',
    ]);
  });
});

describe('what few units tell of', () => {
  const buying = (unshown: Policy['experiments']['unshown']): Policy => ({
    ...defaultPolicy,
    experiments: { ...defaultPolicy.experiments, unshown },
  });
  const thin = (satisfaction: number): Look => ({
    control: { units: 400, satisfaction: 4 },
    treatment: { ...cheaper, units: 400, satisfaction },
  });

  it('is not shown by being unknown: the decision says so, and the winner is rolled out in part', () => {
    const applied = decisionsOf(thin(4)).find(({ definition }) => definition === ImprovementApplied);
    expect(applied?.data).toMatchObject({
      guardrails: {
        quality: { isShown: true },
        cost: { isShown: true },
        satisfaction: { isShown: false, margin: 0.15 },
      },
    });
  });

  it('is rolled out to nobody while what is seen lies beyond the margin', () => {
    expect(verdictOf(thin(3.7))).toBeUndefined();
  });

  it.each([
    ['its length', 'style', { kind: 'set_words', words: 80 }],
    ['how many drafts they choose among', 'workflow', { kind: 'set_candidates', candidates: 1 }],
  ] as const)(
    'is what alone tells of what measures cannot judge, %s, unless a person answers for it',
    (_what, lever, change) => {
      const shorter = { over: { lever, change } };
      const read = (units: number, satisfaction: number): Look => ({
        control: { units, satisfaction: 4 },
        treatment: { ...cheaper, units, satisfaction, quality: 8.6 },
        ...shorter,
      });
      expect(verdictOf({ ...thin(4), ...shorter })).toBeUndefined();
      expect(verdictOf({ ...thin(4), ...shorter, isApproved: true })).toEqual(['treatment', 'success']);
      expect(verdictOf({ ...read(400, 4), at: 25 * HOUR })).toEqual(['none', 'guardrail']);
      expect(verdictOf(read(400, 4.4))).toEqual(['treatment', 'success']);
      expect(verdictOf(read(6000, 4))).toEqual(['treatment', 'success']);
    },
  );

  it('gives up what readers are asked about only for what measures hinted at, once the hint was luck', () => {
    const over = {
      lever: 'style' as const,
      change: { kind: 'set_words' as const, words: 144 },
      metric: 'satisfaction' as const,
      design: { ...design, unitsPerArm: 1500, minimumImprovement: 0 },
    };
    const lookAt = (quality: number, satisfaction?: number): Look => ({
      control: { units: 200, ...(satisfaction === undefined ? {} : { satisfaction: 3.5 }) },
      treatment: { units: 200, quality, ...(satisfaction === undefined ? {} : { satisfaction }) },
      over,
      at: 2 * HOUR,
    });
    expect(verdictOf(lookAt(7.95))).toEqual(['none', 'futility']);
    expect(verdictOf(lookAt(8.2))).toBeUndefined();
    expect(verdictOf(lookAt(7.95, 3.4))).toEqual(['none', 'futility']);
    // Readers may like what no measure shows.
    expect(verdictOf(lookAt(7.95, 3.75))).toBeUndefined();
  });

  it('takes fewer drafts where the drafts of all contents show that they will do, though few readers have spoken', () => {
    const drafts = (mean: number) => ({ n: 2000, mean, m2: 2000 * 0.64 });
    const tried = (mean: number, quality = 8): Look => ({
      control: { units: 1000, satisfaction: 4 },
      treatment: { ...cheaper, satisfaction: 4, quality },
      over: { lever: 'workflow', change: { kind: 'set_candidates', candidates: 1 } },
      fewerDrafts: drafts(mean),
    });
    const { fewerDrafts: _, ...unseen } = tried(0);
    expect(verdictOf(unseen)).toBeUndefined();
    expect(verdictOf(tried(-0.03))).toEqual(['treatment', 'success']);
    // Measures show about half of what drafts truly differ by.
    expect(verdictOf(tried(-0.13))).toBeUndefined();
    expect(verdictOf(tried(-0.2))).toEqual(['control', 'guardrail']);
    // Its own units say otherwise, or hint at it.
    expect(verdictOf(tried(-0.03, 7.72))).toEqual(['control', 'guardrail']);
    expect(verdictOf(tried(-0.03, 7.74))).toBeUndefined();
    expect(
      verdictOf({
        ...tried(-0.13),
        control: { units: 6000, satisfaction: 4 },
        treatment: { ...cheaper, units: 6000, satisfaction: 4 },
      }),
    ).toEqual(['treatment', 'success']);
  });

  it('ends a trial that readers will hardly show by its end to be harmless', () => {
    const over = {
      lever: 'style' as const,
      change: { kind: 'set_words' as const, words: 80 },
      design: { ...design, minimumImprovement: 0.001, unitsPerArm: 800 },
    };
    const disliked: Look = {
      control: { units: 400, satisfaction: 4 },
      treatment: { units: 400, cost: 0.0099, satisfaction: 3.75 },
      over,
    };
    expect(verdictOf(disliked)).toEqual(['none', 'guardrail']);
    expect(verdictOf({ ...disliked, over: { design: over.design } })).toBeUndefined();
  });

  it('is applied by nothing that the watch would take out again on the same evidence', () => {
    const long = { over: { design: { ...design, unitsPerArm: 40_000 } }, level: 0.05 };
    const read = (satisfaction: number): Look => ({
      control: { units: 6000, satisfaction: 4 },
      treatment: { ...cheaper, units: 6000, satisfaction },
      ...long,
    });
    expect(verdictOf(read(3.84))).toBeUndefined();
    expect(verdictOf(read(3.97))).toEqual(['treatment', 'success']);
  });

  it.each([
    ['by a longer trial', 'longer_trial', {}, undefined],
    ['by a person, who has not said so', 'person', {}, undefined],
    ['by a person, who has said so', 'person', { isApproved: true }, ['treatment', 'success']],
  ] as const)('is bought as the policy says: %s', (_how, unshown, more, verdict) => {
    expect(verdictOf({ ...thin(4), policy: buying(unshown), ...more })).toEqual(verdict);
  });

  it('ends a longer trial that cannot show it, and says why', () => {
    const late = { ...thin(4), policy: buying('longer_trial'), at: 3 * HOUR };
    expect(verdictOf(late)).toEqual(['none', 'guardrail']);
  });

  it('is no matter where enough units have told of it', () => {
    const many = { units: 6000, satisfaction: 4 };
    const read = { control: many, treatment: { ...cheaper, ...many }, policy: buying('longer_trial') };
    expect(verdictOf(read)).toEqual(['treatment', 'success']);
  });
});

describe('a margin is one budget against generation 0', () => {
  const losing = (quality: number): Look => ({
    control: { units: 3000 },
    treatment: { ...cheaper, units: 3000, quality },
  });
  const spent = { quality: { effect: -0.2, error: 0.02 } };

  it('is there for the first change', () => {
    expect(verdictOf(losing(7.8))).toEqual(['treatment', 'success']);
  });

  it('is not there for a second one that would use more than is left', () => {
    expect(verdictOf({ ...losing(7.8), used: spent })).toBeUndefined();
    expect(verdictOf({ ...losing(7.8), used: spent, at: 25 * HOUR })).toEqual(['none', 'margin_spent']);
  });

  it('is there for one that uses what is left, for one that uses none, and again after one that gained', () => {
    expect(verdictOf({ ...losing(7.97), used: spent })).toEqual(['treatment', 'success']);
    expect(verdictOf({ ...losing(8.1), used: { quality: { effect: -0.29, error: 0.02 } } })).toEqual([
      'treatment',
      'success',
    ]);
    expect(verdictOf({ ...losing(7.8), used: { quality: { effect: 0.3, error: 0.02 } } })).toEqual([
      'treatment',
      'success',
    ]);
  });

  it('is told in the decision: what is left after it', () => {
    const concluded = decisionsOf({ ...losing(7.97), used: spent }).find(
      ({ definition }) => definition === ExperimentConcluded,
    );
    const { guardrails } = ExperimentConcluded.schema.parse({ ...concluded?.data, basis });
    expect(guardrails.quality?.left).toBeCloseTo(0.3 - 0.2 - 0.03, 1);
  });

  it.each([
    ['cost', { metric: 'tokens' as const }, { tokens: 600, cost: 0.0105 }, { cost: { effect: -0.08, error: 0.005 } }],
    ['time', {}, { cost: 0.007, timeMs: 21_000 }, { time: { effect: -0.08, error: 0.005 } }],
  ])('holds for %s too', (_metric, over, treatment, used) => {
    const look = { control: { units: 3000 }, treatment: { units: 3000, ...treatment }, over };
    expect(verdictOf(look)).toEqual(['treatment', 'success']);
    expect(verdictOf({ ...look, used })).toBeUndefined();
  });
});

describe('what follows from a verdict', () => {
  const won: Look = { control: same, treatment: cheaper };
  const lost: Look = { control: same, treatment: { units: 1000, cost: 0.013 } };
  const broken: Look = { control: { units: 1000 }, treatment: { units: 1300 } };
  const retest = { origin: { kind: 'retest' as const, id: 'i' } };
  const adjustment = { origin: { kind: 'adjustment' as const, id: 'a' } };

  it('a hypothesis that won is applied, with its impact, what it cost to find and the date of its re-test', () => {
    const applied = decisionsOf({ ...won, at: HOUR }).find(({ definition }) => definition === ImprovementApplied);
    const improvement = ImprovementApplied.schema.parse({ ...applied?.data, basis });
    expect(improvement).toMatchObject({
      experimentId: 'e',
      type: 'model_optimization',
      learnedFrom: 2000,
      expiresAt: HOUR + defaultPolicy.watch.expiresAfterMs,
    });
    expect(improvement.impact['cost']?.value).toBeCloseTo(-0.3, 1);
    expect(improvement.summary).toMatch(/^(2[89]|3[012]) % lower cost$/);
    expect(improvement.costToFind).toBeLessThan(0);
  });

  it('a hypothesis that did not win is refuted, with the context it was refuted in', () => {
    expect(typesOf(lost)).toEqual(['ExperimentLooked', 'ExperimentConcluded', 'HypothesisRefuted']);
    const refuted = decisionsOf(lost).find(({ definition }) => definition === HypothesisRefuted);
    expect(refuted?.data).toMatchObject({
      hypothesisId: 'h',
      experimentId: 'e',
      context: 'c',
      reason: 'control: harm',
    });
  });

  it('nothing follows from a void experiment', () => {
    expect(typesOf(broken)).toEqual(['ExperimentLooked', 'ExperimentConcluded']);
  });

  it('an adjustment is left to those who proposed it', () => {
    expect(typesOf({ ...won, over: adjustment })).toEqual(['ExperimentLooked', 'ExperimentConcluded']);
    expect(typesOf({ ...lost, over: adjustment })).toEqual(['ExperimentLooked', 'ExperimentConcluded']);
  });

  it('a re-test confirms what it tests again, or rolls it back', () => {
    const of = (look: Look) => decisionsOf({ ...look, over: retest }).at(-1);
    const readers = { units: 6000, satisfaction: 4 };
    const read = { control: readers, treatment: { ...cheaper, ...readers } };
    expect(of(read)?.definition.name).toBe('ImprovementConfirmed');
    expect(of(lost)).toMatchObject({ definition: ImprovementRolledBack, data: { improvementId: 'i', by: 'system' } });
  });

  it('a re-test of which readers said nothing confirms nothing: the improvement stays in force, and is watched on', () => {
    const widened = decisionsOf({ ...won, over: retest }).at(-1);
    expect(widened?.definition.name).toBe('RolloutWidened');
    expect(widened?.data).toMatchObject({
      improvementId: 'i',
      guardrails: { quality: { isShown: true }, satisfaction: { isShown: false, error: 0 } },
    });
  });
});

it('decides the same on the same evidence, and leaves the evidence as it was', () => {
  const means: fc.Arbitrary<ArmMeans> = fc.record({
    units: fc.integer({ min: 0, max: 150 }),
    cost: fc.double({ min: 0.001, max: 0.02, noNaN: true }),
    quality: fc.double({ min: 1, max: 10, noNaN: true }),
    success: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(means, means, fc.nat(25 * HOUR), fc.boolean(), (control, treatment, at, mayApply) => {
      const evidence = deepFrozen(evidenceOf({ control, treatment, mayApply }));
      const again = JSON.parse(canonicalJson(evidence)) as LookEvidence;
      expect(canonicalJson(dataOf(decideLook(again, defaultPolicy, at)))).toBe(
        canonicalJson(dataOf(decideLook(evidence, deepFrozen(defaultPolicy), at))),
      );
    }),
    { numRuns: 60 },
  );
});

const dataOf = (decisions: ReturnType<typeof decideLook>) => decisions.map(({ subject, data }) => ({ subject, data }));

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFrozen);
  return value;
}
