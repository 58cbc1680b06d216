import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from '../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from '../testing/whole-system.ts';
import { run as cancel } from './cancel.ts';

describe('a brief that is cancelled on the command line', () => {
  let models: ScriptedModelServer;
  let service: TestedService;
  let options: { url: string; by: string };
  const said: string[] = [];

  beforeAll(async () => {
    models = await startScriptedModelServer();
    models.follow(() => ({ delayMs: 3000 }));
    service = await startWholeSystem(models);
    await service.app.listen(0, '127.0.0.1');
    options = { url: await service.app.getUrl(), by: 'ada' };
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await models?.close();
    await service?.close();
  });

  it('ends as failed, with the reason; twice is once', async () => {
    const { body } = await service.answer('POST', '/v1/content', { contentType: 'headline', topic: 'a bottle' });
    const { id } = body as { id: string };
    await cancel({ ...options, reason: 'sold out' }, id);
    await cancel(options, id);
    const line = expect.stringContaining(`${id}: cancelled: sold out; it cost $`);
    expect(said).toEqual([line, line]);
    said.length = 0;
    await cancel({ ...options, json: true }, id);
    expect(JSON.parse(said[0] ?? '')).toMatchObject({ id, status: 'failed', error: { failure: 'cancelled' } });
  });

  it.each([
    ['what was never accepted', () => cancel(options, 'nobody'), /no content with id "nobody"/],
    [
      'a system that is not there',
      () => cancel({ ...options, url: 'http://127.0.0.1:9' }, 'x'),
      /nothing answers.*--url/,
    ],
  ])('is refused for %s', async (_, cancelling, problem) => {
    await expect(cancelling()).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(problem) });
  });
});
