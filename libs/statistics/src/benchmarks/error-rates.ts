import { seededRandom, type Random } from '@contentflow/kernel';
import { sequentialP, type Spending } from '../experiment-test.ts';
import { addToMoments, noMoments } from '../moments.ts';
import { exactInterval } from '../proportions.ts';
import type { Interval } from '../sample.ts';
import { percent, type Report } from './report.ts';

export interface ErrorRateOptions {
  readonly runs?: number;
  readonly units?: number;
  readonly seed?: string | number;
  readonly spending?: readonly Spending[];
}

export interface ErrorRate {
  readonly spending: Spending;
  readonly distribution: string;
  readonly rate: number;
  readonly interval: Interval;
}

const DISTRIBUTIONS: Record<string, (random: Random) => number> = {
  'Bernoulli .01': (random) => (random.next() < 0.01 ? 1 : 0),
  'Bernoulli .2': (random) => (random.next() < 0.2 ? 1 : 0),
  'log-normal, σ 1': (random) => random.logNormal(1, 1),
};

/** How often an experiment without a difference is ever called significant at 5 %, looked at after every exposure. */
export function benchErrorRates(options: ErrorRateOptions, report: Report): ErrorRate[] {
  const { runs = 4000, units = 20_000, seed = 1, spending = ['horizon', 'untruncated'] } = options;
  report(`A/A: ${runs} runs, a look after each of ${units} exposures, α 5 %`);
  return spending.flatMap((kind) =>
    Object.entries(DISTRIBUTIONS).map(([distribution, draw]) => {
      let significant = 0;
      for (let run = 0; run < runs; run++)
        if (isEverSignificant(seededRandom(`${seed}/${distribution}/${run}`), draw, units, kind)) significant++;
      const rate = significant / runs;
      const interval = exactInterval({ n: runs, successes: significant });
      report(`  ${kind}, ${distribution}: ${percent(rate)} [${percent(interval[0])}, ${percent(interval[1])}]`);
      return { spending: kind, distribution, rate, interval };
    }),
  );
}

function isEverSignificant(random: Random, draw: (random: Random) => number, units: number, kind: Spending): boolean {
  let control = noMoments;
  let treatment = noMoments;
  for (let unit = 0; unit < units; unit++) {
    const value = draw(random);
    if (random.next() < 0.5) control = addToMoments(control, value);
    else treatment = addToMoments(treatment, value);
    if (sequentialP({ control, treatment, horizonUnits: units, tuning: kind }) <= 0.05) return true;
  }
  return false;
}
