import { mkdtempSync, rmSync, writeFileSync, mkdirSync, appendFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Columns } from './csv-rows.ts';
import { openRows, type Row } from './rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'contentflow-rows-'));
afterAll(() => rmSync(folder, { recursive: true }));

const columns: Columns = {
  names: ['contentType', 'topic', 'length'],
  required: ['contentType', 'topic'],
  prefixes: ['metadata.'],
  looksLikeRow: (line) => /^(email|ad_copy),/.test(line),
};

const given = (name: string, content: string | Uint8Array): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

async function read(file: string): Promise<{ form: string; rows: Row[] }> {
  const { form, rows } = await openRows(file, columns);
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return { form, rows: all };
}
const values = ({ rows }: { rows: Row[] }): unknown[] => rows.map((row) => ('value' in row ? row.value : row));
const tea = { contentType: 'email', topic: 'tea' };
const cup = { contentType: 'ad_copy', topic: 'a cup' };

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('a table is read as it is meant', () => {
  const unix = 'contentType,topic\nemail,tea\nad_copy,a cup\n';
  it.each<[string, string | Uint8Array, string]>([
    ['of Unix', unix, 'CSV'],
    ['of Windows', unix.replaceAll('\n', '\r\n'), 'CSV'],
    ['of the old Mac', unix.replaceAll('\n', '\r'), 'CSV'],
    ['without an end of the last line', unix.trimEnd(), 'CSV'],
    ['with a byte order mark', `\uFEFF${unix}`, 'CSV'],
    ['with empty lines, and rows of nothing', `\n${unix.replaceAll('\n', '\n\n')},\n`, 'CSV'],
    ['of semicolons', unix.replaceAll(',', ';'), 'CSV, semicolon'],
    ['of tabs', unix.replaceAll(',', '\t'), 'CSV, tab'],
    ['of bars', unix.replaceAll(',', '|'), 'CSV, bar'],
    ['that says its delimiter', `sep=;\n${unix.replaceAll(',', ';')}`, 'CSV, semicolon'],
    ['with a delimiter at the end of each line', unix.replaceAll('\n', ',\n'), 'CSV'],
    ['in quotes and spaces', '"contentType" ,"topic"\n"email", "tea" \nad_copy,a cup', 'CSV'],
    ['in UTF-16', utf16(unix), 'CSV, UTF-16LE'],
    ['in UTF-16 without a mark', utf16(unix).subarray(2), 'CSV, UTF-16LE'],
    ['in UTF-16, the large byte first', utf16(unix).swap16(), 'CSV, UTF-16BE'],
    [
      'of tabs in UTF-16, as Excel writes it',
      utf16(unix.replaceAll(',', '\t').replaceAll('\n', '\r\n')),
      'CSV, tab, UTF-16LE',
    ],
  ])('%s', async (_, content, form) => {
    const seen = await read(given('table.csv', content));
    expect(values(seen)).toEqual([tea, cup]);
    expect(seen.form).toBe(form);
  });

  it('packed, by its name or without', async () => {
    const bytes = gzipSync(unix);
    expect(values(await read(given('table.csv.gz', bytes)))).toEqual([tea, cup]);
    expect(values(await read(given('table.csv', bytes)))).toEqual([tea, cup]);
  });

  it('with quotes where they say no more than themselves', async () => {
    const rows = ['email,a 5" screen and a 7" one', 'email,"two', 'lines, and ""more"""', 'email,tea'];
    const seen = await read(given('quotes.csv', ['contentType,topic', ...rows].join('\n')));
    expect(values(seen)).toEqual([
      { contentType: 'email', topic: 'a 5" screen and a 7" one' },
      { contentType: 'email', topic: 'two\nlines, and "more"' },
      tea,
    ]);
    expect(seen.rows.map(({ line }) => line)).toEqual([2, 4, 5]);
  });
});

describe('a row that cannot be read is named, and stops no other', () => {
  const head = 'contentType,topic,length';
  it.each<[string, string, RegExp]>([
    ['a quote that never closes', 'email,"tea,1', /quote that opens here never closes/],
    ['a quote within quotes', 'email,"a "good" tea",1', /column 2: a quote stands inside a quoted cell/],
    ['more cells than columns', 'email,tea,1,green', /column 4: the header names 3 columns/],
    ['fewer cells than columns', 'email,tea', /has 2 cells, the header names 3 columns/],
    ['a NUL', 'email,te\0a,1', /column 2 \(topic\): holds a NUL/],
    ['an end of line of another kind', 'email,tea\rcup,1', /column 2 \(topic\): holds an end of line/],
    ['a line without end', `email,${'x'.repeat(5_000_000)},1`, /is longer than 4000000 characters/],
  ])('%s', async (_, row, says) => {
    const { rows } = await read(given('rows.csv', [head, 'ad_copy,a cup,1', row, 'ad_copy,a cup,2'].join('\n')));
    expect(rows).toEqual([
      { line: 2, value: { ...cup, length: '1' } },
      { line: 3, problem: expect.stringMatching(says) },
      { line: 4, value: { ...cup, length: '2' } },
    ]);
  });

  it('also where its quote takes in the rows after it, up to the next quote', async () => {
    const file = given('taken.csv', 'contentType,topic\nemail,"tea\nad_copy,a cup\nad_copy,"a cup"\nemail,tea');
    expect((await read(file)).rows.map((row) => [row.line, 'problem' in row])).toEqual([
      [2, true],
      [3, false],
      [4, false],
      [5, false],
    ]);
    const closing = given('closing.csv', 'contentType,topic\nemail,"tea\nad_copy,a cup"\nemail,tea');
    expect((await read(closing)).rows).toEqual([
      { line: 2, problem: expect.stringMatching(/takes in line 3, a row by itself/) },
      { line: 3, value: { contentType: 'ad_copy', topic: 'a cup"' } },
      { line: 4, value: tea },
    ]);
  });

  it('in JSON lines', async () => {
    const lines = [
      '{"topic": }',
      '[1]',
      '{"topic":"a","topic":"b"}',
      '"tea"',
      '{"topic":"\uFFFD"}',
      JSON.stringify(tea),
    ];
    expect((await read(given('rows.jsonl', lines.join('\n')))).rows).toEqual([
      { line: 1, problem: expect.stringMatching(/column 11: is not JSON: Unexpected token '}'/) },
      { line: 2, problem: 'is not a JSON object' },
      { line: 3, problem: 'column 14: names "topic" twice' },
      { line: 4, problem: 'is not a JSON object' },
      { line: 5, problem: expect.stringMatching(/column 11: is not valid UTF-8/) },
      { line: 6, value: tea },
    ]);
  });
});

