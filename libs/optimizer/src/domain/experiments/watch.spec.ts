import {
  AnomalyHandled,
  defaultPolicy,
  type EventData,
  ExperimentConcluded,
  type ExperimentDesign,
  ExperimentRegistered,
  ExperimentStarted,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  type Policy,
  withRegistration,
} from '@contentflow/contracts';
import { decided } from '@contentflow/decisions';
import { canonicalJson, seededRandom } from '@contentflow/kernel';
import {
  type ArmMeans,
  armsDrawn,
  HOUR,
  measured,
  MINUTE,
  observed,
  systemAfter,
  type TestDecision,
} from '../../testing/traffic.ts';
import { upperImprovement } from './harm-in-force.ts';
import { decideWatch, watchesDue, type WatchEvidence } from './watch.ts';

const DAY = 24 * HOUR;

interface Watch {
  readonly without?: ArmMeans;
  readonly with?: ArmMeans;
  readonly at?: number;
  readonly status?: WatchEvidence['improvement']['status'];
}
function outcomeOf({ without = {}, with: treated = {}, at, status }: Watch) {
  const random = seededRandom(canonicalJson([without, treated]));
  return decisionOn({
    windows: [armsDrawn(random, { units: 100, ...without }, { units: 1900, ...treated })],
    at,
    status,
  });
}
interface Watched
  extends Pick<WatchEvidence, 'windows' | 'since' | 'isPaused' | 'isHarmfulElsewhere'>, Pick<Watch, 'at' | 'status'> {
  readonly found?: WatchEvidence['found'];
  readonly shown?: WatchEvidence['shown'];
  readonly isPartial?: boolean;
  readonly doubt?: WatchEvidence['improvement']['doubt'];
  readonly policy?: Policy;
  readonly metric?: WatchEvidence['metric'];
}
/** A trial whose readers were many and content with both arms. */
const allShown = [
  armsDrawn(seededRandom('shown'), { units: 6000, satisfaction: 4 }, { units: 6000, satisfaction: 4, cost: 0.007 }),
];
const metricsGuarded = ['quality', 'success', 'cost', 'time', 'satisfaction'] as const;
/** What few units tell of was not shown. */
const shownByMany = ['quality', 'cost', 'time'] as const;
function decisionOn(watched: Watched) {
  const { windows, doubt, at = 5 * HOUR, status = 'applied', policy = defaultPolicy, isPartial = false } = watched;
  const { found = allShown, since = [], isPaused = false, isHarmfulElsewhere = false } = watched;
  const { shown = metricsGuarded, metric = 'cost' } = watched;
  const improvement = { improvementId: 'i', status, appliedAt: 0, expiresAt: 7 * DAY, doubt, isPartial };
  const { guardrails } = policy;
  const seen = { windows, found, since, shown, isPaused, isHarmfulElsewhere };
  return decideWatch({ kind: 'watch', improvement, metric, guardrails, ...seen }, policy, at)[0];
}
const kindOf = (watch: Watch): string | undefined => outcomeOf(watch)?.definition.name;
const cheaper: ArmMeans = { cost: 0.007 };

