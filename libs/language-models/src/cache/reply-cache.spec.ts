import { seededRandom } from '@contentflow/kernel';
import { createBudgets } from '../budgets/budgets.ts';
import { memoryBudgetStore } from '../budgets/memory-budget-store.ts';
import type { Embedder } from '../embeddings/embedder.ts';
import { meteredEmbeddings, type MeteredEmbeddingsOptions } from '../embeddings/metered-embeddings.ts';
import type { CacheDirective, GatewayRequest } from '../gateway/gateway-call.ts';
import { createModelGateway } from '../gateway/model-gateway.ts';
import { ProviderError } from '../model-provider.ts';
import { priceTable } from '../prices/price-table.ts';
import { scriptedProvider, type Step } from '../testing/scripted-provider.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import { type CachedReply, memoryCacheStore } from './cache-store.ts';
import { createReplyCache } from './reply-cache.ts';

function setUp(script: Step[] = [{ afterMs: 100 }], embedding: Partial<Omit<MeteredEmbeddingsOptions, 'clock'>> = {}) {
  const clock = virtualClock();
  const { embedder } = embedding;
  const embeddings = embedder && meteredEmbeddings({ clock, ...embedding, embedder });
  const store = memoryCacheStore(clock.now, { maxEntries: 100, maxCharacters: 100_000 });
  const cache = createReplyCache({ clock, store, threshold: () => 0.9, embeddings, random: seededRandom(2) });
  const provider = scriptedProvider(clock, script);
  const gateway = createModelGateway({
    providers: [provider],
    clock,
    random: seededRandom(1),
    prices: priceTable([]),
    cache,
  });
  const ask = (content: string, directive: Partial<CacheDirective> = {}, more: Partial<GatewayRequest> = {}) =>
    gateway.generate({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content },
      ],
      maxOutputTokens: 50,
      cache: { mode: 'exact', scope: 's', ...directive },
      ...more,
    });
  return { clock, provider, ask, run: (...args: Parameters<typeof ask>) => clock.run(ask(...args)), gateway };
}

