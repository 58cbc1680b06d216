import type { ReportedMetric } from '@contentflow/contracts';
import { proportionSample, ratioSample, type Sample, sampleOf } from '@contentflow/statistics';
import type { Cell } from './traffic.ts';

/** One content type and arm, one metric: a mean over its units. */
export function sampleIn(cell: Cell, metric: ReportedMetric): Sample {
  switch (metric) {
    case 'avg_generation_time':
      return sampleOf(cell.time);
    case 'quality_score':
      return sampleOf(cell.quality);
    case 'cost_per_content':
      return ratioSample(cell.cost);
    case 'success_rate':
      return proportionSample(cell.accepted, cell.time.n);
  }
}
