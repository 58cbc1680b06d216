import { boundedMemo, hash128 } from '@contentflow/kernel';
import {
  addedLevels,
  type Bivariate,
  type Cell,
  type Levels,
  multipliedLevels,
  plusY,
  timesY,
} from '@contentflow/statistics';
import type { Exposure } from '@contentflow/contracts';
import { type Arms, type ArmStatistics, noStatistics, wholeTimeOf } from '../arm-statistics.ts';
import type { Strata } from '../strata.ts';

/**
 * Units of a trial met other changes besides: those in force, but for the few that go without one, and those on trial beside it. Each falls to both arms alike and
 * biases nothing, but a model at an eighth of the cost that half of the units have, or all but a twentieth, makes costs vary so much that nothing else shows. What
 * the others do is taken out of cost, tokens, time and quality: found in all units together, whatever their arm, so that nothing of the trial's own effect goes with it.
 */
export interface SeenBesides {
  /** The other changes that its units had, as `changesOf` has them. */
  readonly others: string;
  readonly strata: Strata;
}

/** The changes that made a unit's recipe, in one word: improvements in force, and what it was treated with, but for that of one trial. */
export function changesOf(
  { exposures, improvements }: { readonly exposures: readonly Exposure[]; readonly improvements: readonly string[] },
  butFor?: string,
): string {
  const treated = exposures
    .filter(({ experiment, variant }) => variant === 'treatment' && experiment !== butFor)
    .map(({ experiment }) => `${TRIED}${experiment}`);
  return [...improvements, ...treated].sort().join(' ');
}
const TRIED = 'tried:';

/** A trial's change and the improvement that comes of it are the same; what the trial itself is about is no other change. */
function factorsOf(others: string, own: string | undefined): string[] {
  const all = others === '' ? [] : others.split(' ');
  return all
    .filter((each) => each !== own)
    .map((each) => (each.startsWith(TRIED) ? improvementOf(each.slice(TRIED.length)) : each));
}

/** The improvement that a trial's success is applied as. */
export const improvementOf = boundedMemo(1000, (experimentId: string): string =>
  hash128(`improvement ${experimentId}`),
);

type Told = 'cost' | 'tokens' | 'time' | 'quality';
const MULTIPLIED = ['cost', 'tokens', 'time'] as const;

/** What the other changes of the same units are worth, and how to take it out of what was seen. */
export interface OtherChanges {
  /** The same strata without what the other changes did. */
  readonly takenOut: (seen: SeenBesides) => Strata;
  /** The variance that is left, for as many factors as it took. */
  readonly doubted: (arms: Arms) => Arms;
}

/**
 * @param seen all that was seen of a trial's units
 * @param own  the improvement that the trial is about, where it is a re-test
 */
export function otherChanges(seen: readonly SeenBesides[], own?: string): OtherChanges {
  const groups = [...new Set(seen.map(({ others }) => others))].sort();
  if (groups.every((others) => others === groups[0])) return nothingElse;
  const place = new Map(groups.map((others, index) => [others, index]));
  const factors = groups.map((others) => factorsOf(others, own));
  const cellsOf = (of: Told): Cell[] => {
    const units = groups.map(() => 0);
    const sums = groups.map(() => 0);
    for (const { others, strata } of seen) {
      const index = place.get(others) as number;
      for (const { control, treatment } of told(strata, of)) {
        units[index] = (units[index] as number) + control[of].n + treatment[of].n;
        const sum = control[of].n * control[of].meanY + treatment[of].n * treatment[of].meanY;
        sums[index] = (sums[index] as number) + sum;
      }
    }
    return units.map((n, i) => ({ n, mean: n > 0 ? (sums[i] as number) / n : 0, factors: factors[i] as string[] }));
  };
  const found = (of: Told): Levels & { units: number } => {
    const cells = cellsOf(of);
    const units = cells.reduce((sum, { n }) => sum + n, 0);
    const levels = of === 'quality' ? addedLevels(cells) : multipliedLevels(cells);
    // Half as many factors as units explain anything.
    if (2 * levels.fitted < units) return { ...levels, units };
    return { levels: cells.map(() => (of === 'quality' ? 0 : 1)), fitted: 0, units };
  };
  const by = { cost: found('cost'), tokens: found('tokens'), time: found('time'), quality: found('quality') };
  const level = (of: Told, index: number): number => by[of].levels[index] as number;
  // What of a content is known where in its strata, as `measureIn` records it.
  const spent =
    (index: number) =>
    (each: ArmStatistics): ArmStatistics => ({
      ...each,
      cost: timesY(each.cost, 1 / level('cost', index)),
      tokens: timesY(each.tokens, 1 / level('tokens', index)),
    });
  const waited =
    (index: number) =>
    (each: ArmStatistics): ArmStatistics => ({
      ...each,
      time: timesY(each.time, 1 / level('time', index)),
      wholeTime: timesY(wholeTimeOf(each), 1 / level('time', index)),
    });
  const judged =
    (index: number) =>
    (each: ArmStatistics): ArmStatistics => ({
      ...each,
      quality: plusY(each.quality, -level('quality', index)),
    });
  const doubtful = (of: Told, value: Bivariate): Bivariate => {
    const { fitted, units } = by[of];
    return fitted === 0 ? value : { ...value, m2Y: (value.m2Y * (units - 1)) / (units - 1 - fitted) };
  };
  return {
    takenOut: ({ others, strata: { all, byInstances, byJudge } }) => {
      const index = place.get(others) as number;
      return {
        all: mapArms(all, spent(index)),
        byInstances: mapEach(byInstances, waited(index)),
        byJudge: mapEach(byJudge, judged(index)),
      };
    },
    doubted: (arms) =>
      mapArms(arms, (each) => ({
        ...each,
        ...Object.fromEntries(TOLD.map((of) => [of, doubtful(of, each[of])])),
        wholeTime: doubtful('time', wholeTimeOf(each)),
      })),
  };
}
const TOLD = [...MULTIPLIED, 'quality'] as const;

const nothingElse: OtherChanges = { takenOut: ({ strata }) => strata, doubted: (arms) => arms };

/** Where strata have it: time by the number of instances, quality by the judge. */
const told = ({ all, byInstances, byJudge }: Strata, of: Told): readonly Arms[] =>
  of === 'time' ? Object.values(byInstances) : of === 'quality' ? Object.values(byJudge) : [all];

const mapArms = ({ control, treatment }: Arms, map: (each: ArmStatistics) => ArmStatistics): Arms => ({
  control: control === noStatistics ? control : map(control),
  treatment: treatment === noStatistics ? treatment : map(treatment),
});

const mapEach = (
  strata: Readonly<Record<string, Arms>>,
  map: (each: ArmStatistics) => ArmStatistics,
): Record<string, Arms> => Object.fromEntries(Object.entries(strata).map(([name, arms]) => [name, mapArms(arms, map)]));
