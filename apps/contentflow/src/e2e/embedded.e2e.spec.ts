import { join } from 'node:path';
import { type Child, contentflow } from './testing/child.ts';
import { contentEventsOf } from './testing/log-events.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { describeSystem, type System } from './testing/scenario.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

describe('all services in one process on the embedded engine', () => {
  describeSystem(async (): Promise<System> => {
    const models = await startMockModelServer();
    const folder = temporaryFolder();
    const data = join(folder.path, 'data');
    const config = folder.file('contentflow.config.json', configurationOf(models));
    const start = () => contentflow(['start', '--data', data, '--port', '0', '--config', config], folder.path);
    let child: Child = start();
    let url = await child.url;
    let stopped: Promise<unknown> | undefined;
    return {
      get url() {
        return url;
      },
      models,
      crash: async () => {
        await child.kill('SIGKILL');
        child = start();
        url = await child.url;
      },
      stop: async () => {
        stopped ??= Promise.all([child.kill('SIGTERM'), models.close()]);
        await stopped;
      },
      eventsOf: async (ids) => {
        const events = await contentEventsOf({ data }, ids);
        folder.remove();
        return events;
      },
    };
  });
});
