import {
  ChangeScreened,
  ContentGenerated,
  defaultPolicy,
  type EventData,
  HypothesisProposed,
  ModelsOffered,
  newEvent,
  type Policy,
  PolicyChanged,
  RecipeRegistered,
  type RecipeChange,
  ScreeningRequested,
} from '@contentflow/contracts';
import { sampleCall, sampleGenerated, sampleMeasures } from '@contentflow/contracts/testing';
import { decided, type SystemState } from '@contentflow/decisions';
import { evolve, type StoredEvent } from '@contentflow/kernel';
import { HOUR, measured, MINUTE, models, recipe, systemAfter, type TestDecision } from '../../testing/traffic.ts';
import { proposalsDue } from '../hypotheses/proposal-evidence.ts';
import { decideProposals } from '../hypotheses/proposals.ts';
import { observations } from '../observations.ts';

const NOW = 2 * HOUR;
const base: TestDecision[] = [
  decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
  decided(ModelsOffered, 'models', { models }),
];
const withBudget = (learningBudget: Partial<Policy['learningBudget']>): SystemState =>
  systemAfter([
    ...base,
    decided(PolicyChanged, 'policy', {
      version: 'v',
      policy: { ...defaultPolicy, learningBudget: { ...defaultPolicy.learningBudget, ...learningBudget } },
      by: 'a person',
    }),
  ]);

let offset = 0;
const stored = (event: Omit<StoredEvent, 'partition' | 'offset'>): StoredEvent => ({
  ...event,
  partition: 0,
  offset: offset++,
});

const words = ['river', 'bread', 'bicycle', 'winter', 'lamp', 'garden', 'market', 'journey', 'harvest', 'window'];
const about = (index: number): string =>
  `${words[index % 10]} and ${words[Math.floor(index / 10) % 10]}, ${index * 7919}`;

/** So many contents, each of a brief of its own, over the last half hour. */
const made = (count: number, quality = 7): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => {
    const time = 1.5 * HOUR + index;
    const unit = `unit-${index}`;
    const measurement = measured(
      { unit, time, tokens: 900, timeMs: 9000, quality: quality + (index % 3) - 1 },
      offset++,
    );
    const content: EventData<typeof ContentGenerated> = {
      ...sampleGenerated,
      contentId: `content-${index}`,
      brief: { contentType: 'email', topic: about(index) },
      unit,
      assignment: measurement.data.assignment,
      content: { body: `A text on ${about(index)}.` },
      calls: recipe.steps.map(({ id }) => ({ ...sampleCall, step: id, cost: 0.003, timeMs: 3000, tokensIn: 300 })),
      quality: { score: quality, lower: 0, upper: 10, measures: sampleMeasures },
    };
    return [
      stored(newEvent(ContentGenerated, { subject: unit, data: content, time, cause: { id: unit } })),
      measurement,
    ];
  }).flat();

interface Screened {
  readonly quality: number;
  readonly cost?: number;
  readonly contentType?: string;
  /** Of the recipe in force, by brief; ms. */
  readonly controlMs?: (index: number) => number;
  /** The order that it was tried by. */
  readonly requestId?: string;
}

/** What twelve briefs showed of a change, against the recipe in force. */
const tried = (
  { context, change }: { context: string; change: RecipeChange },
  { quality, cost = 1, contentType = 'email', controlMs = () => 9000, requestId = 'request' }: Screened,
): StoredEvent =>
  stored(
    newEvent(ChangeScreened, {
      subject: contentType,
      time: NOW,
      cause: { id: `${context} ${offset}` },
      data: {
        requestId,
        contentType,
        context,
        change,
        pairs: Array.from({ length: 12 }, (_, index) => ({
          contentId: `c${index}`,
          control: { quality: 7 + (index % 3), tokens: 900, cost: 0.01, timeMs: controlMs(index) },
          treatment: { quality: 7 + (index % 2) + quality + 0.5, tokens: 900, cost: 0.01 * cost, timeMs: 9000 },
        })),
        cost: 0.2,
        simulated: true,
      },
    }),
  );

function decidedAfter(events: readonly StoredEvent[], system = systemAfter(base), at = NOW) {
  const known = events.reduce((state, event) => evolve(observations, state, event), observations.initial());
  return proposalsDue([known], system, at).flatMap(({ evidence }) => decideProposals(evidence, system.policy));
}
const ordersIn = (all: ReturnType<typeof decidedAfter>): EventData<typeof ScreeningRequested>[] =>
  all
    .filter(({ definition }) => definition === ScreeningRequested)
    .map(({ data }) => data as EventData<typeof ScreeningRequested>);