describe('JSON is read line by line, or as a list', () => {
  it.each<[string, string, string]>([
    ['lines.jsonl', `\uFEFF${JSON.stringify(tea)}\r\n\n${JSON.stringify(cup)}`, 'JSON lines'],
    ['lines', `${JSON.stringify(tea)}\n${JSON.stringify(cup)}\n`, 'JSON lines'],
    ['lines.json', `${JSON.stringify(tea)}\n${JSON.stringify(cup)}\n`, 'JSON lines'],
    ['list.json', `\uFEFF${JSON.stringify([tea, cup])}`, 'a JSON list'],
    ['list.jsonl', JSON.stringify([tea, cup], null, 2), 'a JSON list'],
    ['list.ndjson', JSON.stringify([tea, cup]), 'a JSON list'],
  ])('%s', async (name, content, form) => {
    const seen = await read(given(name, content));
    expect(values(seen)).toEqual([tea, cup]);
    expect(seen.form).toBe(form);
  });
});

describe('a file that cannot be read as a whole is refused', () => {
  it.each<[string, string, string | Uint8Array, RegExp]>([
    ['nothing', 'a.csv', '', /is empty/],
    ['only empty lines', 'a.csv', '\n\n', /is empty/],
    ['only a header', 'a.csv', 'contentType,topic\n', /holds no row/],
    ['no header', 'a.csv', 'email,tea\n', /line 1 is no header.*begin with a header such as contentType,topic/],
    [
      'an unknown column',
      'a.csv',
      'contentType,topic,colour\nemail,tea,red',
      /line 1, column 3: there is no column "colour"/,
    ],
    [
      'a column twice',
      'a.csv',
      'topic,contentType,topic\na,b,c',
      /line 1, column 3: "topic" is the name of column 1 too/,
    ],
    ['a column that is missing', 'a.csv', 'contentType\nemail', /line 1 names no column "topic"/],
    [
      'Latin-1',
      'a.csv',
      Buffer.from('contentType,topic\nemail,tea\nemail,caf\xe9', 'latin1'),
      /line 3, column 10: is not valid UTF-8/,
    ],
    ['Windows-1252 in its header', 'a.csv', Buffer.from('contentType,caf\x80\n', 'latin1'), /line 1, column 16/],
    [
      'UTF-16 that is cut within a character',
      'a.csv',
      utf16('contentType,topic\nemail,tea').subarray(0, -1),
      /line 2, column 9: is not valid UTF-16LE: half of a character; take the file from where it came whole/,
    ],
    [
      'UTF-16 with half of a pair',
      'a.csv',
      utf16('contentType,topic\nemail,te\ud800a\n'),
      /line 2, column 9: is not valid UTF-16LE/,
    ],
    [
      'UTF-16 with half of a pair in its header',
      'a.csv',
      utf16('contentType,to\ud800pic\nemail,a'),
      /line 1, column 15: is not valid UTF-16LE/,
    ],
    ['UTF-32', 'a.csv', Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]), /is UTF-32/],
    ['a workbook', 'a.csv', Buffer.from('PK\x03\x04workbook', 'latin1'), /workbook of Excel; save it as CSV/],
    [
      'half of what was packed',
      'a.csv.gz',
      gzipSync('contentType,topic\nemail,tea').subarray(0, 30),
      /cannot read.*unexpected end/,
    ],
    ['what is packed by its name alone', 'a.csv.gz', 'contentType,topic\nemail,tea', /is not gzip/],
    ['a list that is cut', 'a.json', '[{"topic": "tea"},\n {"topic"', /line 2, column 10: is not JSON/],
  ])('%s', async (_, name, content, says) => {
    await expect(read(given(name, content))).rejects.toThrow(says);
  });

  it('a folder, a pipe, and what is not there', async () => {
    mkdirSync(join(folder, 'folder.csv'));
    execFileSync('mkfifo', [join(folder, 'pipe.csv')]);
    await expect(read(join(folder, 'folder.csv'))).rejects.toThrow(/folder\.csv.*it is a folder/);
    await expect(read(join(folder, 'pipe.csv'))).rejects.toThrow(/pipe\.csv.*no regular file/);
    await expect(read(join(folder, 'absent.csv'))).rejects.toThrow(/absent\.csv.*ENOENT/);
  });

  it('one that grows while it is read', async () => {
    const file = given('grows.csv', `contentType,topic\n${'email,tea\n'.repeat(100_000)}`);
    const reading = async (): Promise<void> => {
      let seen = 0;
      for await (const _ of (await openRows(file, columns)).rows) if (seen++ === 0) appendFileSync(file, 'email,a cu');
    };
    await expect(reading()).rejects.toThrow(/grows\.csv" changed while it was read/);
  });
});