describe('the exact cache', () => {
  it('serves what was asked before, at no cost, and tells its reader', async () => {
    const { run, provider } = setUp();
    expect((await run('hello')).cache).toBe('miss');
    let reported = '';
    const again = await run('hello', {}, { onText: (piece) => (reported += piece) });
    expect(again).toMatchObject({
      text: 'fine',
      cache: 'exact',
      cost: 0,
      provider: 'p',
      calls: [{ attempt: 0, cache: 'exact' }],
    });
    expect(reported).toBe('fine');
    expect(provider.received.length).toBe(1);
  });

  it.each([
    ['another text', ['hullo', {}, {}]],
    ['another scope, as of another variant', ['hello', { scope: 't' }, {}]],
    ['another temperature', ['hello', {}, { temperature: 1 }]],
    ['another length', ['hello', {}, { maxOutputTokens: 51 }]],
    ['another schema', ['hello', {}, { responseSchema: { type: 'object' } }]],
    ['a request that opts out', ['hello', { mode: 'off' }, {}]],
  ] as [string, [string, Partial<CacheDirective>, Partial<GatewayRequest>]][])(
    'does not serve %s',
    async (_what, other) => {
      const { run, provider } = setUp();
      await run('hello');
      expect((await run(...other)).cost).toBeGreaterThan(0);
      expect(provider.received.length).toBe(2);
    },
  );

  it('says of what it serves what that was made for, and in which scope', async () => {
    const { run, ask, clock } = setUp();
    const [made, waited] = await clock.run(
      Promise.all([ask('hello', { madeFor: 'a' }), ask('hello', { madeFor: 'b' })]),
    );
    const later = await run('hello', { madeFor: 'c' });
    expect(made?.calls[0]).not.toHaveProperty('servedFrom');
    for (const reply of [waited, later]) expect(reply?.calls[0]?.servedFrom).toEqual({ madeFor: 'a', scope: 's' });
    const semantic = { mode: 'semantic', semanticText: 'a mug of blue steel for coffee' } as const;
    await run('first', { ...semantic, madeFor: 'd' });
    const alike = await run('second', { ...semantic, madeFor: 'e' });
    expect(alike).toMatchObject({ cache: 'semantic', calls: [{ servedFrom: { madeFor: 'd', scope: 's' } }] });
  });

  it('forgets after its time to live', async () => {
    const { run, clock } = setUp();
    await run('hello', { ttlMs: 1000 });
    await clock.run(clock.sleep(1001));
    expect((await run('hello')).cache).toBe('miss');
  });

  it('makes once what many ask for at once', async () => {
    const { ask, clock, provider } = setUp();
    const replies = await clock.run(Promise.all(Array.from({ length: 50 }, () => ask('hello'))));
    expect(provider.received.length).toBe(1);
    expect(replies.filter(({ cache }) => cache === 'miss').length).toBe(1);
    expect(replies.reduce((sum, { cost }) => sum + cost, 0)).toBe(replies[0]?.cost);
  });

  it('lets who waited try again when the maker fails', async () => {
    const { ask, clock, provider } = setUp([{ afterMs: 50, fail: 'bad_request' }, { afterMs: 50 }]);
    const ended = await clock.run(Promise.allSettled([ask('hello'), ask('hello'), ask('hello')]));
    expect(ended.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(provider.received.length).toBe(2);
  });

  it('ends the wait for another at the deadline', async () => {
    const { ask, clock } = setUp([{ afterMs: 60_000 }]);
    const first = ask('hello');
    await expect(clock.run(ask('hello', {}, { deadlineMs: 1000 }))).rejects.toMatchObject({
      failure: 'timeout',
      calls: [],
    });
    await clock.run(first);
  });
});

describe('the semantic cache', () => {
  it('serves what asks for the same in other words', async () => {
    const { run } = setUp();
    await run('How can I delete my user account on the website?', { mode: 'semantic' });
    const again = await run('How do I remove my user account on the website?', { mode: 'semantic' });
    expect(again).toMatchObject({ cache: 'semantic', cost: 0 });
  });

  it.each([
    ['How can I create my user account on the website?', {}, {}],
    ['How can I delete my user account on the website?', { scope: 'treatment' }, {}],
    ['How can I delete my user account on the website?', {}, { temperature: 0.3 }],
  ] as [string, Partial<CacheDirective>, Partial<GatewayRequest>][])(
    'does not serve %s %o %o',
    async (content, directive, more) => {
      const { run } = setUp();
      await run('How can I delete my user account on the website?', { mode: 'semantic' });
      expect((await run(content, { mode: 'semantic', ...directive }, more)).cache).toBe('miss');
    },
  );

  it('does not serve what has expired', async () => {
    const { run, clock } = setUp();
    await run('How can I delete my account?', { mode: 'semantic', ttlMs: 1000 });
    await clock.run(clock.sleep(2000));
    expect((await run('How do I delete my account?', { mode: 'semantic' })).cache).toBe('miss');
  });
});

describe('neighbours of a request', () => {
  const kept = 'How can I delete my user account on the website?';
  const reworded = 'How do I remove my user account on the website?';
  const semantic = { mode: 'semantic', auditShare: 1 } as const;

  it('are compared with what is made where they are too little alike to be given', async () => {
    const { run } = setUp([{ text: 'kept' }, { text: 'made' }]);
    expect((await run(kept, semantic)).calls).toMatchObject([{ cache: 'miss', similarity: 0 }]);
    const near = await run(reworded, { ...semantic, similarity: 0.999 });
    expect(near).toMatchObject({ text: 'made', cache: 'miss', auditedHit: { found: 'near_miss', text: 'kept' } });
    expect(near.calls[0]?.similarity).toBe(near.auditedHit?.similarity);
    expect(near.auditedHit?.similarity).toBeGreaterThan(0.9);
  });

  it('are left alone where no share of them is to be compared, or they are less alike than even odds', async () => {
    const { run } = setUp();
    await run(kept, semantic);
    expect((await run(reworded, { ...semantic, auditShare: 0, similarity: 0.999 })).auditedHit).toBeUndefined();
    expect((await run('Which ships sail to Bergen?', semantic)).auditedHit).toBeUndefined();
  });

  it('are looked for as far as the request allows, whatever the cache is calibrated to', async () => {
    const { run } = setUp();
    await run(kept, semantic);
    const given = await run('How can I get my old user account on your website deleted?', {
      mode: 'semantic',
      similarity: 0.75,
    });
    expect(given).toMatchObject({ cache: 'semantic', calls: [{ similarity: expect.closeTo(0.8, 2) }] });
  });
});

describe('a rule of what may be given', () => {
  const kept = 'How can I delete my user account on the website?';
  const reworded = 'How do I remove my user account on the website?';
  const ruled = (mayServe: boolean, isTrial: boolean) => ({
    mode: 'semantic' as const,
    rule: { mayServe: () => mayServe, isTrial },
  });

  it('gives what it allows, however alike', async () => {
    const { run } = setUp();
    await run(kept, ruled(true, false));
    expect((await run(reworded, ruled(true, false))).cache).toBe('semantic');
  });

  it('has all else made, and compared with what was kept', async () => {
    const { run } = setUp([{ text: 'kept' }, { text: 'made' }]);
    await run(kept, ruled(false, false));
    expect(await run(reworded, ruled(false, false))).toMatchObject({
      cache: 'miss',
      auditedHit: { found: 'near_miss', text: 'kept', entry: expect.any(String) as string },
    });
  });

  it('gives nothing on trial, also where making fails, and says what it would have given', async () => {
    const { run } = setUp([{ text: 'kept' }, { text: 'made' }, { fail: 'bad_request' }]);
    await run(kept, ruled(true, true));
    const { cache, auditedHit } = await run(reworded, ruled(true, true));
    expect({ cache, found: auditedHit?.found }).toEqual({ cache: 'miss', found: 'by_meaning' });
    await expect(run('How would I remove my user account on the website?', ruled(true, true))).rejects.toThrow();
  });
});

describe('a key that stands for several requests', () => {
  const keyed = (auditShare: number) => ({
    mode: 'exact' as const,
    auditShare,
    keyMessages: [{ role: 'user' as const, content: 'the same' }],
  });

  it('shares what was made for one of them, within a scope', async () => {
    const { run, provider } = setUp();
    await run('one', keyed(0));
    expect((await run('another', keyed(0))).cache).toBe('exact');
    expect((await run('another', { ...keyed(0), scope: 'treatment' })).cache).toBe('miss');
    expect((await run('another')).cache).toBe('miss');
    expect(provider.received).toHaveLength(3);
  });

  it('has what was made for other words made again, to be compared; never what was made for the same', async () => {
    const { run } = setUp([{ text: 'kept' }, { text: 'made' }]);
    await run('one', keyed(1));
    expect((await run('one', keyed(1))).cache).toBe('exact');
    expect(await run('another', keyed(1))).toMatchObject({
      text: 'made',
      cache: 'miss',
      auditedHit: { found: 'by_key', text: 'kept', similarity: 1 },
    });
  });

  it('gives what it has where an audited answer cannot be made again', async () => {
    const { run } = setUp([{ text: 'kept' }, { fail: 'bad_request' }]);
    await run('one', keyed(1));
    expect(await run('another', keyed(1))).toMatchObject({ text: 'kept', cache: 'exact' });
  });
});

describe('the semantic cache with embeddings', () => {
  /** To whom all texts mean the same, as an embedding model has it of many near misses. */
  const undiscerning: Embedder = {
    evenOddsAt: 0.8,
    model: 'small',
    usdPerMillionInput: 100,
    embed: (texts) => Promise.resolve({ vectors: texts.map(() => Float32Array.of(1, 0)), tokensIn: 10 }),
    close: () => Promise.resolve(),
  };
  const question = 'How do I get in touch with support about a parcel?';
  const otherWords = 'How do I speak to support about a parcel?';

  it('serves what means the same in words that it does not know for synonyms', async () => {
    const withWords = setUp();
    await withWords.run(question, { mode: 'semantic' });
    expect((await withWords.run(otherWords, { mode: 'semantic' })).cache).toBe('miss');

    const { run } = setUp(undefined, { embedder: undiscerning });
    await run(question, { mode: 'semantic' });
    expect((await run(otherWords, { mode: 'semantic' })).cache).toBe('semantic');
  });

  it.each([
    [
      'How do I get in touch with support about two parcels?',
      'How do I get in touch with support about three parcels?',
    ],
    ['Which foods are safe for dogs?', 'Which foods are not safe for dogs?'],
    ['Trains from Lyon to Geneva', 'Trains from Geneva to Lyon'],
  ])('serves "%s" to nobody who asks "%s", whatever embeddings say', async (one, other) => {
    const { run } = setUp(undefined, { embedder: undiscerning });
    await run(one, { mode: 'semantic' });
    expect((await run(other, { mode: 'semantic' })).cache).toBe('miss');
  });

  it('compares words alone while texts cannot be embedded', async () => {
    const failures: unknown[] = [];
    const broken = { ...undiscerning, embed: () => Promise.reject(new ProviderError('connection', 'down')) };
    const { run } = setUp(undefined, { embedder: broken, onFailed: (error) => failures.push(error) });
    await run('How can I delete my user account on the website?', { mode: 'semantic' });
    const again = await run('How do I remove my user account on the website?', { mode: 'semantic' });
    expect(again).toMatchObject({
      cache: 'semantic',
      calls: [
        { provider: 'embeddings', model: 'small', outcome: 'connection', cache: 'semantic' },
        { attempt: 0, cache: 'semantic' },
      ],
    });
    expect(failures.length).toBe(2);
  });

  it('counts each text that is embedded as a call, with its price, whether or not it hits', async () => {
    const { run } = setUp(undefined, { embedder: undiscerning });
    const call = { provider: 'embeddings', model: 'small', attempt: 1, tokensIn: 10, tokensOut: 0, cost: 0.001 };
    const missed = await run(question, { mode: 'semantic' });
    expect(missed.calls).toMatchObject([
      { ...call, cache: 'miss' },
      { provider: 'p', cache: 'miss' },
    ]);
    expect(missed.cost).toBeCloseTo(0.001 + (missed.calls[1]?.cost ?? 0));
    const hit = await run(otherWords, { mode: 'semantic' });
    expect(hit).toMatchObject({
      cost: 0.001,
      calls: [
        { ...call, cache: 'semantic' },
        { attempt: 0, cost: 0 },
      ],
    });
    expect((await run(question, { mode: 'semantic' })).calls).toMatchObject([{ cache: 'exact' }]);
  });

  it('counts it when what was asked for then fails', async () => {
    const { run } = setUp([{ fail: 'bad_request' }], { embedder: undiscerning });
    await expect(run(question, { mode: 'semantic' })).rejects.toMatchObject({
      calls: [{ provider: 'embeddings', cost: 0.001 }, { outcome: 'bad_request' }],
    });
  });

  it('embeds nothing once the money for it is spent', async () => {
    const clock = virtualClock();
    const budgets = createBudgets({
      store: memoryBudgetStore(),
      clock,
      policy: () => ({ perContentTypeUsd: {}, perCallerUsd: { newsroom: 0.0075 } }),
      owner: 'test',
    });
    const { run } = setUp(undefined, { embedder: undiscerning, budgets });
    const providers = async (words: string): Promise<string[]> =>
      (await run(words, { mode: 'semantic' }, { budget: { caller: 'newsroom' } })).calls.map(
        ({ provider }) => provider,
      );
    // At worst a token a byte: 59 of them, at 100 dollars a million.
    expect(await providers(question)).toEqual(['embeddings', 'p']);
    expect(await budgets.today()).toMatchObject([{ account: 'caller/newsroom', spentUsd: 0.001, reservedUsd: 0 }]);
    expect(await providers(`${question} Now?`)).toContain('embeddings');
    expect(await providers(`${question} Then?`)).not.toContain('embeddings');
  });
});

describe('a cache in memory', () => {
  const reply = (length: number): CachedReply => ({
    text: 'x'.repeat(length),
    tokensIn: 1,
    tokensOut: 1,
    finishReason: 'stop',
    provider: 'p',
    model: 'm',
    simulated: false,
  });

  it('drops what was used longest ago when it is full, by count and by size', () => {
    const store = memoryCacheStore(() => 0, { maxEntries: 3, maxCharacters: 100 });
    for (const key of ['a', 'b', 'c']) void store.set(key, reply(10), 1);
    void store.get('a');
    void store.set('d', reply(10), 1);
    expect(['a', 'b', 'c', 'd'].map((key) => store.get(key) !== undefined)).toEqual([true, false, true, true]);
    void store.set('e', reply(85), 1);
    expect(store.size).toBe(2);
    void store.set('f', reply(101), 1);
    expect(store.get('f')).toBeUndefined();
  });
});
