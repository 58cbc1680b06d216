import {
  AllocationRevised,
  defaultPolicy,
  type EventData,
  ExperimentConcluded,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisProposed,
  HypothesisRefuted,
  ImprovementApplied,
  ModelsOffered,
  OperatorIntervened,
  OutcomesGraded,
  RecipeRegistered,
  withRegistration,
} from '@contentflow/contracts';
import { assign, decided } from '@contentflow/decisions';
import { seededRandom } from '@contentflow/kernel';
import { cheap, covariatesOf, drawnOutcomes, strong, type TrueModel } from '../../testing/models.ts';
import { HOUR, measured, models, observed, recipe, systemAfter, type TestDecision } from '../../testing/traffic.ts';
import { loadSolver } from './linear-program.ts';
import { decideModelTraffic, modelTrafficDue, type ModelTrafficEvidence } from './model-traffic.ts';

const generation0: TestDecision[] = [
  decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
  decided(ModelsOffered, 'models', { models }),
];

/** So many generations an hour of the large and of the small model, for so many hours. */
function trafficOf(hours: number, truths: Record<string, TrueModel>, perHour = 200) {
  const random = seededRandom('traffic');
  const events = Array.from({ length: hours * perHour }, (_, i) => {
    const model = random.pick(Object.keys(truths));
    const keyPoints = 1 + random.below(9);
    const event = measured(
      { unit: `${i}`, time: Math.floor((i / perHour) * HOUR), ...drawnOutcomes(random, truths[model]!(keyPoints)) },
      i,
    );
    return { ...event, data: { ...event.data, model, covariates: covariatesOf(keyPoints) } };
  });
  return observed(events);
}
const mixed = { large: strong, small: cheap };
const due = (at: number, decisions: TestDecision[] = [], truths: Record<string, TrueModel> = mixed) =>
  modelTrafficDue([trafficOf(4, truths)], systemAfter([...generation0, ...decisions]), at);
const decisionsAt = (at: number, decisions: TestDecision[] = [], truths: Record<string, TrueModel> = mixed) => [
  ...decideModelTraffic(due(at, decisions, truths)[0]?.evidence as ModelTrafficEvidence, defaultPolicy),
];
const dataOf = <D>(decisions: readonly TestDecision[], definition: { type: string }): D | undefined =>
  decisions.find((each) => each.definition.type === definition.type)?.data as D | undefined;

type Grades = EventData<typeof OutcomesGraded>;
type Hypothesis = EventData<typeof HypothesisProposed>;

beforeAll(loadSolver);

describe('what is predicted of the models', () => {
  it('is graded once an hour, from the second hour on', () => {
    expect(due(HOUR)).toEqual([]);
    expect(due(2 * HOUR).map(({ question }) => question)).toEqual([`models:email:${2 * HOUR}`]);
    const graded = decisionsAt(2 * HOUR).slice(0, 1) as TestDecision[];
    expect(due(2 * HOUR + 60_000, graded)).toEqual([]);
    expect(due(3 * HOUR, graded)).toHaveLength(1);
  });

  it('is set beside what came: cost, time and quality of each model', () => {
    const { models: graded } = dataOf<Grades>(decisionsAt(3 * HOUR), OutcomesGraded) as Grades;
    expect(graded.map(({ model }) => model)).toEqual(['large', 'small']);
    for (const { predicted, observed: came, generations } of graded) {
      expect(generations).toBeGreaterThan(50);
      expect(predicted.cost.value / came.cost).toBeCloseTo(1, 0);
      expect(predicted.quality.lower).toBeLessThan(came.quality);
      expect(predicted.quality.upper).toBeGreaterThan(came.quality);
    }
  });

  it('has wider intervals after it was wrong', () => {
    const wrong: Grades['misses'] = { cost: 9, timeMs: 1, quality: 1 };
    const before = decided(OutcomesGraded, 'email', {
      contentType: 'email',
      from: 0,
      until: 2 * HOUR,
      models: [],
      misses: wrong,
    });
    const widthAfter = (decisions: TestDecision[]): number => {
      const { cost } = (dataOf<Grades>(decisionsAt(3 * HOUR, decisions), OutcomesGraded) as Grades).models[0]!
        .predicted;
      return Math.log(cost.upper / cost.lower);
    };
    expect(widthAfter([before])).toBeCloseTo(3 * widthAfter([]), 6);
  });
});

