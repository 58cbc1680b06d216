import { seededRandom } from '@contentflow/kernel';
import { sequentialP } from '../experiment-test.ts';
import { addToMoments, noMoments, type Moments } from '../moments.ts';
import type { Report } from './report.ts';

export interface UpdateRateOptions {
  readonly experiments?: number;
  readonly exposures?: number;
  /** Seconds since any moment; time is the caller's to know. */
  readonly seconds: () => number;
}

/** Exposures per second that update the statistics of many experiments at once, each with a look at its verdict. */
export function benchUpdateRate(options: UpdateRateOptions, report: Report): { readonly perSecond: number } {
  const { experiments = 10_000, exposures = 2_000_000, seconds } = options;
  const random = seededRandom('update rate');
  const arms: [Moments, Moments][] = Array.from({ length: experiments }, () => [noMoments, noMoments]);
  let significant = 0;
  const started = seconds();
  for (let i = 0; i < exposures; i++) {
    const pair = arms[random.below(experiments)] as [Moments, Moments];
    const arm = random.next() < 0.5 ? 0 : 1;
    pair[arm] = addToMoments(pair[arm], random.next());
    if (sequentialP({ control: pair[0], treatment: pair[1], horizonUnits: 5000 }) <= 0.05) significant++;
  }
  const perSecond = exposures / (seconds() - started);
  report(
    `Updates: ${Math.round(perSecond).toLocaleString('en')} exposures/s over ${experiments} experiments, looked at each time (${significant} looks significant)`,
  );
  return { perSecond };
}
