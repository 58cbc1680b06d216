import type { Brief, Recipe } from '@contentflow/contracts';
import { HOUR_MS, seededRandom } from '@contentflow/kernel';
import { createVirtualClock } from '../adapters/virtual-clock.ts';
import { loadWorld } from '../adapters/world-files.ts';
import { createTruth, type GeneratedBody } from '../truth/truth.ts';
import { parseWorld } from '../world/parse-world.ts';
import type { World } from '../world/world.ts';
import { correlation } from '../testing/correlation.ts';
import { generation0Recipes } from '../sandbox/generation0-recipes.ts';
import { type ReaderEngagement, type ReaderFeedback, runReaders } from './readers.ts';

const features: GeneratedBody['features'] = {
  promptTokensRemovedShare: 0,
  keyFactsMissing: 0,
  examples: 0,
  candidates: 1,
  temperature: 0.7,
  toneDistance: 0,
  lengthRatio: 1,
  model: 'large',
  steps: new Set(['draft']),
};
const brief: Brief = { contentType: 'email', topic: 'the spring concert' };

interface Shown {
  readonly quality?: number;
  readonly tone?: string;
  readonly isListed?: boolean;
  readonly topic?: string;
}
type Rated = ReaderFeedback & { readonly id: string; readonly at: number };

/** Contents of these properties, one a minute, and what readers made of them. */
async function shown(
  world: World,
  contents: readonly Shown[],
): Promise<{ ratings: Rated[]; engagements: (ReaderEngagement & { id: string })[] }> {
  const clock = createVirtualClock({ startMs: 0, isQuiet: () => true });
  const truth = createTruth();
  const ratings: Rated[] = [];
  const engagements: (ReaderEngagement & { id: string })[] = [];
  const ends = new AbortController();
  const readers = runReaders({
    world,
    clock,
    random: seededRandom(9),
    truth,
    signal: ends.signal,
    rate: async (id, feedback) => void ratings.push({ ...feedback, id, at: clock.now() }),
    engage: async (id, engagement) => void engagements.push({ ...engagement, id }),
  });
  for (const [i, { quality = 7, tone = 'formal', isListed = false, topic = brief.topic }] of contents.entries()) {
    const body = `${'word '.repeat(100)}${i}.${isListed ? '\n- one\n- two' : ''}`;
    truth.madeBody(body, {
      contentType: 'email',
      topic,
      quality,
      tone,
      words: 100,
      structure: undefined,
      features,
      stepsMade: features.steps,
    });
    readers.onContent(String(i), 'email', brief, body);
    await clock.run(clock.now() + 60_000);
  }
  await clock.run(clock.now() + 12 * HOUR_MS);
  ends.abort();
  return { ratings, engagements };
}

const worldOf = (readers: Record<string, unknown>): World => parseWorld({ contentTypes: { email: {} }, readers });
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const stars = (ratings: readonly Rated[]): number => mean(ratings.map(({ rating }) => rating));
const times = (n: number, content: Shown): Shown[] => Array.from({ length: n }, () => content);