describe('sharing briefs among models', () => {
  it('is proposed where it promises more than any one model, as one hypothesis to be tested', () => {
    const proposed = dataOf<Hypothesis>(decisionsAt(4 * HOUR), HypothesisProposed) as Hypothesis;
    const change = { kind: 'route_models', fallback: 'former_model' };
    expect(proposed).toMatchObject({ lever: 'model', metric: 'cost', change });
    expect(proposed.expectedGain).toBeGreaterThan(0.1);
  });

  it.each<[string, Record<string, TrueModel>]>([
    ['one model is best at everything', { large: strong, small: (points) => ({ ...strong(points), cost: 0.05 }) }],
    ['all models are alike', { large: strong, small: strong }],
    ['a model is poor at everything', { large: strong, small: (points) => ({ ...strong(points), quality: 5 }) }],
    ['only one model was ever seen', { large: strong }],
  ])('is not proposed where %s', (_case, truths) => {
    expect(decisionsAt(4 * HOUR, [], truths).map(({ definition }) => definition.name)).toEqual(['OutcomesGraded']);
  });

  it('is proposed once: not while it waits or runs, nor again after it was refuted', () => {
    const proposed = decisionsAt(3 * HOUR).slice(1) as TestDecision[];
    expect(proposed).toHaveLength(1);
    expect(decisionsAt(4 * HOUR, proposed)).toHaveLength(1);
    const { hypothesisId, context } = proposed[0]?.data as Hypothesis;
    const refuted = decided(HypothesisRefuted, 'h', {
      hypothesisId,
      context,
      experimentId: 'e',
      reason: 'none: futility',
    });
    expect(decisionsAt(4 * HOUR, [...proposed, refuted])).toHaveLength(1);
  });

  it('is left alone where a person took the lever', () => {
    const observing = decided(OperatorIntervened, 'autonomy', {
      action: 'set_autonomy',
      target: 'levers',
      levels: { model: 'observe' },
      reason: '',
      by: 'a person',
    });
    expect(decisionsAt(4 * HOUR, [observing])).toHaveLength(1);
  });
});

describe('an allocation in force', () => {
  it('is graded and revised each half hour, where others are graded each hour', () => {
    const at = 3.5 * HOUR;
    const questions = (decisions: TestDecision[]): string[] => due(at, decisions).map(({ question }) => question);
    expect(questions([])).toEqual([`models:email:${3 * HOUR}`]);
    expect(questions(applied(even))).toEqual([`models:email:${at}`]);
    const graded = decisionsAt(at, applied(even)).slice(0, 1) as TestDecision[];
    expect(due(at + 60_000, [...applied(even), ...graded])).toEqual([]);
  });

  const even = [
    { keyPoints: 4, words: null, shares: halves() },
    { keyPoints: null, words: null, shares: halves() },
  ];

  it('follows what was learned since, by an event that every assignment obeys', () => {
    const before = [...generation0, ...applied(even)];
    const [, revised] = decisionsAt(4 * HOUR, applied(even)) as TestDecision[];
    expect(revised?.definition.type).toBe(AllocationRevised.type);
    const system = systemAfter([...before, revised as TestDecision]);
    const { recipe: made } = assign(system, 'email', 'unit 2', 5 * HOUR);
    const [easy, hard] = (made.routing ?? []).map(({ shares }) => shares.find(({ model }) => model === 'small')?.share);
    expect(easy).toBeGreaterThan(0.8);
    expect(hard).toBeLessThan(0.5);
    expect(assign(systemAfter(before), 'email', 'unit 2', 5 * HOUR).recipe.routing).toEqual(even);
  });

  it('leaves what a model fails to make to the others as long as it did before', () => {
    for (const fallback of [{}, { fallback: 'former_model' as const }]) {
      const [, revised] = decisionsAt(4 * HOUR, applied(even, fallback)) as TestDecision[];
      const system = systemAfter([...generation0, ...applied(even, fallback), revised as TestDecision]);
      const { recipe: made } = assign(system, 'email', 'unit 2', 5 * HOUR);
      expect(made.steps[0]?.fallbacks !== undefined).toBe('fallback' in fallback);
    }
  });

  it('stays as it is where nothing moved', () => {
    const [, revised] = decisionsAt(4 * HOUR, applied(even)) as TestDecision[];
    expect(decisionsAt(4 * HOUR, [...applied(even), revised as TestDecision])).toHaveLength(1);
  });

  it('is void where there is none', () => {
    const change = { kind: 'route_models' as const, routing: even };
    const expected = { cost: 1, timeMs: 1, quality: 1 };
    const revised = decided(AllocationRevised, 'x', { improvementId: 'x', contentType: 'email', change, expected });
    expect(systemAfter([...generation0, revised]).void).toMatchObject([
      { reason: 'no allocation is applied by this name' },
    ]);
  });
});

