import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BatchCheck, checkBatch } from './batch-check.ts';
import { readBatch } from './batch-input.ts';
import { columnsAsked } from './columns-asked.ts';

const folder = mkdtempSync(join(tmpdir(), 'batch-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function checked(file: string, columns?: string): Promise<BatchCheck> {
  const batch = await readBatch(file, join(folder, 'data'), columnsAsked(columns));
  return checkBatch(batch, ['email']).finally(() => batch.close());
}

async function briefsOf(file: string, columns?: string): Promise<unknown[]> {
  const batch = await readBatch(file, join(folder, 'data'), columnsAsked(columns));
  const briefs = [];
  for await (const row of batch.read()) briefs.push('brief' in row ? row.brief : row.problem);
  await batch.close();
  return briefs;
}

describe('a check of a file of briefs', () => {
  it('looks at every row and tells each kind of problem once, in plain words', async () => {
    const rows = ['email,tea,-5', 'email,cup,20', 'email,,20', 'letter,ink,20', 'email,pot,many', 'email,lid,-5'];
    const found = await checked(fileOf('briefs.csv', `contentType,topic,length\n${rows.join('\n')}\n`));
    expect(found).toMatchObject({ ok: false, rows: 6, refused: 5 });
    expect(found.in_words).toEqual([
      '6 rows (CSV), 5 of them cannot be made:',
      '  2 rows, line 2, 7: length: is -5, the least is 1',
      '  1 row, line 4: topic: is missing',
      '  1 row, line 5: contentType: there is no content type "letter"; there are email',
      '  1 row, line 6: length: is text ("many"), not a number',
    ]);
  });

  it('is content with what can be made', async () => {
    const found = await checked(fileOf('good.csv', 'contentType,topic\nemail,tea\n'));
    expect(found).toMatchObject({ ok: true, in_words: ['1 row (CSV), all of them can be made'] });
  });
});

describe('columns of other names', () => {
  const shop = () => fileOf('shop.csv', 'contentType,title,sku,colour\nemail,a cup,A1,red\n');

  it('are refused all at once, with what to do about them', async () => {
    await expect(checked(shop())).rejects.toMatchObject({
      message: expect.stringMatching(/there are no columns "title", "sku", "colour".*--columns metadata/),
    });
  });

  it('are the fields that they are said to be, and the others metadata', async () => {
    const brief = { contentType: 'email', topic: 'a cup', metadata: { sku: 'A1', colour: 'red' } };
    expect(await briefsOf(shop(), 'title=topic,metadata')).toEqual([brief]);
    expect(await briefsOf(shop(), 'title=topic,sku=metadata.sku,colour=metadata.colour')).toEqual([brief]);
    const line = JSON.stringify({ contentType: 'email', title: 'a cup', sku: 'A1', metadata: { colour: 'red' } });
    expect(await briefsOf(fileOf('shop.jsonl', line), 'title=topic,metadata')).toEqual([brief]);
  });

  it('are taken for each other, each once', async () => {
    const swapped = { contentType: 'email', topic: 'a cup', tone: 'plain', audience: 'cooks' };
    const table = fileOf('swapped.csv', 'contentType,topic,audience,tone\nemail,a cup,plain,cooks\n');
    expect(await briefsOf(table, 'audience=tone,tone=audience')).toEqual([swapped]);
    const line = JSON.stringify({ contentType: 'email', topic: 'a cup', audience: 'plain', tone: 'cooks' });
    expect(await briefsOf(fileOf('swapped.jsonl', line), 'audience=tone,tone=audience')).toEqual([swapped]);
  });

  it.each([
    ['a table', 'none.csv', 'contentType,topic\nemail,a cup\n', /line 1 names no column "titel"; its columns are/],
    ['JSON lines', 'none.jsonl', '{"contentType":"email","topic":"a cup"}\n', /no row names "titel"/],
    ['a JSON list', 'none.json', '[{"contentType":"email","topic":"a cup"}]', /no row names "titel"/],
  ])('must be there: %s', async (_, name, text, says) => {
    await expect(briefsOf(fileOf(name, text), 'titel=tone')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(says),
    });
  });

  it.each([
    [
      'a field by two names',
      { title: 'a cup', topic: 'a pot' },
      'title=topic',
      /^topic: is said twice, by "title" and/,
    ],
    [
      'an own column',
      { topic: 'a cup', metadata: { sku: 1 }, 'metadata.sku': 2 },
      undefined,
      /^metadata\.sku: is said tw/,
    ],
    [
      'a column that is one by itself',
      { topic: 'a cup', sku: 1, 'metadata.sku': 2 },
      'metadata',
      /^metadata\.sku: is said/,
    ],
    [
      'the text of all',
      { topic: 'a cup', metadata: 'red', 'metadata.text': 'blue' },
      undefined,
      /^metadata\.text: is said/,
    ],
  ])('say a thing once, or the row is refused: %s', async (_, row, columns, says) => {
    const line = JSON.stringify({ contentType: 'email', ...row });
    expect(await briefsOf(fileOf('twice.jsonl', line), columns)).toEqual([expect.stringMatching(says)]);
  });

  it.each([
    ['a field that no brief has', 'title=topik', /"topik".*did you mean "topic"/],
    ['no field', 'title', /"title" names no column and field/],
  ])('%s is named', async (_, columns, says) => {
    expect(() => columnsAsked(columns)).toThrow(says);
  });
});
