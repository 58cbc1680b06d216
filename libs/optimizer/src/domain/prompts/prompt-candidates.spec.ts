import {
  ContentGenerated,
  defaultPolicy,
  type EventData,
  FeedbackReceived,
  ModelsOffered,
  newEvent,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
  PromptCandidateDrafted,
  PromptCandidatesRequested,
  PromptCandidateScreened,
  type Quality,
  type Recipe,
  type RecipeChange,
  RecipeRegistered,
} from '@contentflow/contracts';
import { decided, type SystemState } from '@contentflow/decisions';
import { evolve, type StoredEvent } from '@contentflow/kernel';
import { compressInstructions, promptVersion, withChange } from '@contentflow/recipes';
import {
  HOUR,
  measured,
  MINUTE,
  models,
  recipe as usual,
  systemAfter,
  type TestDecision,
} from '../../testing/traffic.ts';
import { type Observations, observations } from '../observations.ts';
import { screeningRoom } from '../screening/screening.ts';
import { latestTraffic } from '../traffic.ts';
import { decidePrompts, paretoSet, type PromptEvidence, promptProposals, promptsDue } from './prompt-candidates.ts';

const NOW = 2 * HOUR;
const things = ['sound', 'colour', 'season', 'market', 'weather', 'garden', 'kitchen', 'village', 'journey', 'harvest'];
const instructions = things.flatMap((thing) => [
  `Choose pleasant lively sentences about the ${thing} that carry the reader gently along.`,
  `Tell of a second ${thing} where there is room for it and the reader has the leisure to hear of it.`,
]);
const recipe: Recipe = { ...usual, prompt: { instructions: instructions.join(' '), examples: [] } };
const base: TestDecision[] = [
  decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
  decided(ModelsOffered, 'models', { models }),
];
const topics = [
  'a walk by the river',
  'bread from an old oven',
  'how to fix a bicycle',
  'stars in winter',
  'a lamp of ash',
];

interface Content {
  readonly tokens?: number;
  readonly holdback?: boolean;
  readonly quality?: number;
  readonly topic?: string;
  readonly body?: string;
  readonly measures?: Partial<Quality['measures']>;
}

let offset = 0;
const stored = (event: Omit<StoredEvent, 'partition' | 'offset'>): StoredEvent => ({
  ...event,
  partition: 0,
  offset: offset++,
});
const good: Quality['measures'] = {
  lengthFit: 1,
  keyPointCoverage: 1,
  keywordCoverage: 1,
  toneFit: 1,
  languageFit: 1,
  grammar: 1,
  readability: 1,
  structure: 1,
  repetition: 1,
  groundedness: 1,
};

const topicOf = (index: number): string => `${topics[index % topics.length]}, part ${index}`;

/** Content that was made, and what was measured of it. */
function made(
  index: number,
  { holdback = false, quality = 7, tokens = 2000, topic, body, measures }: Content = {},
): StoredEvent[] {
  const unit = `unit-${index}`;
  const contentId = `content-${index}`;
  const assignment = { recipe: 'r', holdback, exposures: [], withheld: [], improvements: [], ledgerPosition: 0 };
  const about = topic ?? topicOf(index);
  const data: EventData<typeof ContentGenerated> = {
    contentId,
    brief: { contentType: 'email', topic: about },
    unit,
    assignment,
    worker: 'w',
    acceptedAt: 0,
    calls: [],
    usage: { tokensIn: 0, tokensOut: 0, calls: 3, cost: 0.01, timeMs: 0, waitMs: 0, cache: 'off' },
    simulated: true,
    content: { body: body ?? `A text about ${about}, number ${index * 7919}.` },
    quality: { score: quality, lower: 0, upper: 10, measures: { ...good, ...measures } },
    revised: false,
    belowThreshold: false,
  };
  const time = 1.5 * HOUR + index;
  const generated = newEvent(ContentGenerated, { subject: contentId, data, time, cause: { id: contentId } });
  return [stored(generated), measured({ unit, time, assignment: { holdback }, tokens }, offset++)];
}

const after = (events: readonly StoredEvent[]): Observations =>
  events.reduce((known, event) => evolve(observations, known, event), observations.initial());
