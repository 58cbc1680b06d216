import { until } from '@contentflow/kernel/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentflow } from './testing/child.ts';
import { contentEventsOf } from './testing/log-events.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const BRIEFS = 20;
const CONCURRENCY = 4;

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
    models.received.filter((prompt) => prompt.includes(`bottle number ${index}.`)).length;

  it('killed half-way and run again, makes every brief exactly once', async () => {
    models.delay(200);
    const first = contentflow(args, folder.path);
    await until(
      async () => models.received.length,
      (calls) => calls >= BRIEFS / 2,
    );
    await first.kill('SIGKILL');
    expect(existsSync(output)).toBe(false);
    const before = models.received.length;
    models.delay(0);

    const { code, stdout, stderr } = await contentflow(args, folder.path).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${BRIEFS} generated, 0 failed`);
    expect(results().map(({ line, status }) => [line, status])).toEqual(
      Array.from({ length: BRIEFS }, (_, index) => [index + 1, 'generated']),
    );

    // What was made before the kill is not made again; only what was in flight may be asked for twice.
    const perBrief = Math.max(...Array.from({ length: BRIEFS }, (_, index) => callsFor(index)));
    const calls = models.received.length;
    const needed = Math.min(...Array.from({ length: BRIEFS }, (_, index) => callsFor(index))) * BRIEFS;
    expect(before).toBeGreaterThanOrEqual(BRIEFS / 2);
    expect(calls - needed).toBeLessThanOrEqual(CONCURRENCY * perBrief);

    const ids = results().map(({ id }) => id);
    const events = await contentEventsOf({ data }, ids);
    const made = ids.map(
      (id) => events.filter(({ subject, type }) => subject === id && type.includes('content-generated')).length,
    );
    expect(made).toEqual(ids.map(() => 1));
  });

  it('of a CSV, says what it cost, what is left, what failed by class, and what says the same twice', async () => {
    const input = folder.file(
      'briefs.csv',
      [
        'contentType,topic,keyPoints,cache,metadata.sku',
        'ad_copy,"a cup, in',
        'two lines",keeps warm|stacks,off,4711',
        'ad_copy,,,,',
        'ad_copy,a cup,,,4712',
      ].join('\n'),
    );
    const budgeted = { ...JSON.parse(configurationOf(models)), budgets: { perDayUsd: 5 } };
    const config = folder.file('budgeted.config.json', JSON.stringify(budgeted));
    const written = join(folder.path, 'csv.jsonl');
    const csv = ['generate', '--input', input, '--output', written, '--data', `${data}-csv`, '--config', config];
    const { code, stdout } = await contentflow(csv, folder.path).ended;
    expect(code).toBe(1);
    expect(stdout).toMatch(/^2 generated, 1 failed, \$0\.\d+ spent, \$[\d.]+ left of \$5 \(day\)\n/);
    expect(stdout).toMatch(/^ {2}1 × bad_brief, first line 4: topic/m);
    expect(stdout).toMatch(/1 nearly repeat an earlier one:\n {2}line 5 is 100 % like [0-9a-f]{32}/);
    const lines = readFileSync(written, 'utf8').trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([3, 4, 5]);
    expect(models.received.at(-2)).toContain('- keeps warm\n- stacks');
  });

  it('run once more, makes nothing, and writes the same', async () => {
    const before = { calls: models.received.length, text: readFileSync(output, 'utf8') };
    const { code } = await contentflow(args, folder.path).ended;
    expect({ code, calls: models.received.length, text: readFileSync(output, 'utf8') }).toEqual({ code: 0, ...before });
  });
});
