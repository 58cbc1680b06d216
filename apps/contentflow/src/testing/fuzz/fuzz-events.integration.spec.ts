import type { TestedService } from '@contentflow/nest-platform/testing';
import { type ScriptedModelServer, startScriptedModelServer } from '../../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from '../whole-system.ts';
import { fuzzEvents } from './fuzz-events.ts';

const seed = process.env['FUZZ_SEED'] ?? '1';
const events = Number(process.env['FUZZ_EVENTS'] ?? 400);
/** Each on a system of its own. */
const rounds = Array.from({ length: Number(process.env['FUZZ_ROUNDS'] ?? 1) }, (_, round) =>
  round === 0 ? seed : `${seed}.${round}`,
);

describe('a log that anything is appended to', () => {
  let models: ScriptedModelServer;
  let system: TestedService;

  beforeEach(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models);
  }, 60_000);
  afterEach(async () => {
    await system?.close();
    await models?.close();
  });

  it.each(rounds)(
    'stops nobody: what can be taken in is, the rest is set aside, and all is read as before: seed %s',
    async (each) => {
      const { faults, valid, refused, deadLetters } = await fuzzEvents(system, { events, seed: each });
      expect(faults).toEqual([]);
      expect(valid).toBeGreaterThan(refused);
      expect(deadLetters).toBeGreaterThan(0);
      await system.get('/health/ready');
    },
    600_000,
  );
});
