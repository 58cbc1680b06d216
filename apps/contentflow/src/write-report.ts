import { configurationError, messageOf } from '@contentflow/kernel';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Comparisons } from './comparison.ts';
import type { FullReport } from './full-report.ts';

/** JSON, or a page with plots where the file's name ends in `.html`. */
export async function writeReport(file: string, report: FullReport | Comparisons): Promise<void> {
  const text = /\.html?$/i.test(file)
    ? (await import('./report-page/report-page.ts')).renderReportPage(report)
    : `${JSON.stringify(report, null, 1)}\n`;
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
