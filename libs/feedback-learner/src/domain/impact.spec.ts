import {
  type Assignment,
  defaultPolicy,
  EngagementRecorded,
  FeedbackReceived,
  Topic,
  type Variant,
} from '@contentflow/contracts';
import { evolve, seededRandom, type StoredEvent } from '@contentflow/kernel';
import { type Moments, momentsOf, noMoments } from '@contentflow/statistics';
import { impact, type ImpactEvidence, judgeImpact } from './impact.ts';
import { type ArmEvidence, armEvidence, type TrialOutcomes, trialOutcomes } from './trial-outcomes.ts';

const random = seededRandom(11);
const around = (mean: number, deviation: number, n: number): Moments =>
  momentsOf(Array.from({ length: n }, () => mean + deviation * random.normal()));

const arm = ({ quality = 7, rate = 0.3, rating = 3.5, n = 200 }): ArmEvidence => ({
  quality: around(quality, 0.6, n),
  predictedEngagement: noMoments,
  impressions: n,
  actions: Math.round(n * rate),
  satisfaction: around(rating, 0.8, n / 4),
});
const RUNS = 100;
const control = arm({});
const better = arm({ quality: 7.4, rate: 0.42, rating: 4.2 });

const trial = (change: Partial<ImpactEvidence['experiment']> = {}): ImpactEvidence['experiment'] => ({
  experimentId: 'x',
  status: 'concluded',
  verdict: 'treatment',
  reason: 'success',
  alpha: 0.02,
  ...change,
});
const adjustment: ImpactEvidence['adjustment'] = {
  adjustmentId: 'a',
  contentType: 'email',
  lever: 'style',
  change: { kind: 'set_tone', tone: 'friendly' },
};
function given(treatment: ArmEvidence, experiment = trial(), against = control) {
  const verdict = judgeImpact({ adjustment, experiment, control: against, treatment, mayApply: true }, defaultPolicy);
  return {
    isPermanent: () => expect(verdict).toMatchObject({ isPermanent: true }),
    isRolledBack: (why: RegExp) => {
      expect(verdict.isPermanent).toBe(false);
      expect(verdict.reason).toMatch(why);
    },
    verdict,
  };
}

describe('the impact of an adjustment', () => {
  it('is permanent when quality, engagement and satisfaction all rose with confidence', () => {
    const { verdict, isPermanent } = given(better);
    isPermanent();
    for (const { value, lower, upper } of Object.values(verdict.impact)) {
      expect(value).toBeGreaterThan(0);
      expect(lower).toBeLessThan(value);
      expect(upper).toBeGreaterThan(value);
    }
  });

  it('is rolled back when one of the three fell, however much the others rose', () => {
    given(arm({ quality: 6.5, rate: 0.6, rating: 4.8 })).isRolledBack(/no rise in quality/);
    given(arm({ quality: 8, rate: 0.2, rating: 4.8 })).isRolledBack(/no rise in engagement/);
    given(arm({ quality: 8, rate: 0.6, rating: 3 })).isRolledBack(/no rise in satisfaction/);
  });

  it('is rolled back when a rise could be chance', () => {
    const few = arm({ quality: 7.1, rate: 0.4, rating: 3.7, n: 24 });
    const hardly: ArmEvidence = {
      ...few,
      quality: { n: 24, mean: 7.05, m2: 9 },
      satisfaction: { n: 6, mean: 3.6, m2: 4 },
    };
    const before: ArmEvidence = {
      ...hardly,
      actions: 9,
      quality: { n: 24, mean: 7, m2: 9 },
      satisfaction: { n: 6, mean: 3.5, m2: 4 },
    };
    given(hardly, trial(), before).isRolledBack(/not with confidence/);
  });

  it('is rolled back when the trial was void, stopped, or favours what was before', () => {
    given(better, trial({ status: 'void', verdict: 'void', reason: 'sample_ratio' })).isRolledBack(/void/);
    given(better, trial({ verdict: 'none', reason: 'guardrail' })).isRolledBack(/stopped/);
    given(better, trial({ verdict: 'control', reason: 'harm' })).isRolledBack(/favours/);
  });

  it('is rolled back when nobody rated or nothing was seen', () => {
    given({ ...better, satisfaction: noMoments }).isRolledBack(/satisfaction/);
    given({ ...better, actions: 0 }).isRolledBack(/engagement/);
  });

  it('takes predicted engagement where nobody records any', () => {
    const unseen = { impressions: 0, actions: 0 };
    const expected = { ...better, ...unseen, predictedEngagement: around(0.06, 0.01, 200) };
    given(expected, trial(), { ...control, ...unseen, predictedEngagement: around(0.05, 0.01, 200) }).isPermanent();
  });

  it('of a change that does nothing is seldom permanent: its error stays under its level', () => {
    let permanent = 0;
    for (let run = 0; run < RUNS; run++) {
      const same = () => arm({ n: 80 });
      const evidence = {
        experiment: trial({ verdict: 'none', reason: 'horizon', alpha: 0.05 }),
        control: same(),
        treatment: same(),
        mayApply: true,
      };
      if (judgeImpact({ adjustment, ...evidence }, defaultPolicy).isPermanent) permanent++;
    }
    expect(permanent / RUNS).toBeLessThan(0.05);
  });
});

