import { until } from '@contentflow/kernel/testing';
import { join } from 'node:path';
import { type Child, contentflow } from './testing/child.ts';
import { type Client, clientOf, type Json } from './testing/client.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { temporaryFolder } from './testing/temporary.ts';

const recipeOf = (contentType: string, instructions: string, over: object = {}) => ({
  contentType,
  model: 'm1',
  prompt: { instructions },
  steps: [{ id: 'draft', instruction: 'Write it.', maxOutputTokens: 80 }],
  output: { body: 'draft' },
  ...over,
});

describe('recipes of the configuration that a person changes', () => {
  let models: MockModelServer;
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const running: Child[] = [];
  let files = 0;

  beforeAll(async () => void (models = await startMockModelServer()));
  afterAll(async () => {
    await Promise.all(running.map((child) => child.kill('SIGKILL')));
    await models.close();
    folder.remove();
  });

  const configured = (recipes: readonly object[], over: object = {}): string =>
    folder.file(
      `${files++}.json`,
      JSON.stringify({
        providers: [
          { name: 'mock', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: ['m1', 'm2'] },
        ],
        recipes,
        ...over,
      }),
    );
  const start = (config: string): Child => {
    const child = contentflow(['start', '--data', data, '--port', '0', '--config', config], folder.path);
    running.push(child);
    return child;
  };
  const started = async (child: Child): Promise<Client> => {
    const url = await child.url;
    return clientOf(() => url);
  };
  /** Makes one content. @returns what the model was told */
  const madeBy = async (client: Client, contentType: string, topic: string): Promise<string> => {
    const { body } = await client.post('/v1/content', { contentType, topic }, { prefer: 'wait=30' });
    expect(body).toMatchObject({ status: 'generated' });
    return JSON.stringify(models.last.body);
  };
  const decisions = async (client: Client, contentType: string): Promise<string[]> => {
    const { body } = await client.get('/v1/decisions?limit=500');
    const items = body['items'] as unknown as { name: string; contentType?: string; data: Json }[];
    return items
      .filter(({ name, data: said }) => name.startsWith('Recipe') && String(said['contentType']) === contentType)
      .map(({ name }) => name)
      .toReversed();
  };

  const label = recipeOf('label', 'Labels, two lines.');
  const reworded = recipeOf('label', 'Labels, in rhyme.', { model: 'm2' });

  it('are in force with the next brief, said once and adopted once, by two processes that start together', async () => {
    const first = start(configured([label]));
    expect(await madeBy(await started(first), 'label', 'a spade')).toContain('two lines');
    expect((await first.kill('SIGTERM')).stdout).not.toMatch(/recipe/);

    const changed = configured([reworded, recipeOf('riddle', 'A riddle.')]);
    const doctor = await contentflow(['doctor', '--json', '--data', data, '--config', changed], folder.path).ended;
    expect(doctor.stdout).toMatch(/another recipe for label than before/);

    const both = [start(changed), start(changed)];
    const [one, other] = (await Promise.all(both.map(started))) as [Client, Client];
    expect(await madeBy(one, 'label', 'a rake')).toMatch(/"m2".*in rhyme/);
    expect(await madeBy(other, 'label', 'a hoe')).toMatch(/"m2".*in rhyme/);
    expect(await madeBy(other, 'riddle', 'a shed')).toContain('A riddle.');
    expect(await decisions(one, 'label')).toEqual(['RecipeRegistered', 'RecipeConfigured', 'RecipeReplaced']);
    expect(await decisions(one, 'riddle')).toEqual(['RecipeRegistered']);
    const ended = await Promise.all(both.map((child) => child.kill('SIGTERM')));
    for (const { stdout } of ended)
      expect(stdout).toMatch(/recipe of label was adopted at \S+Z: it changed model, instructions/);
  }, 240_000);

  it('are nothing new at a restart; one that is named no more goes on, and one that is written again is adopted again', async () => {
    const same = start(configured([reworded, recipeOf('riddle', 'A riddle.')]));
    const client = await started(same);
    expect(await madeBy(client, 'label', 'a trowel')).toContain('in rhyme');
    expect(await decisions(client, 'label')).toHaveLength(3);
    await same.kill('SIGTERM');

    const unnamed = start(configured([]));
    expect(await madeBy(await started(unnamed), 'label', 'a barrow')).toContain('in rhyme');
    expect((await unnamed.kill('SIGTERM')).stdout).toMatch(/no recipe for label, riddle any more/);

    const back = start(configured([label]));
    const again = await started(back);
    expect(await madeBy(again, 'label', 'a fork')).toMatch(/"m1".*two lines/);
    expect((await decisions(again, 'label')).slice(-2)).toEqual(['RecipeConfigured', 'RecipeReplaced']);
    const { body } = await again.get('/v1/report');
    expect(body['system_evolution']?.['by_the_operator']).toMatchObject([
      { content_type: 'label', parts: ['model', 'instructions'] },
      { content_type: 'label', parts: ['model', 'instructions'] },
    ]);
    await back.kill('SIGTERM');
  }, 240_000);

  it('are refused where they name a model that nobody offers, with field and fix', async () => {
    const unknown = await start(configured([recipeOf('label', 'Labels.', { model: 'm3' })])).ended;
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toMatch(/recipes\[0\]\.model.*no provider has "m3"; there are m1, m2/);
  }, 60_000);

  it('leave a ledger that audits clean, and read models that a rebuild makes again', async () => {
    const audit = await contentflow(['audit', '--data', data], folder.path).ended;
    expect({ code: audit.code, said: audit.stdout }).toEqual({ code: 0, said: expect.stringMatching(/as recorded/) });
    const child = start(configured([label]));
    const client = await started(child);
    const listed = async (of: Client): Promise<unknown[]> => {
      const documents = ['/v1/content?limit=50', '/v1/decisions?limit=500'].map(async (path) => of.get(path));
      return (await Promise.all(documents)).map(({ body }) => body['items']);
    };
    const lived = await until(
      () => listed(client),
      ([contents]) => (contents as unknown[]).length === 7,
    );
    await child.kill('SIGTERM');
    for (const service of ['generator', 'ledger']) {
      const rebuilt = await contentflow(['rebuild', service, '--data', data], folder.path).ended;
      expect({ code: rebuilt.code, said: rebuilt.stderr }).toEqual({ code: 0, said: '' });
    }
    expect(await listed(await started(start(configured([label]))))).toEqual(lived);
  }, 240_000);
});
