import {
  type Brief,
  type Call,
  defaultPolicy,
  type HitVerdict,
  policySchema,
  type Recipe,
  recipeSchema,
} from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import {
  cacheRequest,
  type CacheRequest,
  MIN_REQUESTS,
  type JudgedNeighbour,
  type ReplayedCache,
  replayedCaches,
  similaritiesWithin,
} from './cache-replay.ts';

const WEEK = 7 * 24 * HOUR_MS;
const asked = (topic: string, at: number, more: Partial<Brief> = {}) =>
  cacheRequest({ contentType: 'email', topic, keyPoints: ['keeps cold', 'weighs little'], ...more }, [], at);

const cachedBy = (cache: Partial<Recipe['cache']>, prompt: Partial<Recipe['prompt']> = {}) =>
  recipeSchema.parse({
    contentType: 'email',
    prompt: { instructions: 'Write.', ...prompt },
    steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 9 }],
    output: { body: 'draft' },
    model: 'm',
    cache,
  });
const replayed = (
  recipe: Recipe,
  requests: readonly CacheRequest[],
  judged: readonly JudgedNeighbour[] = [],
  policy = defaultPolicy,
) => replayedCaches(recipe, requests, judged, policy);
const rateOf = (caches: readonly ReplayedCache[], of: Partial<ReplayedCache>): number | undefined =>
  caches.find((each) => Object.entries(of).every(([name, value]) => each[name as keyof ReplayedCache] === value))
    ?.hitRate;

describe('a replay of the log under another cache', () => {
  const day = [
    asked('a steel bottle', 0),
    asked('A steel bottle!', HOUR_MS),
    asked('a steel bottle', 4 * HOUR_MS),
    asked('a steel bottle', 5 * HOUR_MS, { keyPoints: ['weighs little', 'keeps cold'] }),
    asked('bottle: a steel', 6 * HOUR_MS),
    asked('a bottle made of steel', 6 * HOUR_MS),
  ];

  it('hits what is repeated to the letter, where only that is the key', () => {
    const [first] = replayed(cachedBy({ strategy: 'exact' }), day);
    expect(first?.presentRate).toBe(1 / 6);
  });

  it('hits more the wider the key is, and by meaning whatever differs in the wording of its topic', () => {
    const caches = replayed(cachedBy({ strategy: 'exact' }), day);
    expect(rateOf(caches, { key: 'normalised' })).toBe(2 / 6);
    expect(rateOf(caches, { key: 'sets' })).toBe(3 / 6);
    expect(rateOf(caches, { key: 'words' })).toBe(4 / 6);
    expect(rateOf(caches, { strategy: 'semantic', key: undefined })).toBe(4 / 6);
  });

  it('leaves out other keys and similarities where each entry has a threshold of its own', () => {
    const policy = policySchema.parse({ cache: { guarantee: 'shown' } });
    const caches = replayed(cachedBy({ strategy: 'exact' }), day, [], policy);
    expect(caches.some(({ key }) => key !== undefined)).toBe(false);
    expect(rateOf(caches, { strategy: 'semantic' })).toBe(4 / 6);
  });

  it('leaves out keys that are wider for nothing', () => {
    const caches = replayed(cachedBy({ strategy: 'exact' }), day.slice(0, 3));
    expect(caches.flatMap(({ key }) => key ?? [])).toEqual(['normalised']);
  });

  it('knows that what a template does not show changes nothing', () => {
    const requests = [asked('a bottle', 0, { audience: 'hikers' }), asked('a bottle', 1, { audience: 'campers' })];
    const presentRate = (template?: string) =>
      replayed(cachedBy({ strategy: 'exact' }, template ? { template } : {}), requests)[0]?.presentRate;
    expect(presentRate()).toBe(0);
    expect(presentRate('Write about {{topic}}: {{keyPoints}}')).toBe(1 / 2);
    expect(presentRate('Write about {{topic}} for {{audience}}')).toBe(0);
  });

  it('forgets what has lived its time, and makes it again', () => {
    const caches = replayed(cachedBy({ strategy: 'exact', timeToLiveMs: HOUR_MS }), day);
    expect(caches[0]?.presentRate).toBe(0);
    expect(rateOf(caches, { strategy: 'exact', timeToLiveMs: 6 * HOUR_MS })).toBe(1 / 6);
  });

  it('plays in the order of time, however the log is partitioned', () => {
    const recipe = cachedBy({ strategy: 'exact', timeToLiveMs: 2 * HOUR_MS, key: 'normalised' });
    expect(replayed(recipe, day.toReversed())).toEqual(replayed(recipe, day));
  });
});

const neighbours = (similarity: number, counts: Partial<Record<HitVerdict, number>>): JudgedNeighbour[] =>
  Object.entries(counts).flatMap(([verdict, n]) =>
    Array.from({ length: n }, (_, at) => ({ at, similarity, verdict: verdict as HitVerdict })),
  );

describe('another similarity', () => {
  const similarities = (judged: readonly JudgedNeighbour[]) =>
    similaritiesWithin(judged, defaultPolicy).map(({ similarity }) => similarity);

  it('is within the budget once enough neighbours were judged and none was wrong', () => {
    expect(similarities(neighbours(0.9, { both: 200 }))).toEqual([]);
    expect(similarities(neighbours(0.9, { both: 1000 }))).toEqual([0.9, 0.85, 0.8, 0.7, 0.6, 0.5]);
  });

  it('ends where wrong ones begin, and is not taken for safe further down again', () => {
    const judged = [
      ...neighbours(0.96, { both: 1000 }),
      ...neighbours(0.86, { both: 30, only_made: 30 }),
      ...neighbours(0.55, { both: 50_000 }),
    ];
    expect(similarities(judged)).toEqual([0.95, 0.93, 0.9]);
  });

  it('is not held responsible for what the judge errs by', () => {
    expect(similarities(neighbours(0.9, { both: 20_000, only_made: 20, only_served: 20 }))).toContain(0.9);
  });

  const made = (similarity: number): Call => ({ step: 'draft', provider: 'p', model: 'm', attempt: 1, tokensIn: 1, tokensOut: 1, cost: 1, timeToFirstTokenMs: 1, timeMs: 1, waitMs: 0, outcome: 'ok', cache: 'miss', similarity }); // prettier-ignore
  const requests = Array.from({ length: 2 * MIN_REQUESTS }, (_, index) => {
    const nearest = index % 4 === 0 ? 0.96 : index % 4 === 1 ? 0.91 : 0.3;
    return cacheRequest({ contentType: 'email', topic: `topic ${index}` }, [made(nearest)], index);
  });
  const inUse = cachedBy({ strategy: 'semantic', timeToLiveMs: WEEK });

  it('hits what is known to have been so much alike, given or not', () => {
    const judged = neighbours(0.9, { both: 1000 });
    expect(replayed(inUse, requests, judged).filter(({ similarity }) => similarity < 0.95)).toEqual([
      expect.objectContaining({ similarity: 0.9, presentRate: 1 / 4, hitRate: 1 / 2, wrongShare: { upper: expect.any(Number), judged: 1000 } }), // prettier-ignore
    ]);
  });

  it('is none while nothing shows that it keeps the budget, and none where answers are not found by meaning', () => {
    const looser = (recipe: Recipe, judged: JudgedNeighbour[]) =>
      replayed(recipe, requests, judged).filter(({ similarity }) => similarity < 0.95);
    expect(looser(inUse, neighbours(0.9, { both: 1000, only_made: 30 }))).toEqual([]);
    expect(looser(cachedBy({ strategy: 'exact' }), neighbours(0.9, { both: 1000 }))).toEqual([]);
  });
});
