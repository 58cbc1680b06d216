import { instantOf, usageError } from '@contentflow/kernel';
import { reportPartsAt } from '@contentflow/ledger';
import { renderReportText, reportFrom } from '@contentflow/report-page';
import { openLog, type LogOptions } from '../command-line/open-log.ts';
import { assertReportWritable, writeReport } from './write-report.ts';

export interface ReportOptions extends LogOptions {
  readonly at?: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** How the system evolved, from any ledger, as of any time. */
export async function run(options: ReportOptions): Promise<void> {
  const at = options.at === undefined ? undefined : instantOf(options.at);
  if (Number.isNaN(at))
    throw usageError(`--at is not a time: "${options.at}"`, 'write epoch seconds or 2026-01-05T12:00:00Z');
  assertReportWritable(options.output);
  const log = await openLog(options);
  try {
    const report = reportFrom(await reportPartsAt(log, at), at);
    if (options.output) writeReport(options.output, report);
    if (options.json) console.log(JSON.stringify(report, null, 1));
    else if (!options.output) console.log(renderReportText(report).trimEnd());
  } finally {
    await log.close();
  }
}