const many = (count: number, content: (index: number) => Content = () => ({})): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => made(index, content(index))).flat();
const flawed = (index: number): Content =>
  index % 5 === 0 ? { quality: 4, measures: { keyPointCoverage: 0.5 } } : { quality: 7 + (index % 3) };

const ordersFor = (
  events: readonly StoredEvent[],
  system: SystemState = systemAfter(base),
  at = NOW,
): PromptEvidence[] => promptsDue([after(events)], system, at).map(({ evidence }) => evidence);
const orderFor = (events: readonly StoredEvent[]): PromptEvidence => ordersFor(events)[0] as PromptEvidence;

const withPolicy = (learningBudget: Partial<Policy['learningBudget']>): SystemState =>
  systemAfter([
    ...base,
    decided(PolicyChanged, 'policy', {
      version: 'v',
      policy: { ...defaultPolicy, learningBudget: { ...defaultPolicy.learningBudget, ...learningBudget } },
      by: 'a person',
    }),
  ]);

describe('new prompts are asked for', () => {
  it('once contents enough were seen: cut by rule, shortened and rewritten by a model', () => {
    const order = orderFor(many(120, flawed));
    expect(order.drafts.map(({ origin }) => origin)).toEqual(['rules', 'rules']);
    expect(order.edits).toEqual(['compression', 'rewrite']);
    expect(order.heldOut.length).toBeGreaterThanOrEqual(8);
    expect(order.heldOut.length).toBeLessThanOrEqual(16);
    expect(ordersFor(many(49, flawed))).toEqual([]);
  });

  it('shorter only where generations take more than 1000 tokens on average, and where that can save a tenth', () => {
    const shorter = (tokens: number): number => {
      const [order] = ordersFor(many(120, (index) => ({ ...flawed(index), tokens })));
      return order ? order.drafts.filter(({ origin }) => origin === 'rules').length : 0;
    };
    expect([1000, 1001, 50_000].map(shorter)).toEqual([0, 2, 0]);
  });

  it('with lessons from what fell short, and in what', () => {
    const { lessons } = orderFor(many(120, flawed));
    expect(lessons).toHaveLength(4);
    expect(lessons.every(({ flaws }) => flaws.includes('key points missing'))).toBe(true);
    expect(orderFor(many(120)).edits).not.toContain('rewrite');
  });

  it('with what readers wished, and never in their words', () => {
    const wish = (index: number): StoredEvent =>
      stored(
        newEvent(FeedbackReceived, {
          subject: `content-${index}`,
          time: NOW - MINUTE,
          cause: { id: `feedback-${index}` },
          data: {
            contentId: `content-${index}`,
            contentType: 'email',
            unit: `unit-${index}`,
            assignment: {
              recipe: 'r',
              holdback: false,
              exposures: [],
              withheld: [],
              improvements: [],
              ledgerPosition: 0,
            },
            rater: null,
            simulated: true,
            rating: 1,
            comment: 'Call me at 555 0100, yours Ada',
            aspects: [{ aspect: 'tone', polarity: 'negative', wanted: 'friendly' }],
            quality: 7,
            words: 9,
          },
        }),
      );
    const order = orderFor([...many(120), ...Array.from({ length: 120 }, (_, index) => wish(index))]);
    expect(order.lessons[0]?.flaws).toEqual(['readers want: friendly']);
    expect(JSON.stringify(order)).not.toContain('555 0100');
  });

  it('so that no brief that informs them is among those they are tried on', () => {
    const { lessons, heldOut } = orderFor(many(200, flawed));
    const tried = new Set(heldOut);
    expect(lessons.filter(({ contentId }) => tried.has(contentId))).toEqual([]);
  });

  it('in words of no brief and no content', () => {
    const order = orderFor(many(120, flawed));
    const words = JSON.stringify(order);
    expect(order.lessons.length + order.heldOut.length).toBeGreaterThan(10);
    for (let index = 0; index < 120; index++) expect(words).not.toContain(topicOf(index));
    expect(words).not.toContain('A text about');
  });

  it('never from the holdback', () => {
    const order = orderFor(
      many(160, (index) => ({
        ...flawed(index),
        holdback: index % 2 === 0,
        topic: `${index % 2 === 0 ? 'held back' : 'shown'} ${index}`,
      })),
    );
    expect(JSON.stringify(order)).not.toContain('held back');
    const named = [...order.heldOut, ...order.lessons.map(({ contentId }) => contentId)];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((id) => Number(id.split('-')[1]) % 2 === 0)).toEqual([]);
  });

  it('once for each prompt in force, and not while the lever is taken or only observed', () => {
    const events = many(120, flawed);
    const asked = systemAfter([...base, { ...(decidePrompts(orderFor(events), NOW)[0] as TestDecision), at: NOW }]);
    expect(asked.promptRequests).toHaveLength(1);
    expect(ordersFor(events, asked, NOW + 50 * MINUTE)).toEqual([]);
    const observing = decided(OperatorIntervened, 'autonomy', {
      action: 'set_autonomy',
      target: 'levers',
      levels: { prompt: 'observe' },
      reason: 'test',
      by: 'a person',
    });
    expect(ordersFor(events, systemAfter([...base, observing]))).toEqual([]);
  });

  it('as many as the learning budget affords', () => {
    const events = many(120, flawed);
    const ways = (system: SystemState): number =>
      ordersFor(events, system).reduce((sum, { drafts, edits }) => sum + drafts.length + edits.length, 0);
    expect(ways(systemAfter(base))).toBe(4);
    expect(ways(withPolicy({ screeningShare: 0.01 }))).toBe(2);
    expect(ways(withPolicy({ spending: 0.6 }))).toBe(2);
    expect(ways(withPolicy({ screeningShare: 0 }))).toBe(0);
  });

  it('within what earlier ones have left of it', () => {
    const spent = newEvent(PromptCandidateDrafted, {
      subject: 'email',
      time: NOW - MINUTE,
      cause: { id: 'd' },
      data: { candidateId: 'c', requestId: 'r', contentType: 'email', origin: 'rewrite', parent: 'p', change: null, refused: 'x', cost: 100, simulated: true }, // prettier-ignore
    });
    expect(ordersFor([...many(120, flawed), stored(spent)])).toEqual([]);
  });
});

