import {
  type Assignment,
  defaultPolicy,
  type EventData,
  FeedbackReceived,
  recipeSchema,
  Topic,
} from '@contentflow/contracts';
import { type Adjustment, initialSystemState, type SystemState } from '@contentflow/decisions';
import { evolve, HOUR_MS, type StoredEvent } from '@contentflow/kernel';
import { adjustments } from './adjustments.ts';
import type { Demand } from './demands.ts';
import { type ReaderPreferences, readerPreferences } from './reader-preferences.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const assignment: Assignment = {
  recipe: 'r0',
  holdback: false,
  exposures: [],
  withheld: [],
  improvements: [],
  ledgerPosition: 0,
};
type Aspects = EventData<typeof FeedbackReceived>['aspects'];
interface Said {
  readonly rater: string | null;
  readonly aspects: Aspects;
  readonly words?: number;
  readonly quality?: number;
  readonly at?: number;
}

const says = (rater: string | null, aspects: Aspects, more: Partial<Said> = {}): Said => ({ rater, aspects, ...more });
const wants = (wanted: string): Aspects => [{ aspect: 'tone', polarity: 'negative', wanted }];
const each = (count: number, name: string, of: (rater: string) => Said): Said[] =>
  Array.from({ length: count }, (_, i) => of(`${name}-${i}`));
const twice = (said: Said[]): Said[] => [...said, ...said];

/** The folds of four partitions, as a log would spread them. */
function heard(said: readonly Said[]): ReaderPreferences[] {
  return said.reduce<ReaderPreferences[]>(
    (parts, { rater, aspects, words = 300, quality = 7, at = NOON }, index) => {
      const partition = index % 4;
      const data = {
        contentId: `c${index}`,
        contentType: 'email',
        unit: `u${index}`,
        assignment,
        rater,
        simulated: true,
        rating: 2,
        aspects,
        quality,
        words,
      };
      const event: StoredEvent = {
        id: `e${index}`,
        topic: Topic.feedback,
        type: FeedbackReceived.type,
        source: 'test',
        subject: data.contentId,
        time: at,
        data,
        correlationId: 'c',
        partition,
        offset: index,
      };
      return parts.with(partition, evolve(readerPreferences, parts[partition] as ReaderPreferences, event));
    },
    [{}, {}, {}, {}],
  );
}

const system = (change: Partial<SystemState> = {}, style = {}): SystemState => ({
  ...initialSystemState,
  generation0: {
    email: recipeSchema.parse({
      contentType: 'email',
      prompt: { instructions: 'Write it.' },
      steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 500 }],
      output: { body: 'draft' },
      model: 'm',
      style: { tone: 'formal', words: 300, ...style },
      qualityThreshold: 6,
    }),
  },
  ...change,
});

type Proposal = Pick<Demand, 'kind' | 'current' | 'target' | 'change'>;
function given(said: readonly Said[], state = system()) {
  return {
    when: (at: number) => {
      const questions = adjustments.due(heard(said), state, at);
      const proposed = questions.flatMap(({ evidence }) => [...adjustments.decide(evidence, defaultPolicy, at)]);
      return {
        then: (...expected: Partial<Proposal>[]) =>
          expect(proposed.map(({ data }) => data)).toEqual(expected.map((each) => expect.objectContaining(each))),
        decided: proposed,
      };
    },
  };
}
const learningIsDue = NOON + HOUR_MS / 2;
const nothing: [] = [];

