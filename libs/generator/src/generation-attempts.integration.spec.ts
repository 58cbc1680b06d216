import { ContentGenerated, GenerationClaimed, GenerationFailed, Topic } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { BatchTexts } from './batch-texts.ts';
import { ContentMaker } from './content-maker.ts';
import { GenerationProgress } from './generation-progress.ts';
import { SemanticCache } from './semantic-cache.ts';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

const configuration = { leaseMs: 1000 };

/** Where something may be wrong that nobody foresaw, outside of the workflow. */
const places: [string, (service: TestedService) => [unknown, string]][] = [
  ['in what makes it', ({ app }) => [app.get(ContentMaker), 'make']],
  ['in its progress', ({ app }) => [app.get(GenerationProgress), 'begin']],
  ['in its cache', ({ app }) => [app.get(SemanticCache), 'directive']],
  ['in what it is compared with', ({ app }) => [app.get(BatchTexts), 'nearest']],
];

describe('a brief that cannot be made', () => {
  let models: ScriptedModelServer;
  let service: TestedService;

  beforeEach(async () => {
    models = await new ScriptedModelServer().start();
    service = await startTestedGenerator({ models, configuration });
    await until(
      () => service.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
  });
  afterEach(async () => {
    await service.close();
    await models.close();
  });

  const takenBatch = async (): Promise<string> => {
    const briefs = [{ contentType: 'ad_copy', topic: 'a bottle' }];
    const { body } = await service.answer('POST', '/v1/content/batch', { briefs });
    return (body as { items: { id: string }[] }).items[0]?.id as string;
  };
  const eventsOf = async (id: string) => (await service.events(Topic.content)).filter(({ subject }) => subject === id);
  const ended = (id: string) =>
    until(
      () => service.get<{ status: string; error?: { failure: string; message: string } }>(`/v1/content/${id}`),
      ({ status }) => ['failed', 'generated'].includes(status),
    );

  it.each(places)(
    'ends as a failure with class and cause after three attempts: %s',
    async (_, methodOf) => {
      const [place, method] = methodOf(service);
      const broken = jest.spyOn(place as Record<string, () => unknown>, method).mockImplementation(() => {
        throw new TypeError('no such tone');
      });

      const id = await takenBatch();
      expect(await ended(id)).toMatchObject({
        status: 'failed',
        error: { failure: 'internal_error', message: expect.stringContaining('no such tone') },
      });

      expect(broken).toHaveBeenCalledTimes(3);
      const types = (await eventsOf(id)).map(({ type }) => type);
      expect(types.filter((type) => type === GenerationFailed.type)).toHaveLength(1);
      expect(types).not.toContain(ContentGenerated.type);
      const claims = (await eventsOf(id)).filter(({ type }) => type === GenerationClaimed.type);
      expect(new Set(claims.map(({ data }) => (data as { attempt: number }).attempt))).toEqual(new Set([1, 2, 3]));
    },
    60_000,
  );

  it('but was wrong once alone is made by the next attempt', async () => {
    const maker = service.app.get(ContentMaker);
    jest.spyOn(maker, 'make').mockImplementationOnce(() => {
      throw new TypeError('no such tone');
    });
    const id = await takenBatch();
    expect(await ended(id)).toMatchObject({ status: 'generated' });
  }, 60_000);
});