describe('examples', () => {
  const examplesOf = (content: (index: number) => Content): Recipe['prompt']['examples'] => {
    const parts = [after(many(160, content))];
    const traffic = latestTraffic(parts, 'email', HOUR, 50, NOW);
    return screeningRoom(parts, systemAfter(base), recipe, traffic, true, NOW).examples;
  };

  it('are of the best contents', () => {
    const examples = examplesOf((index) => ({
      quality: index % 2 === 0 ? 9 : 5,
      body: `${index % 2 === 0 ? 'fine' : 'poor'} text ${index * 7919} about ${index}`,
    }));
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(examples.every(({ text }) => text.startsWith('fine'))).toBe(true);
  });

  it('are like the briefs that come, and unlike each other', () => {
    const examples = examplesOf((index) => ({
      topic:
        index === 2
          ? 'zebra quartz vexing jumps'
          : `${index % 2 === 0 ? 'garden chairs of oiled oak' : 'evening courses in pottery'} no ${index}`,
      body: `${index % 2 === 0 ? 'A chair of oak stands in the garden' : 'Pottery is learned in the evening'} ${index}`,
    }));
    expect(examples.map(({ brief }) => brief.slice(0, 6)).sort()).toEqual(['evenin', 'garden']);
  });

  it.each(['write to ada@example.org', 'ring 0151 555 0100 42', 'Dr. Lovelace said so'])(
    'never name a person: %s',
    (text) => {
      expect(examplesOf((index) => ({ body: `${text}, ${index}` }))).toEqual([]);
    },
  );
});

