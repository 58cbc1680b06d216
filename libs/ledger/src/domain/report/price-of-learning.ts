import type { Answer, EventData, GenerationMeasured, priceOfLearningSchema } from '@contentflow/contracts';
import type { Experiment } from '@contentflow/decisions';
import { HOUR_MS, ownValue, setOwnValue } from '@contentflow/kernel';
import { addToMoments, mergeMoments, type Moments, noMoments, sampleOf, Z95 } from '@contentflow/statistics';

/** What learning took in an hour; points of quality are per content outside the holdback, so that hours compare. */
export type PriceOfLearning = Answer<typeof priceOfLearningSchema>;

/** Contents of one arm of a trial: points of quality of those that succeeded, and money spent on all. */
interface ArmOfHour {
  readonly quality: Moments;
  readonly cost: Moments;
}
interface TrialOfHour {
  readonly control: ArmOfHour;
  readonly treatment: ArmOfHour;
}

/** What was on trial in the hour from `from` on, by experiment, and how many contents there were outside the holdback. */
export interface HourOnTrial {
  readonly from: number;
  readonly contents: number;
  readonly trials: Readonly<Record<string, TrialOfHour>>;
}

/** Two weeks of them. */
const HOURS_KEPT = 14 * 24;
const noContents: ArmOfHour = { quality: noMoments, cost: noMoments };
const noTrial: TrialOfHour = { control: noContents, treatment: noContents };

type Measured = Pick<EventData<typeof GenerationMeasured>, 'assignment' | 'metrics' | 'outcome'>;

/** Events come nearly in order, so the hour is among the last; what is older than the oldest kept is let go. */
export function withTrials(hours: readonly HourOnTrial[], time: number, measured: Measured): readonly HourOnTrial[] {
  if (measured.assignment.holdback) return hours;
  const from = Math.floor(time / HOUR_MS) * HOUR_MS;
  let at = hours.length;
  while (at > 0 && (hours[at - 1] as HourOnTrial).from > from) at--;
  const found = hours[at - 1];
  if (found?.from === from) return hours.with(at - 1, withContent(found, measured));
  if (at === 0 && hours.length >= HOURS_KEPT) return hours;
  return hours.toSpliced(at, 0, withContent({ from, contents: 0, trials: {} }, measured)).slice(-HOURS_KEPT);
}

function withContent(hour: HourOnTrial, { assignment: { exposures }, metrics, outcome }: Measured): HourOnTrial {
  const contents = hour.contents + 1;
  if (exposures.length === 0) return { ...hour, contents };
  const trials = { ...hour.trials };
  for (const { experiment, variant } of exposures) {
    const trial = ownValue(trials, experiment) ?? noTrial;
    const { quality, cost } = trial[variant];
    const measured = outcome === 'ok' ? metrics.quality : null;
    const arm = {
      quality: measured === null ? quality : addToMoments(quality, measured),
      cost: addToMoments(cost, metrics.cost),
    };
    setOwnValue(trials, experiment, { ...trial, [variant]: arm });
  }
  return { ...hour, contents, trials };
}

/** Of all partitions, in their order, by hour. */
function mergedHours(parts: readonly (readonly HourOnTrial[])[]): Map<number, HourOnTrial> {
  const merged = new Map<number, HourOnTrial>();
  for (const hour of parts.flat()) {
    const { contents, trials } = merged.get(hour.from) ?? { contents: 0, trials: {} };
    const both: Record<string, TrialOfHour> = { ...trials };
    for (const [id, each] of Object.entries(hour.trials)) {
      const before = ownValue(both, id) ?? noTrial;
      setOwnValue(both, id, {
        control: mergedArm(before.control, each.control),
        treatment: mergedArm(before.treatment, each.treatment),
      });
    }
    merged.set(hour.from, { from: hour.from, contents: contents + hour.contents, trials: both });
  }
  return merged;
}

const mergedArm = (a: ArmOfHour, b: ArmOfHour): ArmOfHour => ({
  quality: mergeMoments(a.quality, b.quality),
  cost: mergeMoments(a.cost, b.cost),
});

type Tried = Pick<Experiment, 'origin' | 'design'>;

/** Hour by hour, in order of time: by hour, what its trials were expected to take, and what they took. */
export function pricesOfLearning(
  parts: readonly (readonly HourOnTrial[])[],
  experiments: Readonly<Record<string, Tried>>,
): ReadonlyMap<number, PriceOfLearning> {
  const hours = [...mergedHours(parts).values()].sort((a, b) => a.from - b.from);
  return new Map(hours.map((hour) => [hour.from, priceOf(hour, experiments)]));
}

/**
 * What those on an unproven treatment lost against the others of their trial. Of a re-test it is those that go without what is in force.
 * Source: a sum of independent differences of means, each times the contents that bore it; normal interval of 95 %
 */
function priceOf({ contents, trials }: HourOnTrial, experiments: Readonly<Record<string, Tried>>): PriceOfLearning {
  let [tried, expected, lost, variance, cost] = [0, 0, 0, 0, 0];
  let isTold = false;
  for (const [id, { control, treatment }] of Object.entries(trials)) {
    const known = ownValue(experiments, id);
    const [bears, spared] = known?.origin.kind === 'retest' ? [control, treatment] : [treatment, control];
    tried += bears.cost.n;
    expected += bears.cost.n * (known?.origin.kind === 'retest' ? 0 : (known?.design.lossForeseen ?? 0));
    if (bears.cost.n > 0 && spared.cost.n > 0) cost += bears.cost.n * (bears.cost.mean - spared.cost.mean);
    if (bears.quality.n < 2 || spared.quality.n < 2) continue;
    isTold = true;
    const [with_, without] = [sampleOf(bears.quality), sampleOf(spared.quality)];
    lost += with_.n * (without.mean - with_.mean);
    variance += with_.n ** 2 * (without.variance / without.n + with_.variance / with_.n);
  }
  const [mean, half] = [lost / contents, (Z95 * Math.sqrt(variance)) / contents];
  return {
    treated: tried,
    contents,
    quality_expected: expected / contents,
    quality: isTold ? { value: mean, lower: mean - half, upper: mean + half } : null,
    cost,
  };
}
