import { hashToUnit } from '@contentflow/kernel';
import { HOUR, measured, observed } from '../../testing/traffic.ts';
import { compare } from './comparison.ts';
import { improvementOf } from './other-changes.ts';
import { armsOf } from './trials.ts';

/** Log-normal about 1, by hash. */
const luck = (name: string, spread: number): number => {
  const [u, v] = [hashToUnit(`${name}:u`), hashToUnit(`${name}:v`)];
  return Math.exp(spread * Math.sqrt(-2 * Math.log(u || 1e-9)) * Math.cos(2 * Math.PI * v));
};
const isOneIn = (many: number, name: string): boolean => hashToUnit(name) < 1 / many;

interface Day {
  readonly units: number;
  readonly name: string;
  /** Times cost of what is tried. */
  readonly effect: number;
  /** A model at an eighth of the cost, on trial beside it for the first half and in force for the second. */
  readonly beside?: boolean;
}

/** A trial with luck of a fifth of the cost, and beside it a model that matters a great deal more. */
function armsAfter({ units, name, effect, beside = true }: Day, experiment = 'e', own?: string) {
  const events = Array.from({ length: units }, (_, index) => {
    const unit = `${name}-${index}`;
    const variant = isOneIn(2, `${unit}:arm`) ? ('treatment' as const) : ('control' as const);
    const isTreated = variant === 'treatment';
    const isTried = index < units / 2;
    const hasModel = beside && (isTried ? isOneIn(2, `${unit}:model`) : !isOneIn(20, `${unit}:without`));
    return measured({
      unit,
      time: index,
      assignment: {
        exposures: [
          { experiment: 'e', variant, epoch: 0 },
          ...(beside && isTried ? [{ experiment: 'model', variant: hasModel ? ('treatment' as const) : ('control' as const), epoch: 0 }] : []), // prettier-ignore
        ],
        improvements: !isTried && hasModel ? [improvementOf('model')] : [],
      },
      cost: (isTreated ? effect : 1) * (hasModel ? 0.125 : 1) * luck(unit, 0.2),
      quality: 6 + (hasModel ? 1.4 : 0) + Math.log(luck(`${unit}:quality`, 0.9)),
    });
  });
  return armsOf([observed(events)], experiment, HOUR, own);
}

const boundary = { alpha: 0.05, horizonUnits: 400 };
const widthOf = (arms: ReturnType<typeof armsOf>, metric: 'cost' | 'quality'): number => {
  const { relative } = compare(arms, metric, boundary) ?? { relative: { upper: NaN, lower: NaN } };
  return relative.upper - relative.lower;
};

describe('what a trial shows of its own change', () => {
  it('is as certain as if nothing else had been tried beside it or applied since', () => {
    const alone = armsAfter({ units: 400, name: 'a', effect: 0.9, beside: false });
    const beside = armsAfter({ units: 400, name: 'a', effect: 0.9 });
    expect(widthOf(beside, 'cost') / widthOf(alone, 'cost')).toBeLessThan(1.15);
    expect(widthOf(beside, 'quality') / widthOf(alone, 'quality')).toBeLessThan(1.15);
    const shown = compare(beside, 'cost', boundary);
    expect(shown?.relative.value).toBeCloseTo(-0.1, 1);
    expect(shown?.control.n).toBe(compare(alone, 'cost', boundary)?.control.n);
  });

  it('keeps the mean of all, so that what it says of money is of the recipes that were made', () => {
    const arms = armsAfter({ units: 2000, name: 'm', effect: 1 });
    const shown = compare(arms, 'cost', boundary);
    // Half of half of the units at 1, half of half at an eighth, then 19 of 20 at an eighth.
    const mean = 1.02 * ((0.5 * (1 + 0.125)) / 2 + 0.5 * (0.05 + 0.95 * 0.125));
    expect(((shown?.control.mean ?? 0) + (shown?.treatment.mean ?? 0)) / 2).toBeCloseTo(mean, 1);
  });

  it('is nothing as often as before, whatever is tried beside it', () => {
    const days = Array.from({ length: 300 }, (_, day) => armsAfter({ units: 60, name: `n${day}`, effect: 1 }));
    const found = (metric: 'cost' | 'quality'): number =>
      days.filter((arms) => (compare(arms, metric, { alpha: 0.1, horizonUnits: 60 })?.p ?? 1) <= 0.1).length;
    // Of one look at the horizon; three standard errors above .1 × 300.
    expect(found('cost')).toBeLessThan(46);
    expect(found('quality')).toBeLessThan(46);
  });

  it('is not taken out itself, where what is tested again is in force', () => {
    const tested = Array.from({ length: 200 }, (_, index) => {
      const isTreated = index % 2 === 0;
      const exposures = [
        { experiment: 'r', variant: isTreated ? ('treatment' as const) : ('control' as const), epoch: 0 },
      ];
      return measured({
        unit: `${index}`,
        time: index,
        assignment: { exposures, improvements: isTreated ? ['i', 'other'] : ['other'] },
        cost: (isTreated ? 0.5 : 1) * luck(`r${index}`, 0.2),
      });
    });
    const arms = armsOf([observed(tested)], 'r', HOUR, 'i');
    expect(compare(arms, 'cost', boundary)?.relative.value).toBeCloseTo(-0.5, 1);
  });

  it('is the same from one partition or several', () => {
    const made = (unit: string, partition: number, hasModel: boolean, variant: 'control' | 'treatment') =>
      measured({ unit, time: 0, assignment: { exposures: [{ experiment: 'e', variant, epoch: 0 }], improvements: hasModel ? ['m'] : [] }, cost: hasModel ? 0.1 : 1 }, 0, partition); // prettier-ignore
    const events = [
      made('a', 0, true, 'control'),
      made('b', 1, false, 'control'),
      made('c', 0, true, 'treatment'),
      made('d', 1, false, 'treatment'),
    ];
    const [whole] = armsOf([observed(events)], 'e');
    const [parted] = armsOf(
      [0, 1].map((part) => observed(events.filter(({ partition }) => partition === part))),
      'e',
    );
    expect(parted?.control.cost.meanY).toBeCloseTo(whole?.control.cost.meanY ?? NaN, 9);
    expect(whole?.control.cost.meanY).toBeCloseTo(0.55, 3);
    expect(whole?.control.cost.m2Y).toBeCloseTo(0, 2);
  });
});
