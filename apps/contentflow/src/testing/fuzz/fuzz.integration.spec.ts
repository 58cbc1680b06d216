import { until } from '@contentflow/kernel/testing';
import { listen } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from '../../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from '../whole-system.ts';
import { fuzz } from './fuzz.ts';

const seed = process.env['FUZZ_SEED'] ?? '1';
const requests = Number(process.env['FUZZ_REQUESTS'] ?? 1500);
/** Each on a system of its own. */
const rounds = Array.from({ length: Number(process.env['FUZZ_ROUNDS'] ?? 1) }, (_, round) =>
  round === 0 ? seed : `${seed}.${round}`,
);

describe('a system that anything is sent to', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeEach(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models);
    await listen(system.app, 0, '127.0.0.1');
  }, 60_000);
  afterEach(async () => {
    await system?.close();
    await models?.close();
  });

  const everyBriefEnds = async (): Promise<void> => {
    for (const status of ['accepted', 'generating'])
      await until(
        () => system.get<{ items: unknown[] }>(`/v1/content?status=${status}`),
        ({ items }) => items.length === 0,
      );
  };
  const isReadable = async (): Promise<void> => {
    for (const page of ['/v1/report', '/v1/documentation', '/v1/state', '/v1/failures/analysis', '/v1/policy'])
      await system.get(page);
  };

  it.each(rounds)(
    'answers each request, refuses by field, and ends each brief: seed %s',
    async (each) => {
      const { faults, byStatus } = await fuzz(system, { requests, seed: each });
      expect(faults).toEqual([]);
      expect(byStatus['400']).toBeGreaterThan(0);
      expect(byStatus['202']).toBeGreaterThan(0);
      await everyBriefEnds();
      await isReadable();
      await system.get('/health/ready');
    },
    600_000,
  );
});