describe('watching an improvement', () => {
  it('confirms what has held for four hours, once, where every guardrail is shown to be kept', () => {
    expect(kindOf({ with: cheaper, at: 4 * HOUR - 1 })).toBeUndefined();
    expect(kindOf({ with: cheaper, at: 4 * HOUR })).toBe('ImprovementConfirmed');
    expect(kindOf({ with: cheaper, at: 5 * HOUR, status: 'confirmed' })).toBeUndefined();
  });

  it.each([
    ['quality', { quality: 7.3 }],
    ['success', { success: 0.75 }],
    ['time', { timeMs: 30_000 }],
    ['cost', { cost: 0.014 }],
    ['satisfaction', { satisfaction: 2.5 }],
  ])('rolls back at once when %s is worse than without it', (metric, worse) => {
    const outcome = outcomeOf({
      without: { satisfaction: 4 },
      with: { ...cheaper, satisfaction: 4, ...worse },
      at: 40 * MINUTE,
    });
    expect(outcome).toMatchObject({
      definition: ImprovementRolledBack,
      data: { improvementId: 'i', by: 'system', reason: expect.stringContaining(metric) },
    });
  });

  it('sends to its re-test what no longer seems to bring half of the least improvement', () => {
    expect(kindOf({ without: { units: 300 }, with: { cost: 0.01 } })).toBe('ImprovementExpired');
    expect(kindOf({ without: { units: 300 }, with: { cost: 0.01 }, status: 'confirmed' })).toBe('ImprovementExpired');
  });

  it('asks of quality, which has an end, for as many points as a trial does', () => {
    const better = (by: number) => [
      armsDrawn(seededRandom('better'), { units: 300 }, { units: 5700, quality: 8 + by }),
    ];
    const kindAfter = (by: number) => decisionOn({ windows: better(by), metric: 'quality' })?.definition.name;
    expect(kindAfter(0.3)).toBe('ImprovementConfirmed');
    expect(kindAfter(0)).toBe('ImprovementExpired');
  });

  it('sends to its re-test what has reached its date, however well it does', () => {
    expect(kindOf({ with: cheaper, at: 7 * DAY })).toBe('ImprovementExpired');
  });

  it('sees a great harm in a handful, and says nothing of less', () => {
    expect(kindOf({ without: { units: 3 }, with: { quality: 2 } })).toBeUndefined();
    expect(kindOf({ without: { units: 4 }, with: { quality: 2 } })).toBe('ImprovementRolledBack');
    expect(kindOf({ without: { units: 29 }, with: { cost: 0.01 } })).toBeUndefined();
  });

  it('sees in the latest window what the hours before it hide', () => {
    const random = seededRandom('decay');
    const hours = (quality: number, count: number) =>
      Array.from({ length: count }, () => armsDrawn(random, { units: 10 }, { units: 190, ...cheaper, quality }));
    expect(decisionOn({ windows: [...hours(8.2, 7), ...hours(6.7, 1)] })).toMatchObject({
      definition: ImprovementRolledBack,
      data: { reason: expect.stringContaining('quality') },
    });
    expect(decisionOn({ windows: hours(8, 8) })?.definition).toBe(ImprovementConfirmed);
  });

  it('takes out by chance, in one look, no more of what only just does no harm than the policy allows', () => {
    const alpha = 0.4;
    const policy: Policy = { ...defaultPolicy, watch: { ...defaultPolicy.watch, alpha } };
    // On the border of harm: worse by each margin.
    const worse = { quality: 8 - 0.3, cost: 0.011, timeMs: 22_000 };
    const looks = Array.from({ length: 60 }, (_, look) => {
      const random = seededRandom(`border-${look}`);
      const windows = Array.from({ length: 9 }, () => armsDrawn(random, { units: 20 }, { units: 40, ...worse }));
      return decisionOn({ windows, policy, at: HOUR })?.definition === ImprovementRolledBack;
    });
    expect(looks.filter(Boolean).length / looks.length).toBeLessThanOrEqual(alpha);
  });

  it('sees harm by chance in a dozen units no more often than it is asked for', () => {
    const random = seededRandom('a dozen');
    const looks = Array.from({ length: 6000 }, () => [armsDrawn(random, { units: 4 }, { units: 8 })]);
    const seen = looks.filter((windows) => upperImprovement(windows, 'quality', 0.01) < 0);
    expect(seen.length / looks.length).toBeLessThan(0.013);
  });

  it.each([
    ['retest_improvement', ImprovementExpired],
    ['roll_back_improvement', ImprovementRolledBack],
  ] as const)('does what an anomaly asks for: %s', (action, definition) => {
    expect(decisionOn({ doubt: { cause: 'anomaly', id: 'a', action }, windows: [] })?.definition).toBe(definition);
  });
});