describe('readers', () => {
  it('rate a share of contents, after a while, by their quality', async () => {
    const contents = Array.from({ length: 1500 }, (_, i) => ({ quality: 3 + (7 * (i % 100)) / 99 }));
    const { ratings } = await shown(worldOf({ ratingShare: 0.3, delay: { median: 'PT5M', sigma: 1 } }), contents);
    expect(ratings.length / contents.length).toBeCloseTo(0.3, 1);
    expect(
      correlation(
        ratings.map(({ id }) => contents[Number(id)]?.quality ?? 0),
        ratings.map(({ rating }) => rating),
      ),
    ).toBeGreaterThan(0.6);
    const delays = ratings.map(({ id, at }) => at - Number(id) * 60_000).toSorted((a, b) => a - b);
    expect((delays[delays.length >> 1] as number) / 300_000).toBeCloseTo(1, 0);
    for (const { rating } of ratings) expect([1, 2, 3, 4, 5]).toContain(rating);
  });

  const liking = { likes: { email: { tone: 'friendly', words: 300, structure: 'bullets', weight: { tone: 1, words: 0.5, structure: 0.6 } } }, ratingShare: 1, commentShare: 1 }; // prettier-ignore

  it('like what they like, and say so', async () => {
    const formal = await shown(worldOf(liking), times(200, { tone: 'formal' }));
    const friendly = await shown(worldOf(liking), times(200, { tone: 'friendly', isListed: true }));
    expect(stars(friendly.ratings) - stars(formal.ratings)).toBeGreaterThan(0.8);
    const said = formal.ratings.map(({ comment }) => comment).join('\n');
    for (const wish of [/formal|stiff|friendly/, /longer|short|detail/i, /bullet/i]) expect(said).toMatch(wish);
    expect(new Set(formal.ratings.map(({ comment }) => comment)).size).toBeGreaterThan(15);
    expect(friendly.ratings.map(({ comment }) => comment).join('\n')).toMatch(/bullet points/);
  });

  it('change their minds by schedule', async () => {
    const schedule = [{ at: 'PT3H', contentType: 'email', set: { tone: 'formal' } }];
    const { ratings } = await shown(
      worldOf({ ...liking, delay: { median: 'PT1S' }, schedule }),
      times(360, { tone: 'formal' }),
    );
    const before = ratings.filter(({ at }) => at < 3 * HOUR_MS);
    expect(stars(ratings.filter(({ at }) => at >= 3 * HOUR_MS)) - stars(before)).toBeGreaterThan(0.4);
  });

  it('notice a text that was made for another brief', async () => {
    const right = await shown(worldOf({ ratingShare: 1 }), times(100, {}));
    const wrong = await shown(worldOf({ ratingShare: 1 }), times(100, { topic: 'the autumn concert' }));
    expect(stars(right.ratings) - stars(wrong.ratings)).toBeGreaterThan(1);
  });

  it('who are dishonest rate what they want 5 and the rest 1, often', async () => {
    const dishonest = { share: 0.02, want: { tone: 'aggressive' }, ratesPerHour: 30, from: 'PT1H', until: 'PT3H' };
    const { ratings } = await shown(worldOf({ ratingShare: 0, raters: 100, dishonest }), [
      ...times(100, { tone: 'formal' }),
      ...times(100, { tone: 'aggressive' }),
    ]);
    expect(ratings.length).toBeGreaterThan(80);
    expect(ratings.length).toBeLessThan(160);
    expect(new Set(ratings.map(({ rater }) => rater))).toEqual(new Set(['reader-0', 'reader-1']));
    for (const { id, rating } of ratings) expect(rating).toBe(Number(id) < 100 ? 1 : 5);
    for (const { at } of ratings) expect(at).toBeGreaterThan(HOUR_MS);
  });

  it('see and click more where quality is higher', async () => {
    const world = worldOf({ ratingShare: 0, engagement: { base: 0.2, perQuality: 0.3, viewsPerContent: 3 } });
    const clicks = async (quality: number): Promise<number> => {
      const { engagements } = await shown(world, times(300, { quality }));
      const count = (kind: string): number => engagements.filter((each) => each.kind === kind).length;
      expect(count('impression') / 300).toBeCloseTo(3, 0);
      expect(count('dwell')).toBe(count('click'));
      return count('click') / count('impression');
    };
    expect(await clicks(7)).toBeCloseTo(0.2, 1);
    expect(await clicks(9)).toBeGreaterThan(0.26);
  });
});

it('generation 0 suits its world: it is valid, and as long as the world says', () => {
  for (const name of ['default', 'nothing-helps', 'small-default']) {
    const world = loadWorld(name);
    for (const recipe of generation0Recipes(world) as Recipe[]) {
      const { promptTokens } = world.contentTypes[recipe.contentType]?.generation0 ?? { promptTokens: 0 };
      expect(Math.abs(recipe.prompt.instructions.length / 4 / promptTokens - 1)).toBeLessThan(0.02);
    }
  }
  const lengths = [0, 100, 500, 3000, 9000].map((promptTokens) => {
    const world = parseWorld({ contentTypes: { summary: { generation0: { promptTokens } } } });
    return (generation0Recipes(world)[0] as Recipe).prompt.instructions.length / 4;
  });
  expect(lengths.map((tokens) => Math.round(tokens / 100) * 100)).toEqual([0, 100, 500, 3000, 9000]);
});
