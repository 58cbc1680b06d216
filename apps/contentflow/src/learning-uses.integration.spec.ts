import {
  type EventData,
  ExperimentConcluded,
  ExperimentRegistered,
  GenerationMeasured,
  HypothesisProposed,
  ImprovementApplied,
  RecipeReplaced,
  Topic,
  UseServed,
} from '@contentflow/contracts';
import { MINUTE_MS, seededRandom } from '@contentflow/kernel';
import { completion, json, startAnsweringServer, type AnsweringServer } from '@contentflow/language-models/testing';
import { audit } from '@contentflow/ledger';
import { listen } from '@contentflow/nest-platform';
import { SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { procedures } from '@contentflow/services';
import { OpenAI } from 'openai';
import { startWholeSystem } from './testing/whole-system.ts';

const TEXT = 'Rinse the bottle with warm water and a drop of soap. Let it dry with the lid off.';
const MODELS = [
  { name: 'large', usdPerMillionInput: 10, usdPerMillionOutput: 40 },
  { name: 'small', usdPerMillionInput: 1, usdPerMillionOutput: 4 },
  { name: 'other', usdPerMillionInput: 0.1, usdPerMillionOutput: 0.4 },
];
const USE = 'support-reply';

let server: AnsweringServer;
let system: TestedService;
let openai: OpenAI;
const clock = new SteppedClock();
const random = seededRandom('users');
let users = 0;

beforeAll(async () => {
  server = await startAnsweringServer();
  // What a call takes is the clock's to say, so that a call of two seconds takes some milliseconds.
  server.answers((response, asked) => {
    clock.advance(1600 + 800 * random.next());
    json(completion({ content: TEXT }))(response, asked);
  });
  system = await startWholeSystem({ baseUrl: `${server.origin}/v1` }, {}, MODELS, '', '', clock);
  await listen(system.app, 0, '127.0.0.1');
  openai = new OpenAI({
    baseURL: `${await system.app.getUrl()}/v1`,
    apiKey: 'none',
    maxRetries: 0,
    defaultHeaders: { 'x-contentflow-use': USE },
  });
});
afterAll(async () => {
  await system?.close();
  await server?.close();
});

/** The model that the server was asked for. */
async function ask(user = `user-${++users}`, model = 'large', use = USE): Promise<string> {
  const messages = [{ role: 'user' as const, content: `How do I clean bottle ${user}?` }];
  await openai.chat.completions.create({ model, user, messages }, { headers: { 'x-contentflow-use': use } });
  return String(server.received.at(-1)!.body['model']);
}

/** So many minutes of one call after the other. */
async function traffic(minutes: number, isEnough: () => Promise<boolean>, use = USE): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    const end = clock.now() + MINUTE_MS;
    while (clock.now() < end) await ask(undefined, 'large', use);
    await system.settled();
    if (await isEnough()) return;
  }
}
const decisions = async <Data>({ type }: { readonly type: string }): Promise<Data[]> =>
  (await system.events<{ decision: { type: string; data: Data } }>(Topic.ledger))
    .map(({ data }) => data.decision)
    .filter((each) => each.type === type)
    .map(({ data }) => data);
const has = async (of: { readonly type: string }): Promise<boolean> => (await decisions(of)).length > 0;

