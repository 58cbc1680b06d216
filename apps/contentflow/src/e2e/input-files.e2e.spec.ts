import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contentflow, type Ended } from './testing/child.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const folder = temporaryFolder();
let models: MockModelServer;
let config: string;
beforeAll(async () => {
  models = await startMockModelServer();
  config = folder.file('contentflow.config.json', configurationOf(models));
});
afterAll(async () => {
  await models.close();
  folder.remove();
});

describe('a file of briefs', () => {
  const output = join(folder.path, 'out.jsonl');
  const generate = (input: string, data: string): Promise<Ended> =>
    contentflow(
      ['generate', '--input', input, '--output', output, '--data', join(folder.path, data), '--config', config],
      folder.path,
    ).ended;
  const rows = 'contentType,topic\nemail,tea\nemail,a 5" cup\n';

  it.each<[string, string, string | Buffer, RegExp]>([
    ['in Latin-1', 'latin.csv', Buffer.from(`${rows}email,caf\xe9\n`, 'latin1'), /line 4, column 10.*UTF-8.*iconv/],
    ['without a header', 'bare.csv', 'email,tea\nemail,cup\n', /line 1 is no header.*contentType,topic/],
    [
      'with a column that nobody knows',
      'colour.csv',
      'contentType,topic,colour\nemail,tea,red\n',
      /line 1, column 3.*"colour"/,
    ],
    ['cut in its packing', 'cut.csv.gz', gzipSync(rows.repeat(9)).subarray(0, 40), /cannot read.*cut\.csv\.gz/],
  ])('%s is refused before a model is paid', async (_, name, content, says) => {
    const asked = models.received.length;
    const { code, stdout, stderr } = await generate(folder.file(name, content), 'refused');
    expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(says);
    expect(models.received.length).toBe(asked);
    expect(existsSync(output)).toBe(false);
  });

  it('of semicolons in UTF-16 is made as it is meant, and what cannot be read is named', async () => {
    const text = `\uFEFF${rows}email,"never closed\nemail,tea too\n`.replaceAll(',', ';');
    const { code, stdout, stderr } = await generate(folder.file('mixed.csv', Buffer.from(text, 'utf16le')), 'made');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^3 generated, 1 failed/);
    expect(stdout).toMatch(/1 × bad_line, first line 4: a quote that opens here never closes/);
    expect(stdout).toMatch(
      /4 rows read from \S+mixed\.csv \(CSV, semicolon, UTF-16LE\), 1 refused before any was made/,
    );
    expect(models.received.some((prompt) => prompt.includes('a 5" cup'))).toBe(true);
    expect(existsSync(join(folder.path, 'made', 'read-models'))).toBe(true);
  });
});

describe('other files that commands read', () => {
  const data = (name: string, content: string | Buffer): string => folder.file(name, content);
  const backtest = (input: string, component = 'detect'): Promise<Ended> =>
    contentflow(['backtest', component, '--input', input, '--output', join(folder.path, 'bt.csv')], folder.path).ended;
  const series = Array.from(
    { length: 200 },
    (_, hour) => `2026-01-05T12:00:${String(hour % 60).padStart(2, '0')}Z,${hour % 7}`,
  );

  it('a series with a number of another country is used without it, and the end says so', async () => {
    const { code, stdout, stderr } = await backtest(
      data(
        'series.csv',
        ['timestamp;value', ...series.map((row) => row.replace(',', ';')), '2026-01-05T13:00:00Z;1,5'].join('\r\n'),
      ),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 202: value: is not a number: "1,5"/);
    expect(JSON.parse(stdout)).toMatchObject({ input: { form: 'CSV, semicolon', rows: 201, used: 200, refused: 1 } });
  });

  it.each<[string, () => Promise<Ended>, RegExp]>([
    [
      'a series without a header',
      () => backtest(data('bare.csv', series.join('\n'))),
      /line 1 is no header.*timestamp,value/,
    ],
    ['a series of nothing', () => backtest(data('none.csv', 'timestamp,value\nsoon,1\n')), /none of the 1 rows/],
    [
      'exposures without their column',
      () => backtest(data('exposures.csv', 'experiment,variant\na,b\n'), 'stream-experiment'),
      /"value"/,
    ],
    [
      'a policy that names a key twice',
      () =>
        contentflow(
          [
            'simulate',
            '--hours',
            '1',
            '--policy',
            data('policy.json', '{\n "holdbackShare": 0.1,\n "holdbackShare": 0.2\n}'),
          ],
          folder.path,
        ).ended,
      /policy\.json.*line 3, column 2: names "holdbackShare" twice/,
    ],
    [
      'a configuration in Latin-1',
      () =>
        contentflow(
          ['doctor', '--config', data('latin.json', Buffer.from('{"brand": {"caf\xe9": 1}}', 'latin1'))],
          folder.path,
        ).ended.then(({ stdout, ...ended }) => ({
          ...ended,
          stdout: '',
          stderr: stdout,
          code: ended.code === 1 ? 2 : 0,
        })),
      /latin\.json.*line 1, column 16: is not valid UTF-8/,
    ],
    [
      'an export that is a folder',
      () => contentflow(['audit', '--input', folder.path], folder.path).ended,
      /it is a folder/,
    ],
  ])('%s', async (_, ended, says) => {
    const { code, stdout, stderr } = await ended();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });
});