describe('adjustments', () => {
  it('are none of a use: what its callers say to a model is not to be changed by readers', () => {
    const { email } = system().generation0;
    const used = system({ generation0: { email: { ...email!, passedOn: true } } });
    given(twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))), used)
      .when(learningIsDue)
      .then();
  });

  it('change the tone to what enough different readers ask for', () => {
    given(twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))))
      .when(learningIsDue)
      .then({
        kind: 'modify_tone',
        current: 'formal',
        target: 'friendly',
        change: { kind: 'set_tone', tone: 'friendly' },
      });
  });

  it('count readers who ask for the same direction together, and take the tone that most of them name', () => {
    given([
      ...twice(each(8, 'a', (rater) => says(rater, wants('friendly')))),
      ...twice(each(5, 'b', (rater) => says(rater, wants('casual')))),
      ...twice(each(9, 'c', (rater) => says(rater, wants('aggressive')))),
    ])
      .when(learningIsDue)
      .then({ target: 'friendly' });
  });

  it('are not proposed for too few readers or too few comments', () => {
    given(twice(each(9, 'reader', (rater) => says(rater, wants('friendly')))))
      .when(learningIsDue)
      .then(...nothing);
    given(each(12, 'reader', (rater) => says(rater, wants('friendly'))))
      .when(learningIsDue)
      .then(...nothing);
  });

  it('shorten what many find too long, to the length they name or by a quarter', () => {
    const shorter: Aspects = [{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }];
    const named: Aspects = [{ aspect: 'length', polarity: 'negative', wanted: '180 words' }];
    given(twice(each(12, 'reader', (rater) => says(rater, shorter))))
      .when(learningIsDue)
      .then({ kind: 'modify_length', current: '300 words', change: { kind: 'set_words', words: 230 } });
    given(twice(each(12, 'reader', (rater) => says(rater, named))))
      .when(learningIsDue)
      .then({ kind: 'modify_length', target: '180 words' });
  });

  it('do not shorten again for what was said of longer content', () => {
    const shorter: Aspects = [{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }];
    given(twice(each(12, 'reader', (rater) => says(rater, shorter, { words: 300 }))), system({}, { words: 220 }))
      .when(learningIsDue)
      .then({ kind: 'modify_length' });
    given(twice(each(12, 'reader', (rater) => says(rater, shorter, { words: 180 }))), system({}, { words: 220 }))
      .when(learningIsDue)
      .then(...nothing);
  });

  it('reinforce a structure that readers like', () => {
    const liked: Aspects = [{ aspect: 'structure', polarity: 'positive', wanted: 'bullets' }];
    given(twice(each(12, 'reader', (rater) => says(rater, liked))))
      .when(learningIsDue)
      .then({ kind: 'reinforce_structure', change: { kind: 'set_structure', structure: 'bullets' } });
  });

  it('raise the quality threshold by half a point, ten at most', () => {
    const bad: Aspects = [{ aspect: 'quality', polarity: 'negative' }];
    const said = twice(each(12, 'reader', (rater) => says(rater, bad, { quality: 6 })));
    given(said)
      .when(learningIsDue)
      .then({ kind: 'raise_quality_threshold', change: { kind: 'set_quality_threshold', threshold: 6.5 } });
  });

  it('leave alone what most readers praise', () => {
    const praise: Aspects = [{ aspect: 'tone', polarity: 'positive' }];
    given([
      ...twice(each(12, 'asker', (rater) => says(rater, wants('friendly')))),
      ...each(15, 'fan', (rater) => says(rater, praise)),
    ])
      .when(learningIsDue)
      .then(...nothing);
  });

  it('follow readers whose taste has shifted: the last word of each counts', () => {
    given([
      ...twice(each(12, 'reader', (rater) => says(rater, wants('playful'), { at: NOON - 5 * HOUR_MS }))),
      ...twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))),
    ])
      .when(learningIsDue)
      .then({ target: 'friendly' });
  });

  it('are one at a time on a lever', () => {
    const open = adjustment({ status: 'on_trial' });
    given(
      twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))),
      system({ adjustments: { [open.adjustmentId]: open } }),
    )
      .when(learningIsDue)
      .then(...nothing);
  });

  it('wait while autonomy is paused', () => {
    given(
      twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))),
      system({ autonomy: { state: 'paused', levers: {}, reason: 'holiday' } }),
    )
      .when(learningIsDue)
      .then(...nothing);
  });

  describe('that were refused', () => {
    const refused = adjustment({ status: 'rolled_back', proposedAt: NOON - HOUR_MS });
    const state = system({ adjustments: { [refused.adjustmentId]: refused } });

    it('do not come back because the same readers ask again', () => {
      given(twice(each(15, 'reader', (rater) => says(rater, wants('friendly')))), state)
        .when(learningIsDue)
        .then(...nothing);
    });

    it('come back when half as many again ask', () => {
      given(twice(each(18, 'reader', (rater) => says(rater, wants('friendly')))), state)
        .when(learningIsDue)
        .then({ target: 'friendly' });
    });

    it('come back after a day', () => {
      const old = { ...refused, proposedAt: NOON - 25 * HOUR_MS };
      given(
        twice(each(12, 'reader', (rater) => says(rater, wants('friendly')))),
        system({ adjustments: { [old.adjustmentId]: old } }),
      )
        .when(learningIsDue)
        .then({ target: 'friendly' });
    });
  });

  describe('are not moved by dishonest readers', () => {
    const honest = twice(each(12, 'reader', (rater) => says(rater, wants('friendly'))));

    it('however often a few of them shout', () => {
      const shouting = Array.from({ length: 3000 }, (_, i) => says(`shouter-${i % 5}`, wants('aggressive')));
      given(shouting)
        .when(learningIsDue)
        .then(...nothing);
      given([...shouting, ...honest])
        .when(learningIsDue)
        .then({ target: 'friendly' });
    });

    it('though they are many, when they give more than anyone reads', () => {
      const brigade = Array.from({ length: 30 * 20 }, (_, i) => says(`brigade-${i % 30}`, wants('aggressive')));
      given(brigade)
        .when(learningIsDue)
        .then(...nothing);
      given([...brigade, ...honest])
        .when(learningIsDue)
        .then({ target: 'friendly' });
    });

    it('when they have no name, however many they say they are', () => {
      given(Array.from({ length: 500 }, () => says(null, wants('aggressive'))))
        .when(learningIsDue)
        .then(...nothing);
    });
  });

  it('stay bounded in what they remember', () => {
    const many = Array.from({ length: 20_000 }, (_, i) =>
      says(`r-${i}`, wants('friendly'), { at: NOON - HOUR_MS * (i % 200) }),
    );
    const parts = heard(many.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)));
    for (const part of parts) expect(part.email?.length).toBeLessThanOrEqual(48);
    expect(JSON.stringify(adjustments.due(parts, system(), NOON)[0]?.evidence).length).toBeLessThan(2000);
  });
});

function adjustment(change: Partial<Adjustment>): Adjustment {
  return {
    adjustmentId: 'adjustment-email-1',
    kind: 'modify_tone',
    contentType: 'email',
    lever: 'style',
    change: { kind: 'set_tone', tone: 'friendly' },
    metric: 'satisfaction',
    current: 'formal',
    target: 'friendly',
    support: { comments: 24, raters: 12 },
    status: 'proposed',
    proposedAt: NOON,
    ...change,
  };
}
