import { type Comparisons, type FullReport, renderReportPage, renderReportText } from '@contentflow/report-page';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { assertWritable, writeOutput } from '../command-line/output-file.ts';

/** Its folder is made. @throws ContentFlowError `configuration` for what cannot be written */
export function assertReportWritable(file: string | undefined): void {
  if (file === undefined) return;
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
  } catch {
    // What is wrong with it is said next.
  }
  assertWritable(file);
}

/** JSON; a page with plots where the file's name ends in `.html`, and one system's report as text where in `.md`. */
export function writeReport(file: string, report: FullReport | Comparisons): void {
  writeOutput(file, textOf(file, report));
}

function textOf(file: string, report: FullReport | Comparisons): string {
  if (/\.html?(\.gz)?$/i.test(file)) return renderReportPage(report);
  if (/\.md(\.gz)?$/i.test(file) && !('comparisons' in report)) return renderReportText(report);
  return `${JSON.stringify(report, null, 1)}\n`;
}
