import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentflow } from './testing/child.ts';
import { until } from './testing/client.ts';
import { contentEventsOf } from './testing/log-events.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const BRIEFS = 20;
const AT_ONCE = 4;

describe('contentflow generate', () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const output = join(folder.path, 'content.jsonl');
  let models: MockModelServer;
  let args: string[];

  beforeAll(async () => {
    models = await startMockModelServer();
    const lines = Array.from({ length: BRIEFS }, (_, index) => ({
      contentType: 'ad_copy',
      topic: `bottle number ${index}.`,
    }));
    const input = folder.file('briefs.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    const config = folder.file('contentflow.config.json', configurationOf(models));
    args = ['generate', '--input', input, '--output', output, '--data', data, '--config', config];
  });
  afterAll(async () => {
    await models.close();
    folder.remove();
  });

  const results = (): { line: number; id: string; status: string }[] =>
    readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; id: string; status: string });
  const callsFor = (index: number): number =>
    models.asked.filter((prompt) => prompt.includes(`bottle number ${index}.`)).length;

  it('killed half-way and run again, makes every brief exactly once', async () => {
    models.delay(200);
    const first = contentflow(args, folder.path);
    await until(
      async () => models.asked.length,
      (calls) => calls >= BRIEFS / 2,
    );
    await first.kill('SIGKILL');
    expect(existsSync(output)).toBe(false);
    const before = models.asked.length;
    models.delay(0);

    const { code, stdout, stderr } = await contentflow(args, folder.path).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${BRIEFS} generated, 0 failed`);
    expect(results().map(({ line, status }) => [line, status])).toEqual(
      Array.from({ length: BRIEFS }, (_, index) => [index + 1, 'generated']),
    );

    // What was made before the kill is not made again; only what was in flight may be asked for twice.
    const perBrief = Math.max(...Array.from({ length: BRIEFS }, (_, index) => callsFor(index)));
    const calls = models.asked.length;
    const needed = Math.min(...Array.from({ length: BRIEFS }, (_, index) => callsFor(index))) * BRIEFS;
    expect(before).toBeGreaterThanOrEqual(BRIEFS / 2);
    expect(calls - needed).toBeLessThanOrEqual(AT_ONCE * perBrief);

    const ids = results().map(({ id }) => id);
    const events = await contentEventsOf({ data }, ids);
    const made = ids.map(
      (id) => events.filter(({ subject, type }) => subject === id && type.includes('content-generated')).length,
    );
    expect(made).toEqual(ids.map(() => 1));
  }, 120_000);

  it('run once more, makes nothing, and writes the same', async () => {
    const before = { calls: models.asked.length, text: readFileSync(output, 'utf8') };
    const { code } = await contentflow(args, folder.path).ended;
    expect({ code, calls: models.asked.length, text: readFileSync(output, 'utf8') }).toEqual({ code: 0, ...before });
  }, 60_000);
});
