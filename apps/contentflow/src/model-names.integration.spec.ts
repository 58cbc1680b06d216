import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from './testing/whole-system.ts';

/** Names that the configuration takes, with whatever an address, a figure or a document might read otherwise. */
const names = ['org/model', 'org/team/model:8b', 'My Model', '模型', 'a"b\\c', 'a%2Fb', 'scripted/m?x=1#y', '..'];

const recipes = names.map((model, index) => ({
  contentType: `type-${index}`,
  model,
  prompt: { instructions: 'You write labels.' },
  steps: [{ id: 'body', instruction: 'Write the label.', maxOutputTokens: 50 }],
  output: { body: 'body' },
}));

describe('a model that is called', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models, { recipes }, ['m', ...names]);
    await until(
      () => system.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > names.length,
    );
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  it.each(names.map((name, index) => [name, `type-${index}`]))(
    '%s is that model wherever it is named',
    async (name, contentType) => {
      const brief = { contentType, topic: `a steel bottle, ${contentType}` };
      const { body } = await system.answer('POST', '/v1/content', brief, { prefer: 'wait=20' });
      expect(body).toMatchObject({ status: 'generated' });

      for (const asked of [name, `scripted/${name}`]) {
        const completion = { model: asked, messages: [{ role: 'user', content: `hello, ${asked}` }] };
        expect(await system.answer('POST', '/v1/chat/completions', completion)).toMatchObject({ status: 200 });
        if (name !== '..')
          expect(await system.get(`/v1/models/${encodeURIComponent(asked)}`)).toMatchObject({ id: asked });
      }

      const { data } = await system.get<{ data: { id: string }[] }>('/v1/models');
      expect(data.map(({ id }) => id)).toContain(name);
      const providers = await system.get<{ items: { model: string }[] }>('/v1/providers');
      expect(providers.items.map(({ model }) => model)).toContain(name);
      const pin = await system.answer('PUT', `/v1/pins/${contentType}/model`, { pinned: true, reason: 'a test' });
      expect(pin).toMatchObject({ status: 200 });
      await until(
        () => system.get<{ groups: { group: unknown }[] }>('/v1/metrics/summary?by=model'),
        (summary) => JSON.stringify(summary).includes(JSON.stringify(name)),
      );
    },
  );
});
