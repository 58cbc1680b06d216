import type { Report } from '@contentflow/contracts';
import { reportOf, type ReportPart, type ReportSeries, seriesOf } from '@contentflow/ledger';

/** How a system evolved, and the series that its page draws. */
export type FullReport = Report & { readonly series: ReportSeries };

export const reportFrom = (parts: readonly ReportPart[], at?: number): FullReport => ({
  ...reportOf(parts, at),
  series: seriesOf(parts),
});