/** A candidate that was tried on twelve briefs, with these means against the prompt in force. */
function tried(
  change: RecipeChange,
  {
    quality = 0,
    tokens = 1,
    cost = tokens,
    from = recipe,
  }: { quality?: number; tokens?: number; cost?: number; from?: Recipe } = {},
): StoredEvent {
  const candidateId = `candidate-${offset}`;
  return stored(
    newEvent(PromptCandidateScreened, {
      subject: 'email',
      time: NOW,
      cause: { id: candidateId },
      data: {
        candidateId,
        requestId: 'request',
        contentType: 'email',
        origin: change.kind === 'set_examples' ? 'examples' : 'rules',
        parent: promptVersion(from),
        change,
        prompt: promptVersion(withChange(from, change)),
        pairs: Array.from({ length: 12 }, (_, index) => ({
          contentId: `c${index}`,
          control: { quality: 7 + (index % 3), tokens: 2000, cost: 0.02, timeMs: 1 },
          treatment: { quality: 7 + (index % 2) + quality, tokens: 2000 * tokens, cost: 0.02 * cost, timeMs: 1 },
        })),
        cost: 0.5,
        simulated: true,
      },
    }),
  );
}
const cut = (share: number): RecipeChange => ({
  kind: 'replace_instructions',
  instructions: compressInstructions(recipe.prompt.instructions, share),
});
const [light, middle, heavy] = [cut(0.2), cut(0.35), cut(0.5)];
const changes = (events: readonly StoredEvent[], of = recipe): RecipeChange[] =>
  paretoSet([after(events)], of).map(({ change }) => change);
const proposed = (events: readonly StoredEvent[], of = recipe) =>
  promptProposals(paretoSet([after(events)], of), defaultPolicy);

describe('of the prompts that were tried', () => {
  it('those stay that nothing beats in quality, tokens and cost at once', () => {
    const better = tried(light, { quality: 1.5, tokens: 0.9 });
    const beaten = tried(middle, { quality: 1, tokens: 0.95 });
    const shorter = tried(heavy, { quality: 0.6, tokens: 0.6 });
    expect(changes([better, beaten, shorter])).toEqual([light, heavy]);
    expect(changes([tried(light, { quality: -1, tokens: 1.1 })])).toEqual([]);
  });

  it('those are proposed that save a tenth and are not clearly worse than the margin', () => {
    const [best] = proposed([tried(middle, { quality: 0.5, tokens: 0.7 })]);
    expect(best).toMatchObject({
      proposal: { kind: 'prompt_compression', lever: 'prompt', metric: 'tokens', change: middle },
    });
    expect(best?.gain).toBeCloseTo(0.3);
    expect(best?.reason).toBe('on 12 held-out briefs it took −30 % tokens, and quality moved by +0.0 ± 0.3');
    expect(proposed([tried(middle, { quality: -1.5, tokens: 0.7 })])).toEqual([]);
    expect(proposed([tried(middle, { quality: 0.5, tokens: 0.95 })])).toEqual([]);
  });

  it('one that betters quality is proposed for its quality, unless it costs more than the margin', () => {
    const examples: RecipeChange = { kind: 'set_examples', examples: [{ brief: 'b', text: 't' }] };
    expect(proposed([tried(examples, { quality: 3, tokens: 1.05 })])[0]?.proposal).toMatchObject({
      kind: 'prompt_examples',
      metric: 'quality',
    });
    expect(proposed([tried(examples, { quality: 3, tokens: 1.3 })])).toEqual([]);
  });

  it('one that did worse has the smaller chance', () => {
    const [well] = proposed([tried(middle, { quality: 0.5, tokens: 0.7 })]);
    const [badly] = proposed([tried(middle, { quality: 0.1, tokens: 0.7 })]);
    expect(badly?.chance).toBeLessThan(well?.chance ?? 0);
  });

  it('the others are held against the one that was applied, on the same briefs', () => {
    const events = [tried(middle, { quality: 0.5, tokens: 0.8 }), tried(heavy, { quality: 0.5, tokens: 0.6 })];
    const applied = withChange(recipe, middle);
    expect(paretoSet([after(events)], applied)).toMatchObject([
      { change: heavy, tokens: 0.75, quality: { effect: 0 } },
    ]);
  });

  it('none is known of a prompt that they were not tried beside', () => {
    const other = withChange(recipe, { kind: 'replace_instructions', instructions: 'Write.' });
    expect(changes([tried(middle, { quality: 1, tokens: 0.5 })], other)).toEqual([]);
  });
});

it('an order is a decision that says all that is needed to carry it out', () => {
  const [decision] = decidePrompts(orderFor(many(120, flawed)), NOW);
  const data = {
    ...decision?.data,
    basis: { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} },
  };
  expect(PromptCandidatesRequested.schema.safeParse(data).error).toBeUndefined();
});
