export * from './comparison.ts';
export * from './day-figures.ts';
export * from './day-outcome.ts';
export type { ReportedMetric } from './figures.ts';
export * from './full-report.ts';
export { renderReportPage } from './report-page.ts';
export { renderReportText } from './report-text.ts';
export * from './routing-page.ts';
