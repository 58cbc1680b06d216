import { seededRandom } from '@contentflow/kernel';
import { horizonPower, sequentialP, type Spending } from '../experiment-test.ts';
import { addToMoments, noMoments } from '../moments.ts';
import { driftNeeded } from '../power.ts';
import { exactInterval } from '../proportions.ts';
import type { Interval } from '../sample.ts';
import { sampleOf } from '../sample.ts';
import { welchTest } from '../welch.ts';
import { percent, type Report } from './report.ts';

export interface PowerOptions {
  readonly runs?: number;
  readonly units?: number;
}

export interface SequentialPower {
  readonly spending: Spending;
  readonly power: number;
  readonly interval: Interval;
  /** Power ÷ that of the fixed-horizon test on the same runs. */
  readonly ofFixed: number;
  /** Mean share of the horizon used. */
  readonly unitsUsed: number;
}

/** Power with a look after every exposure, against one Welch test at the horizon, for an effect the latter finds at 80 %. */
export function benchPower(options: PowerOptions, report: Report): SequentialPower[] {
  const { runs = 2000, units = 5000 } = options;
  const drift = driftNeeded(0.05, 0.8);
  const difference = (2 * drift) / Math.sqrt(units);
  report(`Power: ${runs} runs of ${units} units, a look after each, effect found at 80 % by one test at the end`);
  const outcomes = Array.from({ length: runs }, (_, run) => outcomeOf(`power ${run}`, units, difference));
  const fixed = outcomes.filter(({ isFixed }) => isFixed).length;
  report(`  fixed horizon: ${percent(fixed / runs)}`);
  return (['horizon', 'untruncated'] as const).map((spending) => {
    const found = outcomes.filter((outcome) => outcome[spending] <= units).length;
    const unitsUsed = outcomes.reduce((sum, outcome) => sum + Math.min(units, outcome[spending]), 0) / (runs * units);
    const interval = exactInterval({ n: runs, successes: found });
    const result = { spending, power: found / runs, interval, ofFixed: found / fixed, unitsUsed };
    report(
      `  ${spending}: ${percent(result.power)} [${percent(interval[0])}, ${percent(interval[1])}], ` +
        `${percent(result.ofFixed, 1)} of fixed, uses ${percent(unitsUsed, 0)} of the units` +
        (spending === 'horizon' ? `; in theory ${percent(horizonPower(drift, 0.05))}` : ''),
    );
    return result;
  });
}

type Outcome = Record<Spending, number> & { readonly isFixed: boolean };

/** The unit at which each way of spending first finds the effect; Infinity where it never does. */
function outcomeOf(seed: string, units: number, difference: number): Outcome {
  const random = seededRandom(seed);
  let control = noMoments;
  let treatment = noMoments;
  const found: Record<Spending, number> = { horizon: Infinity, untruncated: Infinity };
  for (let unit = 1; unit <= units; unit++) {
    // A level well above zero, since no relative difference exists without one.
    const value = 10 + random.normal();
    if (random.next() < 0.5) control = addToMoments(control, value);
    else treatment = addToMoments(treatment, value + difference);
    for (const tuning of ['horizon', 'untruncated'] as const)
      if (found[tuning] === Infinity && sequentialP({ control, treatment, horizonUnits: units, tuning }) <= 0.05)
        found[tuning] = unit;
  }
  return { ...found, isFixed: welchTest(sampleOf(control), sampleOf(treatment)).p <= 0.05 };
}