function halves() {
  return ['large', 'small'].map((model) => ({ model, share: 0.5 }));
}

function applied(
  routing: { keyPoints: number | null; words: null; shares: { model: string; share: number }[] }[],
  fallback: { fallback?: 'former_model' } = {},
): TestDecision[] {
  const change = { kind: 'route_models' as const, routing, ...fallback };
  const about = { contentType: 'email', lever: 'model' as const, change };
  const origin = { kind: 'hypothesis' as const, id: 'h' };
  const design = { guardrails: defaultPolicy.guardrails } as never;
  return [
    decided(
      ExperimentRegistered,
      'e',
      withRegistration({ experimentId: 'e', origin, ...about, metric: 'cost' as const, design }),
    ),
    decided(ExperimentStarted, 'e', { experimentId: 'e' }),
    decided(ExperimentConcluded, 'e', {
      experimentId: 'e',
      verdict: 'treatment',
      reason: 'success',
      metrics: {},
      units: 1,
    }),
    decided(ImprovementApplied, 'i', {
      improvementId: 'i',
      experimentId: 'e',
      ...about,
      type: 'model_optimization',
      impact: {},
      summary: '',
      learnedFrom: 1,
      costToFind: 0,
      expiresAt: 1e15,
    }),
  ];
}

describe('sharing among models of which one has turned', () => {
  const trial = {
    origin: { kind: 'hypothesis', id: 'h' },
    contentType: 'email',
    change: { kind: 'use_model', model: 'small' },
    status: 'concluded',
    verdict: 'control',
    startedAt: -3 * HOUR,
    concludedAt: 3 * HOUR,
  };
  const mayPropose = (over: object): boolean | undefined => {
    const system = systemAfter(generation0);
    const experiments = { e: { ...trial, ...over } } as unknown as typeof system.experiments;
    return modelTrafficDue([trafficOf(4, mixed)], { ...system, experiments }, 4 * HOUR)[0]?.evidence.mayPropose;
  };

  it('is not proposed by what it was worth before, until that is forgotten', () => {
    expect(mayPropose({})).toBe(false);
    expect(mayPropose({ startedAt: -20 * HOUR, concludedAt: -3 * HOUR })).toBe(true);
  });

  it('is proposed where it did harm from its beginning, as on briefs of one kind, or elsewhere', () => {
    expect(mayPropose({ startedAt: 1 * HOUR })).toBe(true);
    expect(mayPropose({ contentType: 'blog_post' })).toBe(true);
    expect(mayPropose({ verdict: 'treatment' })).toBe(true);
  });
});
