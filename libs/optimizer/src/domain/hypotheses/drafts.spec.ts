import { ContentGenerated, newEvent, type Recipe } from '@contentflow/contracts';
import { sampleCall, sampleGenerated } from '@contentflow/contracts/testing';
import { evolve, seededRandom } from '@contentflow/kernel';
import { momentsOf } from '@contentflow/statistics';
import { HOUR, recipe } from '../../testing/traffic.ts';
import { type DraftObservations, draftsFold, draftsKeep, fewerDraftsOf, seenOf } from './drafts.ts';

const three: Recipe = { ...recipe, candidates: 3 };
const measures = {
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

interface Made {
  readonly byDrafts?: number[];
  readonly model?: string;
  readonly cache?: 'off' | 'exact';
}
function seenAfter(made: readonly Made[]): DraftObservations[] {
  const drafts = made.reduce(
    (known, { byDrafts, model = 'large', cache = 'off' }, offset) =>
      evolve(draftsFold, known, {
        ...newEvent(ContentGenerated, {
          subject: 'u',
          index: `${offset}`,
          time: HOUR,
          cause: { id: 'cause', correlationId: 'c' },
          data: {
            ...sampleGenerated,
            usage: { ...sampleGenerated.usage, cache },
            calls: [{ ...sampleCall, model, tokensOut: 100 }],
            quality: { score: 8, lower: 7, upper: 9, measures, ...(byDrafts ? { byDrafts } : {}) },
          },
        }),
        partition: 0,
        offset,
      }),
    draftsFold.initial(),
  );
  return [{ drafts }];
}

describe('what fewer drafts would have come to', () => {
  it('stands in every content that was made of more, by the model that wrote it', () => {
    const parts = seenAfter([
      { byDrafts: [6, 6.5, 7] },
      { byDrafts: [7, 7.5, 7] },
      { byDrafts: [1, 2, 9], model: 'small' },
      { byDrafts: [5, 7] },
      { byDrafts: [1, 2, 9], cache: 'exact' },
      {},
    ]);
    expect(fewerDraftsOf(parts, three, 0).map(({ n, mean }) => [n, mean])).toEqual([
      [2, -0.5],
      [2, 0],
    ]);
    expect(fewerDraftsOf(parts, { ...three, candidates: 2 }, 0).map(({ mean }) => mean)).toEqual([-2]);
    expect(fewerDraftsOf(parts, three, 2 * HOUR)).toEqual([]);
    expect(fewerDraftsOf(parts, { ...three, candidates: 1 }, 0)).toEqual([]);
  });

  it('is asked of changes that are nothing but fewer drafts', () => {
    const fewer = fewerDraftsOf(seenAfter([{ byDrafts: [6, 6.5, 7] }]), three, 0);
    expect(seenOf({ kind: 'set_candidates', candidates: 2 }, fewer)?.mean).toBe(-0.5);
    expect(seenOf({ kind: 'set_candidates', candidates: 4 }, fewer)).toBeUndefined();
    expect(seenOf({ kind: 'drop_step', step: 'outline' }, fewer)).toBeUndefined();
  });

  it('keeps a margin by twice what measures show of it, and is not told from a few', () => {
    const drawn = (n: number, mean: number) => {
      const random = seededRandom(`${n} ${mean}`);
      return momentsOf(Array.from({ length: n }, () => mean + 0.8 * random.normal()));
    };
    expect(draftsKeep(drawn(2000, -0.05), 0.3)).toBe('within');
    expect(draftsKeep(drawn(2000, -0.15), 0.3)).toBe('unknown');
    expect(draftsKeep(drawn(2000, -0.25), 0.3)).toBe('beyond');
    expect(draftsKeep(drawn(90, 0.6), 0.3)).toBe('unknown');
  });

  it('errs in few of many hundred looks, where the loss is the margin itself', () => {
    const errs = Array.from({ length: 300 }, (_, seed) => {
      const random = seededRandom(seed);
      const values: number[] = [];
      return Array.from({ length: 40 }, () => {
        for (let i = 0; i < 50; i++) values.push(-0.15 + 0.8 * random.normal());
        return draftsKeep(momentsOf(values), 0.3);
      });
    });
    const share = (wrong: string): number => errs.filter((looks) => looks.includes(wrong as 'within')).length / 300;
    expect(share('within')).toBeLessThan(0.07);
    expect(share('beyond')).toBeLessThan(0.07);
  });
});