const proposedIn = (all: ReturnType<typeof decidedAfter>): EventData<typeof HypothesisProposed>[] =>
  all
    .filter(({ definition }) => definition === HypothesisProposed)
    .map(({ data }) => data as EventData<typeof HypothesisProposed>)
    // Caches are replayed, not tried.
    .filter(({ lever }) => lever !== 'cache');

const orderFor = (events: readonly StoredEvent[], system?: SystemState): EventData<typeof ScreeningRequested> =>
  ordersIn(decidedAfter(events, system))[0] as EventData<typeof ScreeningRequested>;
const of = (order: EventData<typeof ScreeningRequested>, kind: RecipeChange['kind'], index = 0) =>
  order.changes.filter(({ change }) => change.kind === kind)[index] as (typeof order.changes)[number];
/** The system once this order stands in its ledger. */
const ordered = (order: EventData<typeof ScreeningRequested>, system = systemAfter(base)): SystemState =>
  systemAfter([{ ...decided(ScreeningRequested, 'email', order), at: NOW - MINUTE }], system);

const contents = made(160);

describe('before any traffic sees a change of which only a try can tell what it does to quality', () => {
  it('it is tried on held-out briefs: another model, a step fewer, another temperature, examples', () => {
    const order = orderFor(contents);
    const kinds = new Set(order.changes.map(({ change }) => change.kind));
    expect([...kinds].sort()).toEqual(['drop_step', 'set_examples', 'set_temperature', 'use_model']);
    expect(order.heldOut.length).toBeGreaterThanOrEqual(8);
    expect(proposedIn(decidedAfter(contents))).toEqual([]);
  });

  it('so are shorter texts, where the recipe asks for a number of words', () => {
    const wordy = { ...recipe, style: { ...recipe.style, words: 200 } };
    const system = systemAfter([
      decided(RecipeRegistered, 'email', { contentType: 'email', recipe: wordy, version: 'w', source: 'test' }),
      decided(ModelsOffered, 'models', { models }),
    ]);
    const lengths = (order: EventData<typeof ScreeningRequested>): number[] =>
      order.changes.flatMap(({ change }) => (change.kind === 'set_words' ? [change.words] : []));
    const order = orderFor(contents, system);
    expect(lengths(order).sort()).toEqual([120, 160]);
    expect(lengths(orderFor(contents))).toEqual([]);
    const words = of(order, 'set_words');
    const after = (seen: Screened) =>
      proposedIn(decidedAfter([...contents, tried(words, seen)], ordered(order, system)));
    expect(after({ quality: 0.2, cost: 0.8 })).toContainEqual(
      expect.objectContaining({ kind: 'shorter_text', lever: 'style', metric: 'cost', change: words.change }),
    );
    expect(after({ quality: -2, cost: 0.8 })).toEqual([]);
    // Measures show about half of what is lost.
    expect(after({ quality: -0.3, cost: 0.8 })).toEqual([]);
    expect(after({ quality: -0.1, cost: 0.8 })).toHaveLength(1);
    expect(after({ quality: 0, cost: 0.97 })).toEqual([]);
    // The measures of a text cannot tell which length is right: they give a hint, and readers are asked.
    // That they are as satisfied is shown long before that they are more so: where it saves enough, that will do.
    expect(after({ quality: 2, cost: 0.8 })).toContainEqual(
      expect.objectContaining({ kind: 'shorter_text', metric: 'cost' }),
    );
    // What saves a little of each is worth a try for it where that is worth as much together, and readers may like it better.
    expect(after({ quality: 0, cost: 0.92, controlMs: () => 9900 })).toEqual([]);
    expect(after({ quality: 2, cost: 0.92, controlMs: () => 9900 })).toMatchObject([{ kind: 'shorter_text', metric: 'time' }]); // prettier-ignore
    const [asked] = after({ quality: 2, cost: 0.97 });
    expect(asked).toMatchObject({ kind: 'shorter_text', metric: 'satisfaction', qualityForeseen: { error: 0.7 } });
  });

  it('so are other voices, where the recipe names one: readers judge what the measures hint at', () => {
    const formal = { ...recipe, style: { ...recipe.style, tone: 'formal' } };
    const system = systemAfter([
      decided(RecipeRegistered, 'email', { contentType: 'email', recipe: formal, version: 'f', source: 'test' }),
      decided(ModelsOffered, 'models', { models }),
    ]);
    const tones = (order: EventData<typeof ScreeningRequested>): string[] =>
      order.changes.flatMap(({ change }) => (change.kind === 'set_tone' ? [change.tone] : []));
    const order = orderFor(contents, system);
    expect(tones(order).sort()).toEqual(['friendly', 'neutral', 'playful']);
    expect(tones(orderFor(contents))).toEqual([]);
    const friendly = of(order, 'set_tone');
    const after = (seen: Screened) =>
      proposedIn(decidedAfter([...contents, tried(friendly, seen)], ordered(order, system)));
    expect(after({ quality: 1.2 })).toMatchObject([
      { kind: 'modify_tone', lever: 'style', metric: 'satisfaction', change: friendly.change },
    ]);
    expect(after({ quality: 0.1 })).toEqual([]);
    expect(after({ quality: -1 })).toEqual([]);
  });

  it('is not tried for the time that one slow answer made it seem to save', () => {
    const order = orderFor(contents);
    const examples = of(order, 'set_examples');
    const seen = (controlMs: (index: number) => number) =>
      proposedIn(decidedAfter([...contents, tried(examples, { quality: 0, controlMs })], ordered(order)));
    expect(seen((index) => (index === 0 ? 40_000 : 9000))).toEqual([]);
    expect(seen(() => 14_000)).toMatchObject([{ kind: 'prompt_examples', metric: 'time' }]);
  });

  it('one, three and five examples at once, of briefs that are not among those that they are tried on', () => {
    const order = orderFor(contents);
    const examples = order.changes.flatMap(({ change }) => (change.kind === 'set_examples' ? [change.examples] : []));
    expect(examples.map(({ length }) => length).sort()).toEqual([1, 3, 5]);
    const triedOn = new Set(order.heldOut.map((id) => about(Number(id.split('-')[1]))));
    expect(examples.flat().filter(({ brief }) => triedOn.has(brief))).toEqual([]);
  });

  it('but not what is known to cost more than its margin, such as the dearest model', () => {
    const changes = orderFor(contents).changes.map(({ change }) => change);
    expect(changes).toContainEqual({ kind: 'use_model', model: 'small', fallback: 'former_model' });
    expect(changes).not.toContainEqual({ kind: 'use_model', model: 'largest', fallback: 'former_model' });
  });

  it('as many as the learning budget affords, and one order at a time', () => {
    const few = orderFor(contents, withBudget({ screeningShare: 0.005 }));
    expect(few.changes.length).toBeGreaterThan(0);
    expect(few.changes.length).toBeLessThan(orderFor(contents).changes.length);
    const asked = ordered(orderFor(contents));
    for (const hours of [0, 4]) expect(ordersIn(decidedAfter(contents, asked, NOW + hours * HOUR))).toEqual([]);
    expect(ordersIn(decidedAfter(contents, asked, NOW + 7 * HOUR))).toHaveLength(1);
  });

  it('again when nothing came of an order within six hours, by another one, which the ledger takes', () => {
    const first = orderFor(contents);
    const system = ordered(first);
    const [second] = ordersIn(decidedAfter(contents, system, NOW + 7 * HOUR));
    expect(second?.requestId).not.toBe(first.requestId);
    expect(ordered(second as typeof first, system).screenings).toHaveLength(2);
  });

  it('and goes to traffic at once where there is no share for screening', () => {
    const proposed = proposedIn(decidedAfter(contents, withBudget({ screeningShare: 0 })));
    expect(proposed).toContainEqual(
      expect.objectContaining({ change: { kind: 'use_model', model: 'small', fallback: 'former_model' } }),
    );
  });
});

