import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BatchInput, readBatch } from './batch-input.ts';

describe('a batch that is being made', () => {
  const folder = mkdtempSync(join(tmpdir(), 'batch-'));
  const data = join(folder, 'data');
  const file = join(folder, 'briefs.csv');
  afterAll(() => rmSync(folder, { recursive: true }));

  const topicsOf = async (batch: BatchInput): Promise<unknown[]> => {
    const topics = [];
    for await (const row of batch.read()) topics.push('brief' in row ? row.brief['topic'] : row.refused);
    return topics;
  };

  it('stays what it was, whoever makes it again or changes its file meanwhile, and leaves nothing behind', async () => {
    writeFileSync(file, 'contentType,topic\nemail,a cup\nemail,a plate\nemail,\n');
    const first = await readBatch(file, data);
    writeFileSync(file, 'contentType,topic\nemail,a spoon\n');
    const second = await readBatch(file, data);
    await second.close();
    const third = await readBatch(file, data);

    expect(readdirSync(data)).toEqual([]);
    expect(await topicsOf(first)).toEqual(['a cup', 'a plate', 'bad_brief']);
    expect(await topicsOf(third)).toEqual(['a spoon']);
    await first.close();
    await third.close();
    expect(readdirSync(data)).toEqual([]);
  });

  it.each([
    ['CSV', 'odd.csv', (topic: string) => `contentType,topic\nemail,${topic}\nemail,next\n`],
    [
      'JSON lines',
      'odd.jsonl',
      (topic: string) => `{"contentType":"email","topic":"${topic}"}\n{"contentType":"email","topic":"next"}`,
    ],
    [
      'a JSON list',
      'odd.json',
      (topic: string) => `[{"contentType":"email","topic":"${topic}"},{"contentType":"email","topic":"next"}]`,
    ],
  ])('keeps every separator that a text may hold: %s', async (_, name, text) => {
    for (const separator of ['\u2028', '\u2029', '\u0085', '\u00a0']) {
      writeFileSync(join(folder, name), text(`a cup${separator}blue`));
      const batch = await readBatch(join(folder, name), data);
      expect(await topicsOf(batch)).toEqual([`a cup${separator}blue`, 'next']);
      await batch.close();
    }
  });

  it('needs a folder that takes its rows', async () => {
    await expect(readBatch(file, join(file, 'data'))).rejects.toMatchObject({ code: 'configuration', field: '--data' });
  });
});
