import { type AnsweringServer, startAnsweringServer } from '@contentflow/language-models/testing';
import { listen } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { startTestedGenerator } from './tested-generator.ts';

/** A recipe of one draft. */
export const noteRecipe = {
  contentType: 'note',
  prompt: { instructions: 'Write well.' },
  steps: [{ id: 'draft', instruction: 'Write it.', maxOutputTokens: 200 }],
  output: { body: 'draft' },
  model: 'm',
};

/** Tries again at once, and never stops asking for what failed before. */
export const persistentGateway = {
  retry: { attemptsPerTarget: 2, baseMs: 1, maxMs: 5 },
  breaker: { consecutiveFailures: 1000, failureShare: 1 },
};

/** A generator that listens, and the server whose answers the test says. */
export interface AnsweredGenerator {
  readonly server: AnsweringServer;
  readonly service: TestedService;
  readonly url: string;
  close(): Promise<void>;
}

/** @param configured  the configuration, given where the server answers OpenAI's protocol */
export async function startAnsweredGenerator(configured: (baseUrl: string) => object): Promise<AnsweredGenerator> {
  const server = await startAnsweringServer();
  const baseUrl = `${server.origin}/v1`;
  const service = await startTestedGenerator({ models: { baseUrl }, configuration: configured(baseUrl) });
  await listen(service.app, 0, '127.0.0.1');
  return {
    server,
    service,
    url: await service.app.getUrl(),
    close: async () => {
      await service.close();
      await server.close();
    },
  };
}
