import {
  ContentGenerated,
  defaultPolicy,
  type EventData,
  newEvent,
  PolicyChanged,
  policyVersion,
  type Policy,
  SemanticCacheRestricted,
  SemanticCacheShown,
  SemanticHitAudited,
  Topic,
  type ContentDocument,
} from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { openModels, parseConfiguration } from '@contentflow/nest-platform';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { JUDGING_TASK } from '@contentflow/recipes';
import { generatorOptions, GeneratorModule } from './index.ts';
import type { SemanticCacheStatus } from './semantic-cache.ts';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';

const INSTANT_MS = 30_000;
const phrasings = [
  'a sturdy steel bottle for hikers that keeps coffee hot',
  'a sturdy steel bottle that keeps coffee hot for hikers',
  'for hikers: a sturdy steel bottle that keeps coffee hot',
  'a sturdy bottle of steel that keeps coffee hot, for hikers',
];

describe('the semantic cache in operation', () => {
  const models = new ScriptedModelServer();
  let clock: SteppedClock;
  let service: TestedService;
  let judgement: 'both' | 'made';

  const audited = (auditShare: number, guarantee: Policy['cache']['guarantee'] = 'watched') =>
    service.happened(
      newEvent(PolicyChanged, {
        subject: 'policy',
        time: clock.now(),
        cause: { id: `policy-${auditShare}-${guarantee}` },
        data: { ...policyWith(auditShare, guarantee), by: 'the test' },
      }),
    );
  const policyWith = (auditShare: number, guarantee: Policy['cache']['guarantee']) => {
    const policy = { ...defaultPolicy, cache: { ...defaultPolicy.cache, auditShare, guarantee, minAudited: 1 } };
    return { policy, version: policyVersion(policy) };
  };
  const made = async (topic: string): Promise<ContentDocument> => {
    const { status, body } = await service.answer('POST', '/v1/content', { contentType: 'note', topic }, { prefer: 'wait=20' }); // prettier-ignore
    expect(status).toBe(200);
    return body;
  };
  const audits = async (count: number): Promise<EventData<typeof SemanticHitAudited>[]> =>
    until(
      async () =>
        (await service.events<EventData<typeof SemanticHitAudited>>(Topic.operations))
          .filter(({ type }) => type === SemanticHitAudited.type)
          .map(({ data }) => data),
      ({ length }) => length === count,
    );
  const cache = async (): Promise<SemanticCacheStatus[]> =>
    (await service.get<{ items: SemanticCacheStatus[] }>('/v1/semantic-cache')).items;

  beforeEach(async () => {
    await models.start();
    judgement = 'both';
    models.answer = ({ step, user }) => {
      if (!user.includes(JUDGING_TASK)) return `The ${step} of ${/Topic: (.*)/.exec(user)?.[1]}, written with care.`;
      const request = /Topic: (.*)/.exec(user)?.[1] as string;
      const isMadeFirst = user.slice(user.indexOf('# First'), user.indexOf('# Second')).includes(request);
      return judgement === 'both' ? 'Both.' : isMadeFirst ? 'First.' : 'Second.';
    };
    clock = new SteppedClock(INSTANT_MS);
    const recipe = {
      contentType: 'note',
      prompt: { instructions: 'Write well.' },
      steps: [{ id: 'draft', instruction: 'Write it.', maxOutputTokens: 200 }],
      output: { body: 'draft' },
      cache: { strategy: 'semantic', similarity: 0.5 },
      model: 'm',
    };
    const provider = { name: 'scripted', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: ['m'] }; // prettier-ignore
    const configuration = parseConfiguration({ providers: [provider], recipes: [recipe] }, 'the test');
    service = await startTestedService({
      services: [GeneratorModule.of(generatorOptions(configuration))],
      clock,
      models: (platform) => openModels(platform, configuration),
      machines: { executor: 'none', instances: () => 1, callsAtOnce: () => 4, scaleTo: async () => {}, onChange: () => {}, usage: () => ({ cpu: 0, memory: 0 }) }, // prettier-ignore
      simulated: false,
    });
    await until(
      () => service.get<{ items: object[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
  });
  afterEach(async () => {
    await service.close();
    await models.close();
    models.received.length = 0;
  });

  it('makes an audited answer again, gives that, and has both judged', async () => {
    await audited(1);
    await made(phrasings[0] as string);
    const second = await made(phrasings[1] as string);
    expect(second).toMatchObject({ content: { body: `The draft of ${phrasings[1]}, written with care.` }, usage: { cache: 'miss', calls: 1 } }); // prettier-ignore
    expect(await audits(1)).toMatchObject([
      {
        contentId: second.id,
        contentType: 'note',
        step: 'draft',
        verdict: 'both',
        calls: [{ step: JUDGING_TASK, outcome: 'ok' }],
        simulated: false,
      },
    ]);
    expect(await cache()).toMatchObject([
      { contentType: 'note', state: 'watched', judged: 1, onlyMade: 0, wrongShare: { value: 0 }, budget: 0.01 },
    ]);
    await audited(0);
    expect(await made(phrasings[2] as string)).toMatchObject({ usage: { cache: 'semantic', calls: 0 } });
  });

  it('has a nearly alike answer judged beside what was made, and the similarity written down', async () => {
    await audited(1);
    await made(phrasings[0] as string);
    const { id, content } = await made('coffee that keeps hot for hikers in a very sturdy steel bottle');
    expect(content?.body).toContain('very sturdy');
    const [audit] = await audits(1);
    expect(audit).toMatchObject({ contentId: id, found: 'near_miss', verdict: 'both' });
    const events = await service.events<EventData<typeof ContentGenerated>>(Topic.content);
    const generated = events.filter(({ type }) => type === ContentGenerated.type).map(({ data }) => data);
    expect(generated.at(-1)?.calls).toMatchObject([{ cache: 'miss', similarity: audit?.similarity }]);
    expect(await cache()).toMatchObject([]);
  });

  it('gives what it has where an audited answer cannot be made again', async () => {
    await audited(1);
    const first = await made(phrasings[0] as string);
    await models.close();
    expect(await made(phrasings[1] as string)).toMatchObject({ status: 'generated', content: first.content });
  });

  it('gives nothing for other words until it is shown that few are wrong, where policy asks for that', async () => {
    await audited(0, 'shown');
    await made(phrasings[0] as string);
    expect(await made(phrasings[1] as string)).toMatchObject({ usage: { cache: 'miss' } });
    expect(await audits(1)).toMatchObject([{ found: 'near_miss', entry: expect.any(String) as string }]);
    expect(await cache()).toMatchObject([{ contentType: 'note', state: 'learning', judged: 0 }]);

    const right = Array.from({ length: 600 }, (_, i) => newEvent(SemanticHitAudited, { subject: `other-${i}`, time: clock.now(), cause: { id: `other-${i}` }, data: { contentId: `other-${i}`, contentType: 'note', step: 'draft', similarity: 0.7 + (i % 25) / 100, found: 'by_meaning', entry: `entry ${i % 200}`, verdict: 'both', calls: [], simulated: false } })); // prettier-ignore
    await service.happened(...right);
    clock.advance(60_000);
    const [status] = await until(cache, ([first]) => first?.state === 'watched');
    expect(status).toMatchObject({ judged: 600, onlyMade: 0 });
    const decisions = await service.events(Topic.decisions);
    expect(decisions.at(-1)).toMatchObject({
      type: SemanticCacheShown.type,
      data: { budget: 0.01, basis: { procedure: 'generator.wrong-hits', evidence: { judged: 600, isTrial: true } } },
    });
    expect(await made(phrasings[2] as string)).toMatchObject({ usage: { cache: 'semantic' } });
  });

  it('is restricted to exact answers when too many were wrong, until a person allows it again', async () => {
    await audited(1);
    judgement = 'made';
    for (const topic of phrasings) await made(topic);
    expect((await audits(3)).map(({ verdict }) => verdict)).toEqual(['only_made', 'only_made', 'only_made']);
    await audited(0);
    expect(await made(`${phrasings[3]}.`)).toMatchObject({ usage: { cache: 'semantic' } });

    const wrong = Array.from({ length: 10 }, (_, i) => newEvent(SemanticHitAudited, { subject: `other-${i}`, time: clock.now(), cause: { id: `other-${i}` }, data: { contentId: `other-${i}`, contentType: 'note', step: 'draft', similarity: 0.97, verdict: 'only_made', calls: [], simulated: false } })); // prettier-ignore
    await service.happened(...wrong);
    clock.advance(60_000);
    const [status] = await until(cache, ([first]) => first?.state === 'restricted');
    expect(status).toMatchObject({ judged: 13, onlyMade: 13 });
    const decisions = await service.events(Topic.decisions);
    expect(decisions.at(-1)).toMatchObject({
      type: SemanticCacheRestricted.type,
      data: { basis: { procedure: 'generator.wrong-hits', evidence: { onlyMade: 13 } } },
    });
    expect(await made(`${phrasings[0]}!`)).toMatchObject({ usage: { cache: 'miss' } });
    expect(await made(`${phrasings[0]}!`)).toMatchObject({ usage: { cache: 'exact' } });

    clock.advance(1);
    const reported = await service.answer('PUT', '/v1/semantic-cache/note', { state: 'allowed', reason: 'fixed' });
    expect(reported).toMatchObject({ status: 200, body: { state: 'learning', judged: 0 } });
    expect(await service.answer('PUT', '/v1/semantic-cache/none', { state: 'allowed', reason: 'x' })).toMatchObject({ status: 404 }); // prettier-ignore
  });
});
