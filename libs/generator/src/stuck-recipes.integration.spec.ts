import { ContentGenerated, GenerationFailed, ModelsOffered, newEvent, Topic, topics } from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Clock, MINUTE_MS, partitionOfKey, SECOND_MS, type StoredEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

describe('briefs whose recipe is on a model that nobody offers any more', () => {
  let models: ScriptedModelServer;
  let log: EmbeddedLog;
  let service: TestedService;
  let ahead: number;
  const clock: Clock = {
    now: () => systemClock.now() + ahead,
    sleep: (_ms, signal) => systemClock.sleep(10, signal),
  };
  const configured = (model: string) => ({
    providers: [{ name: 'p', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: [model] }],
  });

  beforeEach(async () => {
    ahead = 0;
    models = await new ScriptedModelServer().start();
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
    const before = await startTestedGenerator({ models, configuration: configured('gone'), log, clock });
    await until(
      () => before.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
    await before.close();
    service = await startTestedGenerator({ models, configuration: configured('m'), instance: 'later', log, clock });
  });
  afterEach(async () => {
    await service.close();
    await log.close();
    await models.close();
  });

  const accepted = async (contentType: string): Promise<string> =>
    ((await service.answer('POST', '/v1/content', { contentType, topic: 'a bottle' })).body as { id: string }).id;
  const read = (id: string) => service.get<{ status: string; error?: { failure: string } }>(`/v1/content/${id}`);
  const failed = async (id: string): Promise<void> => {
    const content = await until(
      () => read(id),
      ({ status }) => ['failed', 'generated'].includes(status),
    );
    expect(content).toMatchObject({ status: 'failed', error: { failure: 'unknown_model' } });
  };
  const works = (id: string) =>
    until(
      () => read(id),
      ({ status }) => status === 'generating',
    );

  it('wait for the decision that moves it, all of them the same time: those that come after that end at once', async () => {
    const first = await accepted('ad_copy');
    await works(first);
    ahead = 2 * MINUTE_MS;
    const second = await accepted('ad_copy');
    await works(second);
    ahead = 3 * MINUTE_MS + 10 * SECOND_MS;
    await failed(first);
    await failed(second);
    await failed(await accepted('ad_copy'));
  });

  it('keep no process from stopping: they are made by the next one', async () => {
    const id = await accepted('ad_copy');
    await works(id);
    await service.close();
    const results = [ContentGenerated.type, GenerationFailed.type];
    const events = (await written(log)).filter(({ subject }) => subject === id);
    expect(events.map(({ type }) => type).filter((type) => results.includes(type))).toEqual([]);
    ahead = 2 * MINUTE_MS;
    service = await startTestedGenerator({ models, configuration: configured('gone'), instance: 'next', log, clock });
    await until(
      () => read(id),
      ({ status }) => status === 'generated',
    );
  });

  it('wait a moment where decisions take it for offered, as after an event of somebody else’s, since nothing will move it', async () => {
    const offer = { provider: 'p', name: 'gone', usdPerMillionInput: 1, usdPerMillionOutput: 1 };
    const cause = { id: 'somebody' };
    const data = { models: [offer] };
    await log.append([newEvent(ModelsOffered, { subject: 'p', time: clock.now(), cause, data })]);
    const first = await accepted('ad_copy');
    await works(first);
    ahead = MINUTE_MS;
    await failed(first);
    await failed(await accepted('ad_copy'));
  });
});

async function written(log: EmbeddedLog): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (const [key, to] of Object.entries(await log.ends([Topic.content])))
    for await (const events of log.read({ ...partitionOfKey(key), from: 0, to })) found.push(...events);
  return found;
}
