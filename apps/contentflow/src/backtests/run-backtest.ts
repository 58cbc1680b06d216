import { openRows, readJson, type Row } from '@contentflow/input-files';
import { ContentFlowError, ownValue, usageError } from '@contentflow/kernel';
import { assertWritable, noteBeside, writeOutput } from '../command-line/output-file.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { backtests } from './backtests.ts';
import type { Backtest } from './backtest.ts';
import { toCsv } from './to-csv.ts';

export interface BacktestOptions {
  readonly input: string;
  readonly output: string;
  readonly plot?: string;
  readonly [option: string]: string | number | undefined;
}

const SHOWN = 20;

/**
 * One component alone: rows in, rows out, and on standard output how it did.
 * @returns 0 when every row was used, else 1
 */
export async function run(options: BacktestOptions, component: string): Promise<number> {
  const load = ownValue(backtests, component);
  if (!load) throw unknownName('component', component, Object.keys(backtests));
  assertWritable(options.output);
  assertWritable(options.plot, '--plot');
  const backtest = await load();
  try {
    const { rows, document, form } = await inputOf(backtest, options.input);
    const { output, summary, unreadable, page } = await backtest.run({ rows, document, options });
    for (const { line, problem } of unreadable.slice(0, SHOWN))
      console.error(`contentflow: ${options.input}: ${line === undefined ? '' : `line ${line}: `}${problem}`);
    if (unreadable.length > 0)
      console.error(
        `contentflow: ${options.input}: ${unreadable.length} unreadable ${form === 'json' ? 'cases' : 'rows'}`,
      );
    if (rows.length > 0 && unreadable.length === rows.length)
      throw usageError(`none of the ${rows.length} rows of "${options.input}" can be used`);
    writeOutput(options.output, output.kind === 'csv' ? toCsv(output.columns, output.rows) : output.text);
    if (options.plot !== undefined) {
      if (!page) throw usageError(`--plot: there is nothing to draw of "${component}"`, 'leave it out, or use routing');
      writeOutput(options.plot, await page(), '--plot');
    }
    const read = { form, rows: rows.length, used: rows.length - unreadable.length, refused: unreadable.length };
    const isObject = typeof summary === 'object' && summary !== null && !Array.isArray(summary);
    noteBeside(options.output, JSON.stringify(isObject ? { ...summary, input: read } : summary, null, 2));
    return unreadable.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof RangeError && !(error instanceof ContentFlowError)) throw usageError(error.message);
    throw error;
  }
}

interface Input {
  readonly rows: readonly Row[];
  readonly document: unknown;
  readonly form: string;
}

/** All of it, before anything is made of it. */
async function inputOf({ reads }: Backtest, file: string): Promise<Input> {
  if (reads === 'json') return { rows: [], document: readJson(file), form: 'JSON' };
  const { form, passedBy, rows: all } = await openRows(file, reads);
  const rows: Row[] = [];
  for await (const row of all) rows.push(row);
  if (passedBy.length > 0) console.error(`contentflow: ${file}: columns passed by: ${passedBy.join(', ')}`);
  return { rows, document: undefined, form };
}
