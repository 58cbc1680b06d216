import { ContentFlowError, usageError } from '@contentflow/kernel';
import { writeFileSync } from 'node:fs';
import { backtests } from '../backtests.ts';
import { readRows, readText } from '../read-rows.ts';
import { toCsv } from '../to-csv.ts';

export interface BacktestOptions {
  readonly input: string;
  readonly output: string;
  readonly [option: string]: string | undefined;
}

/** One component alone: rows in, rows out, and on standard output how it did. */
export async function run(options: BacktestOptions, component: string): Promise<void> {
  const load = backtests[component];
  if (!load) throw usageError(`there is no component "${component}"`, `there are ${Object.keys(backtests).join(', ')}`);
  const backtest = await load();
  try {
    const rows = backtest.reads === 'json' ? [] : readRows(options.input);
    const document = backtest.reads === 'json' ? jsonOf(options.input) : undefined;
    const { output, summary, unreadable, page } = await backtest.run({ rows, document, options });
    for (const { line, problem } of unreadable.slice(0, 20))
      console.error(`contentflow: ${options.input}: line ${line}: ${problem}`);
    if (unreadable.length > 0) console.error(`contentflow: ${options.input}: ${unreadable.length} unreadable rows`);
    writeFileSync(options.output, output.kind === 'csv' ? toCsv(output.columns, output.rows) : output.text);
    if (options['plot'] !== undefined) {
      if (!page) throw usageError(`--plot: there is nothing to draw of "${component}"`, 'leave it out, or use routing');
      writeFileSync(options['plot'], await page());
    }
    console.log(JSON.stringify(summary, null, 2));
  } catch (error) {
    if (error instanceof RangeError && !(error instanceof ContentFlowError)) throw usageError(error.message);
    throw error;
  }
}

function jsonOf(file: string): unknown {
  const text = readText(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`"${file}" is not JSON: ${String(error)}`);
  }
}
