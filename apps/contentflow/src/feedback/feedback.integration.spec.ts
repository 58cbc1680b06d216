import { FeedbackReceived, Topic } from '@contentflow/contracts';
import { partitionOfKey } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ScriptedModelServer, startScriptedModelServer } from '../e2e/testing/scripted-model-server.ts';
import { startWholeSystem } from '../testing/whole-system.ts';
import { run } from './feedback.ts';

describe('feedback from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'feedback-'));
  const input = join(folder, 'said.csv');
  let models: ScriptedModelServer;
  let service: TestedService;
  let options: { url: string; by: string; json: boolean; input: string };
  let content = '';
  const said: string[] = [];

  beforeAll(async () => {
    models = await startScriptedModelServer();
    service = await startWholeSystem(models);
    await service.app.listen(0, '127.0.0.1');
    options = { url: await service.app.getUrl(), by: 'ada', json: true, input };
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
    const { body } = await service.answer('POST', '/v1/content', { contentType: 'headline', topic: 'a bottle' });
    content = (body as { id: string }).id;
    await until(async () => {
      const { body: made } = await service.answer('GET', `/v1/content/${content}`);
      return (made as { status: string }).status === 'generated';
    });
  }, 60_000);
  afterAll(async () => {
    jest.restoreAllMocks();
    await models?.close();
    await service?.close();
    rmSync(folder, { recursive: true });
  });

  const report = (): object => JSON.parse(said.splice(0).join('\n')) as object;

  async function ratings(): Promise<number[]> {
    const { log } = service.app.get<Platform>(PLATFORM);
    const found: number[] = [];
    for (const [key, to] of Object.entries(await log.ends([Topic.feedback])))
      for await (const events of log.read({ ...partitionOfKey(key), from: 0, to }))
        for (const { type, data } of events)
          if (type === FeedbackReceived.type) found.push((data as { rating: number }).rating);
    return found.sort();
  }

  it('is looked at first, and nothing is given', async () => {
    writeFileSync(input, `content,thumbs,comment,rater\n${content},up,,\n${content},up,,\n${content},sideways,,\n`);
    expect(await run({ ...options, check: true })).toBe(1);
    expect(report()).toMatchObject({ ok: false, rows: 3, refused: 1, problems: [{ rows: 1, lines: [4] }] });
    expect(await ratings()).toEqual([]);
  });

  it('counts each row once, however often the file is given, also two that say the same', async () => {
    expect(await run(options)).toBe(1);
    expect(report()).toMatchObject({ rows: 3, taken: 2, refused: 1 });
    expect(await run(options)).toBe(1);
    expect(report()).toMatchObject({ taken: 2 });
    expect(await ratings()).toEqual([5, 5]);
  });

  it('goes on with the rows that a file has gained, and names contents that there are not', async () => {
    writeFileSync(
      input,
      `content,thumbs,comment,rater\n${content},up,,\n${content},up,,\n${content},down,"too long, and dull",eve\nnobody,up,,\n`,
    );
    expect(await run(options)).toBe(1);
    expect(report()).toMatchObject({
      taken: 3,
      problems: [{ lines: [5], problem: expect.stringContaining('no content with id "nobody"') }],
    });
    expect(await ratings()).toEqual([1, 5, 5]);
  });

  it('ends where nothing answers, and says what was taken', async () => {
    await expect(run({ ...options, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/nothing answers.*0 of 4 rows were taken, and count once when it is run again/),
    });
  });
});