describe('what few units tell of', () => {
  const random = seededRandom('readers');
  /** Half an hour of a partial roll-out: a third of all is rated. */
  const window = (satisfaction: number) =>
    armsDrawn(random, { units: 30, satisfaction: 4 }, { units: 170, ...cheaper, satisfaction });
  const hours = (satisfaction: number, count: number) => Array.from({ length: 2 * count }, () => window(satisfaction));
  const thin = [armsDrawn(random, { units: 150, satisfaction: 4 }, { units: 150, ...cheaper, satisfaction: 4 })];

  it('is not confirmed by what nobody has seen', () => {
    expect(decisionOn({ windows: hours(4, 4), found: thin })).toBeUndefined();
  });

  it('is rolled out to all where the hours of a partial roll-out show nothing against it', () => {
    const partial = { windows: hours(4, 4), since: hours(4, 6), found: thin, isPartial: true };
    expect(decisionOn({ ...partial, at: 5 * HOUR })).toBeUndefined();
    expect(decisionOn({ ...partial, at: 6 * HOUR })?.definition.name).toBe('RolloutWidened');
  });

  it('stays rolled out in part while it may well be beyond the margin', () => {
    const since = hours(3.7, 3);
    expect(decisionOn({ windows: since, since, found: [], isPartial: true, at: 6 * HOUR })).toBeUndefined();
  });

  it('is rolled back when readers like it less, by its trial and all hours since, though no text measure sees it', () => {
    const since = hours(3.55, 8);
    expect(decisionOn({ windows: [], since, found: thin, shown: shownByMany, at: 8 * HOUR })).toMatchObject({
      definition: ImprovementRolledBack,
      data: { reason: expect.stringContaining('satisfaction') },
    });
  });

  it('takes out by chance, ever, no more of what does no harm than the policy allows', () => {
    const taken = Array.from({ length: 40 }, (_, run) => {
      const own = seededRandom(`content ${run}`);
      const since = Array.from({ length: 20 }, () =>
        armsDrawn(own, { units: 20, satisfaction: 4 }, { units: 60, satisfaction: 4 }),
      );
      return since.some((_window, index) => {
        const seen = { windows: [], since: since.slice(0, index + 1), found: [], shown: shownByMany };
        return decisionOn({ ...seen, at: HOUR })?.definition === ImprovementRolledBack;
      });
    });
    // Of 40 at 5 % more than 6 come by chance once in 100.
    expect(taken.filter(Boolean).length).toBeLessThanOrEqual(6);
  });
});

describe('what its decision accepted', () => {
  const random = seededRandom('accepted');
  /** Steps in parallel, say: seven per cent dearer, within the margin of ten, and half as slow. */
  const dearer: ArmMeans = { cost: 0.0107, timeMs: 10_000 };
  const trial = [armsDrawn(random, { units: 1500 }, { units: 1500, ...dearer })];
  const hours = (means: ArmMeans, count: number) =>
    Array.from({ length: 2 * count }, () => armsDrawn(random, { units: 20 }, { units: 180, ...dearer, ...means }));
  const accepted = { found: trial, shown: shownByMany, at: 3 * HOUR };

  it('stays in force: a loss within the margin that was shown to be kept, however sure it is', () => {
    const since = hours({}, 3);
    expect(decisionOn({ ...accepted, windows: since, since })).toBeUndefined();
    expect(decisionOn({ ...accepted, windows: [], since: [] })).toBeUndefined();
  });

  it('is taken out for the same loss where nothing was shown of it', () => {
    expect(decisionOn({ ...accepted, windows: [], since: [], shown: [] })).toMatchObject({
      definition: ImprovementRolledBack,
      data: { reason: expect.stringContaining('cost') },
    });
  });

  it('is tested again when what came since breaks the margin by itself, and taken out when all shows it beyond doubt', () => {
    const since = hours({ cost: 0.0125 }, 3);
    expect(decisionOn({ ...accepted, windows: [], since })).toMatchObject({
      definition: ImprovementExpired,
      data: { reason: 'cost has lost more with it than its margin since its trial' },
    });
    const late = hours({ cost: 0.014 }, 12);
    expect(decisionOn({ ...accepted, windows: [], since: late })?.definition).toBe(ImprovementRolledBack);
  });

  it('is tested again by chance for what it was accepted with no more than once in a while', () => {
    const doubted = Array.from({ length: 40 }, (_, run) => {
      const own = seededRandom(`accepted ${run}`);
      const since = Array.from({ length: 16 }, () => armsDrawn(own, { units: 6 }, { units: 54, ...dearer }));
      return since.some((_window, index) => {
        const seen = { windows: since.slice(Math.max(0, index - 8), index + 1), since: since.slice(0, index + 1) };
        return decisionOn({ ...accepted, ...seen, at: HOUR }) !== undefined;
      });
    });
    expect(doubted.filter(Boolean).length).toBeLessThanOrEqual(4);
  });
});

