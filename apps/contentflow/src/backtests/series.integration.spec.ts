import { isContentFlowError } from '@contentflow/kernel';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run-backtest.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreign-series-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly said: string;
  /** Rows of the output, without their header. */
  readonly rows: readonly string[];
}

let files = 0;
/** What a backtest makes of a file: its code, what it says about it, and its rows. */
async function backtest(component: string, text: string, options: Record<string, number> = {}): Promise<Outcome> {
  const [input, output] = [join(folder, `${++files}.csv`), join(folder, `${files}.out`)];
  writeFileSync(input, text);
  const said: string[] = [];
  const spies = [
    jest.spyOn(console, 'error').mockImplementation((line: unknown) => void said.push(String(line))),
    jest.spyOn(console, 'log').mockImplementation(() => undefined),
  ];
  try {
    const code = await run({ input, output, ...options }, component);
    return { code, said: said.join('\n'), rows: readFileSync(output, 'utf8').trim().split('\n').slice(1) };
  } catch (error) {
    // Usage errors end the program with code 2.
    if (!isContentFlowError(error) || error.code !== 'usage') throw error;
    return { code: 2, said: error.message, rows: [] };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const start = Date.UTC(2026, 0, 5);
const STEP_MS = 600_000;
const times = Array.from({ length: 60 }, (_, i) => start + i * STEP_MS);
const table = (written: (time: number, i: number) => string, header = 'timestamp,value') =>
  `${[header, ...times.map((time, i) => `${written(time, i)},${100 + ((i * 37) % 11)}`)].join('\n')}\n`;
const iso = (time: number) => new Date(time).toISOString();
const good = table(iso);

describe('the times of a series', () => {
  it.each([
    ['seconds', (time: number) => String(time / 1000)],
    ['milliseconds', String],
    ['microseconds', (time: number) => `${time}000`],
    ['nanoseconds', (time: number) => `${time}000000`],
    ['no zone', (time: number) => iso(time).slice(0, 19).replace('T', ' ')],
    ['another zone', (time: number) => `${iso(time + 2 * 3_600_000).slice(0, 19)}+02:00`],
    ['each its own form', (time: number, i: number) => (i % 2 === 0 ? iso(time) : iso(time).slice(0, 19))],
  ])('may be written as %s', async (_, written) => {
    expect(await backtest('forecast', table(written))).toEqual(await backtest('forecast', good));
  });

  it('are UTC without a zone, wherever the machine stands', async () => {
    const zone = process.env['TZ'];
    const local = table((time) => iso(time).slice(0, 16).replace('T', ' '));
    try {
      for (const tz of ['America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati']) {
        process.env['TZ'] = tz;
        expect((await backtest('forecast', local)).rows).toEqual((await backtest('forecast', good)).rows);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it.each(['2024-02-30', 'host 1', '01/02/2024', '2026-01-05T25:00:00Z', 'yesterday', ''])(
    'are named with their line where "%s" is none',
    async (odd) => {
      const outcome = await backtest(
        'forecast',
        table((time, i) => (i === 3 ? odd : iso(time))),
      );
      expect(outcome).toMatchObject({ code: 1, said: expect.stringContaining('line 5: timestamp') });
      expect(
        await backtest(
          'forecast',
          table(() => odd),
        ),
      ).toMatchObject({ code: 2 });
    },
  );

  it('are refused where they are numbers of two sizes', async () => {
    const mixed = table((time, i) => (i < 30 ? String(time / 1000) : String(time)));
    expect(await backtest('forecast', mixed)).toMatchObject({ code: 2, said: expect.stringContaining('line 32') });
    expect(await backtest('scale', mixed, { capacity: 5 })).toMatchObject({ code: 2 });
  });
});

describe('the rows of a series', () => {
  const rows = good.trim().split('\n').slice(1);
  const of = (lines: readonly string[]) => `timestamp,value\n${lines.join('\n')}\n`;
  it.each([
    ['newest first', rows.toReversed()],
    ['doubled', rows.flatMap((row) => [row, row])],
    ['interleaved', [...rows.filter((_, i) => i % 3 !== 1), ...rows.filter((_, i) => i % 3 === 1)]],
  ])('give the same forecasts and instances %s', async (_, lines) => {
    expect(await backtest('forecast', of(lines))).toEqual(await backtest('forecast', good));
    const capacity = { capacity: 20 };
    expect(await backtest('scale', of(lines), capacity)).toEqual(await backtest('scale', good, capacity));
  });

  it.each(['NaN', 'Infinity', '1e999', '2e100', 'many', ''])(
    'are named with their line where "%s" is no value',
    async (odd) => {
      const lines = rows.with(3, `${iso(times[3] as number)},${odd}`);
      expect(await backtest('forecast', of(lines))).toMatchObject({
        code: 1,
        said: expect.stringContaining('line 5: value'),
      });
    },
  );

  it('are loads where instances are counted: none is negative', async () => {
    const below = of(rows.with(7, `${iso(times[7] as number)},-1`));
    expect(await backtest('scale', below, { capacity: 5 })).toMatchObject({
      code: 2,
      said: expect.stringContaining('line 9'),
    });
    expect(await backtest('forecast', below)).toMatchObject({ code: 0 });
  });

  it.each([
    ['nothing', ''],
    ['a header alone', 'timestamp,value\n'],
    ['no header', rows.join('\n')],
    ['one row', of(rows.slice(0, 1))],
    ['rows of one time', of([rows[0] as string, rows[0] as string])],
    ['too few rows to look ahead', of(rows.slice(0, 3))],
  ])('are refused where there is %s', async (_, text) => {
    expect(await backtest('forecast', text)).toMatchObject({ code: 2 });
  });
});

it('an unserved cost of 1 or less is refused', async () => {
  for (const unservedCost of [1, 0, -2])
    expect(await backtest('scale', good, { capacity: 5, unservedCost })).toMatchObject({ code: 2 });
});
