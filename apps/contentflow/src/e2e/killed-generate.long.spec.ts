import { BriefAccepted, ContentGenerated, type EventData, Topic } from '@contentflow/contracts';
import { seededRandom, type StoredEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLog } from '../command-line/open-log.ts';
import { contentflow } from './testing/child.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const LINES = Number(process.env['LINES'] ?? 500);
const KILLS = Number(process.env['KILLS'] ?? 5);
const random = seededRandom(process.env['SEED'] ?? 'generate');
const CONCURRENCY = 16;
/** As a server far away; so that calls are in flight whenever it is killed. */
const DELAY_MS = 100;

const lineIn = (text: string): number => Number(/bottle number (\d+)\./.exec(text)?.[1]);
const counted = (numbers: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return counts;
};

describe('contentflow generate, killed again and again', () => {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const output = join(folder.path, 'content.jsonl');
  let models: MockModelServer;
  let args: string[];

  beforeAll(async () => {
    models = await startMockModelServer();
    models.delay(DELAY_MS);
    const briefs = Array.from({ length: LINES }, (_, line) => ({
      contentType: 'ad_copy',
      topic: `bottle number ${line}.`,
    }));
    const input = folder.file('briefs.jsonl', briefs.map((brief) => JSON.stringify(brief)).join('\n'));
    const config = folder.file('contentflow.config.json', configurationOf(models));
    const concurrency = ['--concurrency', String(CONCURRENCY)];
    args = ['generate', '--input', input, '--output', output, '--data', data, '--config', config, ...concurrency];
  });
  afterAll(async () => {
    await models.close();
    folder.remove();
  });

  /** The lines that have been made, by the log alone, as often as it says. */
  async function made(): Promise<number[]> {
    const log = await openLog({ data });
    const all: StoredEvent[] = [];
    for (const [place, to] of Object.entries(await log.ends([Topic.content])))
      for await (const events of log.read({
        topic: Topic.content,
        partition: Number(place.split('/')[1]),
        from: 0,
        to,
      }))
        all.push(...events);
    await log.close();
    const accepted = all.filter(({ type }) => type === BriefAccepted.type);
    const lines = new Map(
      accepted.map(({ subject, data: said }) => [
        subject,
        lineIn((said as EventData<typeof BriefAccepted>).brief.topic),
      ]),
    );
    return all.filter(({ type }) => type === ContentGenerated.type).map(({ subject }) => lines.get(subject) ?? NaN);
  }

  it('loses no line, makes none twice, and pays again for none but those in its hands when it was killed', async () => {
    const paidAgain: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const before = models.received.length;
      const known = new Set(await (kill === 0 ? [] : made()));
      const calls = Math.floor((random.next() * LINES) / KILLS);
      const child = contentflow(args, folder.path);
      await until(async () => models.received.length - before >= calls);
      await child.kill('SIGKILL');
      const asked = models.received.slice(before).map(lineIn);
      expect(new Set(asked).size).toBe(asked.length);
      expect(asked.filter((line) => known.has(line))).toEqual([]);
      const ended = new Set(await made());
      const open = asked.filter((line) => !ended.has(line));
      expect(open.length).toBeLessThanOrEqual(CONCURRENCY);
      paidAgain.push(...open);
    }
    const { code } = await contentflow(args, folder.path).ended;
    const results = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; status: string });
    expect({ code, results: results.map(({ line, status }) => [line, status]) }).toEqual({
      code: 0,
      results: Array.from({ length: LINES }, (_, index) => [index + 1, 'generated']),
    });
    expect([...counted(await made()).values()]).toEqual(Array.from({ length: LINES }, () => 1));
    expect(models.received.length).toBe(LINES + paidAgain.length);
  }, 900_000);
});