describe('a fall of its own quality', () => {
  const random = seededRandom('fall');
  const window = (quality: number, without = 8, units = 2) =>
    armsDrawn(random, { units, quality: without }, { units: 30, ...cheaper, quality });
  const hours = Array.from({ length: 6 }, () => window(8));
  const outcome = (...latest: ReturnType<typeof window>[]) => {
    const decision = decisionOn({ windows: [], since: [...hours, ...latest], found: [], at: 3 * HOUR });
    return decision?.definition;
  };

  it('sends it to its re-test within its first half hour, though hardly anybody is without it', () => {
    expect(outcome(window(8), window(6.5))).toBe(ImprovementExpired);
  });

  it('is told from its trial too, where it is too young to have hours of its own', () => {
    const trial = [armsDrawn(random, { units: 200 }, { units: 200, ...cheaper, quality: 8 })];
    const young = (found: typeof trial) =>
      decisionOn({ windows: [], since: [window(6.5), window(6.5)], found, shown: [], at: HOUR })?.definition;
    expect(young(trial)).toBe(ImprovementExpired);
    expect(young([])).not.toBe(ImprovementExpired);
  });

  it('is told in the second hour as well, though by then much of what was before it has fallen too', () => {
    expect(outcome(window(7.2), window(7.2), window(7.2), window(7.2))).toBe(ImprovementExpired);
  });

  it('is no matter where those without it have fallen as much, as with a trial that hurts both', () => {
    expect(outcome(window(8), window(6.5, 6.5, 10))).toBeUndefined();
  });

  it('is none while it is small, or while there was nothing before it', () => {
    expect(outcome(window(8), window(7.9))).toBeUndefined();
    const fresh = decisionOn({ windows: [], since: [window(8), window(6.5)], found: [], at: HOUR });
    expect(fresh?.definition).not.toBe(ImprovementExpired);
  });

  it('is none where nobody at all is without it', () => {
    expect(outcome(window(8), window(6.5, 8, 0))).toBeUndefined();
  });
});

it('while autonomy is paused only harm is undone', () => {
  const random = seededRandom('paused');
  const quiet = [armsDrawn(random, { units: 100 }, { units: 1900, ...cheaper })];
  const harmful = [armsDrawn(random, { units: 100 }, { units: 1900, ...cheaper, quality: 7 })];
  const doubt = { cause: 'anomaly' as const, id: 'a', action: 'retest_improvement' as const };
  expect(decisionOn({ windows: quiet, isPaused: true })).toBeUndefined();
  expect(decisionOn({ windows: quiet, isPaused: true, doubt })).toBeUndefined();
  expect(decisionOn({ windows: quiet, isPaused: true, at: 7 * DAY })).toBeUndefined();
  expect(decisionOn({ windows: harmful, isPaused: true })?.definition).toBe(ImprovementRolledBack);
  const undo = { ...doubt, action: 'roll_back_improvement' as const };
  expect(decisionOn({ windows: quiet, isPaused: true, doubt: undo })?.definition).toBe(ImprovementRolledBack);
});

describe('which improvements are looked at', () => {
  const applied = applying('i');
  const questionsAt = (at: number, ...more: TestDecision[]) =>
    watchesDue([observed([])], systemAfter([...applied, ...more]), at).map(({ question }) => question);

  it('each once in ten minutes', () => {
    expect(questionsAt(9 * MINUTE)).toEqual([]);
    expect(questionsAt(10 * MINUTE)).toEqual(['watch:i:1']);
    expect(questionsAt(19 * MINUTE)).toEqual(['watch:i:1']);
    expect(questionsAt(20 * MINUTE)).toEqual(['watch:i:2']);
  });

  it('at once where an anomaly is blamed on it, until that is answered', () => {
    const handled = { anomalyId: 'a', action: 'retest_improvement' as const, target: 'i' };
    const blamed = decided(AnomalyHandled, 'a', handled);
    expect(questionsAt(MINUTE, blamed)).toEqual(['watch:i:a']);
    const confirmed = decided(ImprovementConfirmed, 'i', { improvementId: 'i', impact: {}, guardrails: {} });
    expect(questionsAt(MINUTE, blamed, confirmed)).toEqual([]);
  });

  it('none that was rolled back, or waits for its re-test', () => {
    const out = { improvementId: 'i', reason: '', by: 'person' as const, impact: {} };
    expect(questionsAt(HOUR, decided(ImprovementRolledBack, 'i', out))).toEqual([]);
    expect(questionsAt(HOUR, decided(ImprovementExpired, 'i', { improvementId: 'i' }))).toEqual([]);
  });

  it('by the last four hours alone, on the metric its experiment was about', () => {
    const events = [1, 5, 6].map((hour) =>
      measured({ unit: `${hour}`, time: hour * HOUR, assignment: { improvements: ['i'] } }),
    );
    const [question] = watchesDue([observed(events)], systemAfter(applied), 7 * HOUR);
    expect(question?.evidence.metric).toBe('tokens');
    expect(question?.evidence.guardrails.qualityMargin).toBe(1.2);
    expect(question?.evidence.windows.map(({ treatment }) => treatment.cost.n)).toEqual([1, 1]);
  });
});

