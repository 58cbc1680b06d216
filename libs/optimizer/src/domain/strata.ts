import type { EventData, GenerationMeasured } from '@contentflow/contracts';
import { ownValue, setOwnValue } from '@contentflow/kernel';
import {
  type Arms,
  measuredBy,
  mergeArms,
  noArms,
  noStatistics,
  type Observed,
  wholeTimeOf,
} from './arm-statistics.ts';

/**
 * Both arms over the same stretch, changed in place: quality apart for each judge, whose scores are on scales of their own, and time apart for each
 * number of instances, on which waiting for machines depends. A comparison weighs strata each within itself, so that none mixes with another.
 */
export interface Strata {
  all: Arms;
  readonly byJudge: Record<string, Arms>;
  readonly byInstances: Record<string, Arms>;
}
export const noStrata = (): Strata => ({ all: noArms, byJudge: {}, byInstances: {} });

export function observeIn(strata: Strata, variant: keyof Arms, observed: Observed): void {
  strata.all = after(strata.all, variant, observed);
}

/** What one generation did. */
export function measureIn(strata: Strata, variant: keyof Arms, data: EventData<typeof GenerationMeasured>): void {
  const measured = measuredBy(data);
  observeIn(strata, variant, (before) => {
    const { quality, qualitySpread, unpaired, time, wholeTime } = before;
    return { ...measured(before), quality, qualitySpread, unpaired, time, ...(wholeTime ? { wholeTime } : {}) };
  });
  if (data.outcome !== 'ok') return;
  const instances = String(data.assignment.instances ?? '');
  recordUnder(strata.byInstances, instances, variant, (before) => {
    const after = measured(before);
    return { ...before, time: after.time, wholeTime: wholeTimeOf(after) };
  });
  if (data.metrics.quality === null) return;
  recordUnder(strata.byJudge, data.judge, variant, (before) => {
    const { quality, qualitySpread, unpaired } = measured(before);
    return { ...before, quality, qualitySpread, unpaired };
  });
}

function recordUnder(all: Record<string, Arms>, name: string, variant: keyof Arms, observed: Observed): void {
  setOwnValue(all, name, after(ownValue(all, name) ?? noArms, variant, observed));
}

const after = (arms: Arms, variant: keyof Arms, observed: Observed): Arms => ({
  ...arms,
  [variant]: observed(arms[variant]),
});

/** What several partitions saw of the same stretch, as strata to compare: one, unless the judge or the number of instances changed in it. */
export function armsByStratum(parts: readonly Strata[]): Arms[] {
  const [judges, instances] = [
    mergedByName(parts.map((each) => each.byJudge)),
    mergedByName(parts.map((each) => each.byInstances)),
  ];
  const all = parts.map((each) => each.all).reduce(mergeArms, noArms);
  return Array.from({ length: Math.max(1, judges.length, instances.length) }, (_, index) =>
    [index === 0 ? all : noArms, judges[index] ?? noArms, instances[index] ?? noArms].reduce(joined),
  );
}

function mergedByName(parts: readonly Readonly<Record<string, Arms>>[]): Arms[] {
  const names = [...new Set(parts.flatMap((each) => Object.keys(each)))].sort();
  return names.map((name) => parts.map((each) => ownValue(each, name) ?? noArms).reduce(mergeArms));
}

/** Each metric from the one that has any of it. */
const joined = (a: Arms, b: Arms): Arms => ({
  control: joinedStatistics(a.control, b.control),
  treatment: joinedStatistics(a.treatment, b.treatment),
});

const joinedStatistics = (a: Arms['control'], b: Arms['control']): Arms['control'] =>
  b === noStatistics
    ? a
    : {
        ...a,
        ...(b.time.n > 0 ? { time: b.time, wholeTime: wholeTimeOf(b) } : {}),
        ...(b.quality.n > 0 ? { quality: b.quality, qualitySpread: b.qualitySpread } : {}),
      };