describe('the calls of a use that the policy has experimented with', () => {
  let improvement: EventData<typeof ImprovementApplied>;

  it('are passed on as they came until then, and while nothing is tried', async () => {
    expect(await ask()).toBe('large');
    const uses = { [USE]: { model: 'large', models: ['small'] } };
    const { status } = await system.answer('PATCH', '/v1/policy', { uses, experiments: { lookEveryMs: 300_000 } });
    expect(status).toBe(200);
    expect(await ask()).toBe('large');
    await system.settled();
    const { items } = await system.get<{ items: { contentType: string; recipe: object }[] }>('/v1/recipes');
    expect(items.find(({ contentType }) => contentType === USE)?.recipe).toMatchObject({ model: 'large' });
  });

  it('are not experimented with on a model that nobody offers, and the nearest is named', async () => {
    for (const [rules, field] of [
      [{ model: 'larg' }, 'uses.support-reply.model'],
      [{ models: ['small', 'othr'] }, 'uses.support-reply.models.1'],
    ] as const) {
      const answer = await system.answer('PATCH', '/v1/policy', { uses: { [USE]: rules } });
      expect(answer).toMatchObject({ status: 400, body: { error: { param: field } } });
      expect(JSON.stringify(answer)).toMatch(/no provider has \\"(larg|othr)\\".*write \\"(large|other)\\"/);
    }
    expect((await system.answer('PATCH', '/v1/policy', { holdbackShare: 0.1 })).status).toBe(200);
  });

  it('find a cheaper model that is as good, by an experiment like any other', async () => {
    await traffic(480, () => has(ImprovementApplied));
    const [hypothesis] = await decisions<EventData<typeof HypothesisProposed>>(HypothesisProposed);
    expect(hypothesis).toMatchObject({ contentType: USE, change: { kind: 'use_model', model: 'small' } });
    const [concluded] = await decisions<EventData<typeof ExperimentConcluded>>(ExperimentConcluded);
    expect(concluded).toMatchObject({ verdict: 'treatment' });
    [improvement] = (await decisions<EventData<typeof ImprovementApplied>>(ImprovementApplied)) as [typeof improvement];
    expect(improvement).toMatchObject({ contentType: USE, change: { kind: 'use_model', model: 'small' } });
  });

  it('kept each user in the arm that they met first', async () => {
    const served = await system.events<EventData<typeof UseServed>>(Topic.content);
    const arms = new Map<string, Set<string>>();
    for (const { data } of served)
      for (const { variant } of data.assignment?.exposures ?? [])
        arms.set(data.unit, (arms.get(data.unit) ?? new Set()).add(variant));
    expect(arms.size).toBeGreaterThan(100);
    expect([...arms.values()].filter((each) => each.size > 1)).toEqual([]);
    const measured = await system.events<EventData<typeof GenerationMeasured>>(Topic.measurements);
    const treated = measured.filter(({ data }) => data.assignment.exposures[0]?.variant === 'treatment');
    expect(new Set(treated.map(({ data }) => data.model))).toEqual(new Set(['small']));
  });

  it('go to the better model from then on, but for the holdbacks; a call that asks for another model goes to that', async () => {
    const models: string[] = [];
    for (let call = 0; call < 60; call++) models.push(await ask());
    const better = models.filter((model) => model === 'small').length;
    expect(better).toBeGreaterThan(40);
    expect(better).toBeLessThan(60);
    const first = await ask('ann');
    for (let call = 0; call < 3; call++) expect(await ask('ann')).toBe(first);
    expect(await ask('bob', 'other')).toBe('other');
  });

  it('are answered by the model that they asked for where the one in its place fails', async () => {
    let user = '';
    for (let call = 0; call < 60 && user === ''; call++)
      if ((await ask(`finds-${call}`)) === 'small') user = `finds-${call}`;
    server.answers((response, asked) => {
      const isSmall = asked.body['model'] === 'small';
      if (isSmall) json({ error: { message: 'no such parameter', param: 'user' } }, 400)(response, asked);
      else json(completion({ content: TEXT }))(response, asked);
    });
    expect(await ask(user)).toBe('large');
    const served = await system.events<EventData<typeof UseServed>>(Topic.content);
    const last = served.find(({ data }) => data.calls?.[0]?.outcome === 'bad_request')!.data;
    expect(last).toMatchObject({
      model: 'large',
      asked: { model: 'large' },
      calls: [{ model: 'small' }, { model: 'large' }],
    });
    expect(last.failure).toBeUndefined();
  });

  it('go to no model that the policy lists no more, until it does again', async () => {
    server.answers(json(completion({ content: TEXT })));
    const list = (models: string[]) => system.answer('PATCH', '/v1/policy', { uses: { [USE]: { models } } });
    await list([]);
    for (let call = 0; call < 20; call++) expect(await ask()).toBe('large');
    await list(['small']);
    const models = new Set<string>();
    for (let call = 0; call < 20; call++) models.add(await ask());
    expect(models).toContain('small');
  });

  it('go back when a person takes the improvement out, and the report tells of it', async () => {
    server.answers(json(completion({ content: TEXT })));
    const { improvementId } = improvement;
    const reason = 'the small model is to be retired';
    const { status } = await system.answer('POST', `/v1/improvements/${improvementId}/rollback`, { reason });
    expect(status).toBeLessThan(300);
    for (let call = 0; call < 20; call++) expect(await ask()).toBe('large');
    const report = await system.get<{ system_evolution: { improvements_applied: object[] } }>('/v1/report');
    expect(report.system_evolution.improvements_applied).toMatchObject([
      { id: improvementId, content_type: USE, status: 'rolled_back' },
    ]);
  });

  it('begin anew where the policy says that they ask for another model', async () => {
    const { status } = await system.answer('PATCH', '/v1/policy', { uses: { [USE]: { model: 'small' } } });
    expect(status).toBe(200);
    expect(await ask('carl', 'small')).toBe('small');
    clock.advance(MINUTE_MS);
    await system.settled();
    const [replaced] = await decisions<EventData<typeof RecipeReplaced>>(RecipeReplaced);
    expect(replaced).toMatchObject({ contentType: USE, parts: ['model'] });
    for (let call = 0; call < 20; call++) expect(await ask()).toBe('large');
  });

  it('do not go to a model that answers worse, however cheap it is', async () => {
    server.answers((response, asked) => {
      clock.advance(1600 + 800 * random.next());
      const isOther = asked.body['model'] === 'other';
      const content = isOther ? 'bottle bottle bottle clean bottle clean clean bottle the the the bottle' : TEXT;
      json(completion({ content }))(response, asked);
    });
    const uses = { haste: { model: 'large', models: ['other'] } };
    expect((await system.answer('PATCH', '/v1/policy', { uses })).status).toBe(200);
    const concluded = async () => {
      const registered = await decisions<EventData<typeof ExperimentRegistered>>(ExperimentRegistered);
      const own = new Set(registered.filter((each) => each.contentType === 'haste').map((each) => each.experimentId));
      const all = await decisions<EventData<typeof ExperimentConcluded>>(ExperimentConcluded);
      return all.filter(({ experimentId }) => own.has(experimentId));
    };
    await traffic(480, async () => (await concluded()).length > 0, 'haste');
    expect(await concluded()).toMatchObject([{ verdict: 'control', reason: 'guardrail' }]);
    const applied = await decisions<EventData<typeof ImprovementApplied>>(ImprovementApplied);
    expect(applied.map(({ contentType }) => contentType)).toEqual([USE]);
    for (let call = 0; call < 20; call++) expect(await ask(undefined, 'large', 'haste')).toBe('large');
  });

  it('leave decisions that an audit takes again, one and all', async () => {
    await system.settled();
    const { log, platform } = system;
    const source = { read: log.read.bind(log), ends: log.ends.bind(log) };
    const result = await audit({ source, procedures: Object.fromEntries(procedures), code: platform.code } as never);
    expect(result).toMatchObject({ ok: true, differences: [] });
    expect(result.recomputed).toBeGreaterThan(5);
  });
});