describe('what was tried', () => {
  const order = orderFor(contents);
  const after = (...events: StoredEvent[]) => proposedIn(decidedAfter([...contents, ...events], ordered(order)));

  it('is proposed for quality where that is what it raises', () => {
    const three = of(order, 'set_examples', 1);
    const [proposed] = after(tried(three, { quality: 1.2, cost: 1.04 }));
    expect(proposed).toMatchObject({ lever: 'prompt', metric: 'quality', change: three.change });
    expect(proposed?.qualityForeseen?.effect).toBeGreaterThan(0.6);
    expect(proposed?.qualityForeseen?.effect).toBeLessThan(1.2);
  });

  it('is about what is likeliest to be enough, where it gains more than one thing', () => {
    const three = of(order, 'set_examples', 1);
    const aimAfter = (seen: Screened) => after(tried(three, seen))[0]?.metric;
    // A tenth and a hair of the cost is soon less than a tenth; of two points of quality much may be luck.
    expect(aimAfter({ quality: 2, cost: 0.89 })).toBe('quality');
    expect(aimAfter({ quality: 0.7, cost: 0.5 })).toBe('cost');
    expect(aimAfter({ quality: 0.9, cost: 0.75 })).toBe('cost');
  });

  it('is not proposed where it lost more than the margin, or gains too little', () => {
    const three = of(order, 'set_examples', 1);
    expect(after(tried(three, { quality: 0.1 }))).toEqual([]);
    expect(after(tried(of(order, 'use_model'), { quality: -1.5, cost: 0.2 }))).toEqual([]);
    expect(after(tried(of(order, 'use_model'), { quality: 0, cost: 0.2 }))).toHaveLength(1);
  });

  it('says something of the same change elsewhere', () => {
    const warmer = of(order, 'set_temperature', 1);
    const elsewhere = { ...warmer, context: 'elsewhere' };
    const gain = (...events: StoredEvent[]): number => after(...events)[0]?.qualityForeseen?.effect ?? 0;
    const alone = gain(tried(warmer, { quality: 0.9 }));
    expect(gain(tried(warmer, { quality: 0.9 }), tried(elsewhere, { quality: 1, contentType: 'ad' }))).toBeGreaterThan(
      alone,
    );
    expect(gain(tried(warmer, { quality: 0.9 }), tried(elsewhere, { quality: -2, contentType: 'ad' }))).toBeLessThan(
      alone,
    );
  });

  describe('and spoken against', () => {
    const { requestId } = order;
    const small = of(order, 'use_model');
    const others = order.changes
      .filter((each) => each !== small)
      .map((each) => tried(each, { quality: -2, requestId }));
    /** What is decided once the model was tried by so many orders, and all else is known to be harm. */
    const afterTries = (...qualities: number[]) =>
      decidedAfter(
        [
          ...contents,
          ...others,
          ...qualities.map((quality, index) =>
            tried(small, { quality, cost: 0.2, requestId: index === 0 ? requestId : `again ${index}` }),
          ),
        ],
        ordered(order),
      );
    const isTriedAgain = (...qualities: number[]): boolean =>
      ordersIn(afterTries(...qualities)).some(({ changes }) =>
        changes.some(({ context }) => context === small.context),
      );

    it('is not tried again in the same recipe', () => {
      expect(isTriedAgain(-2)).toBe(false);
      const again = new Set(order.changes.map(({ context }) => context));
      const next = ordersIn(afterTries(-2)).flatMap(({ changes }) => changes);
      expect(next.filter(({ context }) => again.has(context))).toEqual([]);
    });

    it('is tried on more briefs where it may well keep the margin, by an order of its own', () => {
      const [next] = ordersIn(afterTries(-0.5));
      expect(next?.changes.map(({ context }) => context)).toContain(small.context);
      expect(next?.requestId).not.toBe(requestId);
      expect(proposedIn(afterTries(-0.5))).toEqual([]);
    });

    it('is proposed by all briefs together, and given up after three tries', () => {
      expect(proposedIn(afterTries(-0.5, 0.3))).toMatchObject([{ change: small.change, metric: 'cost' }]);
      expect(proposedIn(afterTries(-0.5, 0.3))[0]?.reason).toContain('on 24 held-out briefs');
      expect(isTriedAgain(-0.5, 0.3)).toBe(false);
      expect(isTriedAgain(-0.5, -0.4)).toBe(true);
      expect(isTriedAgain(-0.5, -2)).toBe(false);
      expect(isTriedAgain(-0.5, -0.4, -0.4)).toBe(false);
    });

    it('is not tried again for what a day of it would not pay', () => {
      const dear = ordersIn(afterTries(-0.5)).length;
      const [thin] = [afterTries(-0.5)].map(() =>
        ordersIn(
          decidedAfter(
            [...contents, ...others, tried(small, { quality: -0.5, cost: 0.99, requestId })],
            ordered(order),
          ),
        ),
      );
      expect([dear, thin?.flatMap(({ changes }) => changes).some(({ context }) => context === small.context)]).toEqual([
        1,
        false,
      ]);
    });

    it('counts an order once, however often it is told', () => {
      const twice = tried(small, { quality: -0.5, cost: 0.2, requestId });
      const told = (events: StoredEvent[]) =>
        ordersIn(decidedAfter([...contents, ...others, ...events], ordered(order)))[0]?.requestId;
      expect(told([twice, { ...twice, offset: offset++ }])).toBe(told([twice]));
    });
  });
});

it('where there is little traffic, as much of the last day counts as it takes', () => {
  const thin = made(160)
    .filter((_, index) => index % 2 === 1 || index < 320)
    .map((event, index) => ({
      ...event,
      time: 10 * HOUR + index * 2 * MINUTE,
    }));
  expect(ordersIn(decidedAfter(thin, systemAfter(base), 21 * HOUR))).toHaveLength(1);
});
