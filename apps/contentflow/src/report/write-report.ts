import { configurationError, messageOf } from '@contentflow/kernel';
import { type Comparisons, type FullReport, renderReportPage } from '@contentflow/report-page';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** JSON, or a page with plots where the file's name ends in `.html`. */
export function writeReport(file: string, report: FullReport | Comparisons): void {
  const text = /\.html?$/i.test(file) ? renderReportPage(report) : `${JSON.stringify(report, null, 1)}\n`;
  try {
    mkdirSync(dirname(resolve(file)), { recursive: true });
    writeFileSync(file, text);
  } catch (error) {
    throw configurationError(
      '--output',
      `cannot write "${file}": ${messageOf(error)}`,
      'name a file that you may write',
    );
  }
}
