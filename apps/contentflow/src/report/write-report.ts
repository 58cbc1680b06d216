import { configurationError, messageOf } from '@contentflow/kernel';
import { type Comparisons, type FullReport, renderReportPage, renderReportText } from '@contentflow/report-page';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** JSON; a page with plots where the file's name ends in `.html`, and one system's report as text where in `.md`. */
export function writeReport(file: string, report: FullReport | Comparisons): void {
  const text = textOf(file, report);
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

function textOf(file: string, report: FullReport | Comparisons): string {
  if (/\.html?$/i.test(file)) return renderReportPage(report);
  if (/\.md$/i.test(file) && !('comparisons' in report)) return renderReportText(report);
  return `${JSON.stringify(report, null, 1)}\n`;
}