describe('while the lever may not be changed', () => {
  const decided = (treatment: ArmEvidence, mayApply: boolean): string[] =>
    [...impact.decide({ adjustment, experiment: trial(), control, treatment, mayApply }, defaultPolicy, 0)].map(
      ({ definition }) => definition.name,
    );

  it('what would be made permanent waits; what failed is rolled back all the same', () => {
    expect(decided(better, true)).toEqual(['AdjustmentMadePermanent']);
    expect(decided(better, false)).toEqual([]);
    expect(decided(arm({ quality: 5, rate: 0.1, rating: 2 }), false)).toEqual(['AdjustmentRolledBack']);
  });
});

describe('what came of a trial', () => {
  const said = (variant: Variant, rater: string | null, rating: number, more: object = {}) => ({
    type: FeedbackReceived.type,
    data: { ...about(variant, rater), rating, aspects: [], quality: 7, words: 100, ...more },
  });
  const clicked = (variant: Variant, rater: string | null, more: object = {}) => ({
    type: EngagementRecorded.type,
    data: { ...about(variant, rater), kind: 'click', ...more },
  });
  let contents = 0;
  const about = (variant: Variant, rater: string | null) => ({
    contentId: `c${++contents}`,
    contentType: 'email',
    unit: 'u',
    assignment: { exposures: [{ experiment: 'x', variant, epoch: 0 }] } as unknown as Assignment,
    rater,
    simulated: true,
  });
  const folded = (events: readonly { type: string; data: object }[]): TrialOutcomes[] =>
    events.reduce<TrialOutcomes[]>(
      (parts, { type, data }, index) => {
        const event: StoredEvent = {
          id: `e${index}`,
          topic: Topic.feedback,
          type,
          source: 't',
          subject: 's',
          time: index,
          data,
          correlationId: 'c',
          partition: index % 2,
          offset: index,
        };
        return parts.with(index % 2, evolve(trialOutcomes, parts[index % 2] as TrialOutcomes, event));
      },
      [trialOutcomes.initial(), trialOutcomes.initial()],
    );

  it('counts a rater once, with the mean of what he gave, over all partitions', () => {
    const parts = folded([said('control', 'ann', 1), said('control', 'ann', 2), said('control', 'bob', 5)]);
    expect(armEvidence(parts, 'x', 'control').satisfaction).toEqual(momentsOf([1.5, 5]));
    expect(armEvidence(parts, 'x', 'treatment').satisfaction).toEqual(noMoments);
  });

  it('does not hear those who flood at all', () => {
    const parts = folded([
      said('control', 'ann', 4),
      said('control', 'shouter', 1),
      said('treatment', 'shouter', 5, { flood: true }),
      clicked('control', 'shouter'),
      clicked('control', 'ann'),
    ]);
    expect(armEvidence(parts, 'x', 'control')).toMatchObject({ satisfaction: momentsOf([4]), actions: 1 });
    expect(armEvidence(parts, 'x', 'treatment').satisfaction).toEqual(noMoments);
  });

  it('caps what one voice can do', () => {
    const parts = folded(Array.from({ length: 100 }, () => clicked('treatment', 'bob')));
    expect(armEvidence(parts, 'x', 'treatment').actions).toBeLessThanOrEqual(10);
  });

  it('is kept for the trials heard of last', () => {
    const many = Array.from({ length: 300 }, (_, i) => {
      const event = said('control', 'ann', 3);
      return {
        ...event,
        data: { ...event.data, assignment: { exposures: [{ experiment: `x${i}`, variant: 'control', epoch: 0 }] } },
      };
    });
    for (const { trials } of folded(many)) expect(Object.keys(trials).length).toBeLessThanOrEqual(64);
  });
});