function applying(improvementId: string): TestDecision[] {
  const change = { kind: 'use_model' as const, model: 'small' };
  const about = { contentType: 'email', lever: 'model' as const, change };
  const experiment = { experimentId: 'e', origin: { kind: 'hypothesis' as const, id: 'h' }, ...about };
  const improvement: Omit<EventData<typeof ImprovementApplied>, 'basis'> = {
    improvementId,
    experimentId: 'e',
    ...about,
    type: 'model_optimization',
    impact: {},
    summary: '',
    learnedFrom: 1,
    costToFind: 0,
    guardrails: {},
    expiresAt: 7 * DAY,
  };
  return [
    decided(
      ExperimentRegistered,
      'e',
      withRegistration({
        ...experiment,
        metric: 'tokens' as const,
        design: { guardrails: { quality: 1.2, success: 0.02, cost: 0.1, time: 0.1 } } as ExperimentDesign,
      }),
    ),
    decided(ExperimentStarted, 'e', { experimentId: 'e' }),
    decided(ExperimentConcluded, 'e', {
      experimentId: 'e',
      verdict: 'treatment',
      reason: 'success',
      metrics: {},
      units: 1,
    }),
    decided(ImprovementApplied, improvementId, improvement),
  ];
}

describe('a model that has begun to do harm in another content type', () => {
  const trial = (over: object) => ({
    experimentId: 'other',
    origin: { kind: 'hypothesis', id: 'h' },
    contentType: 'blog_post',
    change: { kind: 'use_model', model: 'small' },
    status: 'concluded',
    verdict: 'control',
    startedAt: HOUR,
    concludedAt: 9 * HOUR,
    ...over,
  });
  const doubted = (at: number, over: object = {}): boolean | undefined => {
    const system = systemAfter(applying('i'));
    const experiments = { ...system.experiments, other: trial(over) } as unknown as typeof system.experiments;
    return watchesDue([observed([])], { ...system, experiments }, at)[0]?.evidence.isHarmfulElsewhere;
  };

  it('is tested again where it is in force, for as long as that is news', () => {
    expect(doubted(9.5 * HOUR)).toBe(true);
    expect(doubted(12 * HOUR)).toBe(false);
    expect(decisionOn({ windows: [], since: [], found: [], isHarmfulElsewhere: true, at: HOUR })?.definition).toBe(
      ImprovementExpired,
    );
  });

  it('says nothing here where it did harm from its beginning, was another model, or was tried here', () => {
    expect(doubted(9.5 * HOUR, { startedAt: 8 * HOUR })).toBe(false);
    expect(doubted(9.5 * HOUR, { change: { kind: 'use_model', model: 'large' } })).toBe(false);
    expect(doubted(9.5 * HOUR, { contentType: 'email' })).toBe(false);
    expect(doubted(9.5 * HOUR, { verdict: 'none' })).toBe(false);
  });

  it('is told by its rollback as well', () => {
    const system = systemAfter(applying('i'));
    const [own] = system.improvements as [(typeof system.improvements)[number]];
    const other = {
      ...own,
      improvementId: 'j',
      contentType: 'blog_post',
      experimentId: 'none',
      appliedAt: HOUR,
      status: 'rolled_back' as const,
    };
    const after = (endedAt: number): boolean | undefined =>
      watchesDue([observed([])], { ...system, improvements: [own, { ...other, endedAt }] }, 9.5 * HOUR)[0]?.evidence
        .isHarmfulElsewhere;
    expect(after(9 * HOUR)).toBe(true);
    expect(after(2 * HOUR)).toBe(false);
  });
});
