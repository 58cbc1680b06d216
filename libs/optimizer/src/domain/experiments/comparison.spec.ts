import { seededRandom } from '@contentflow/kernel';
import { measured, observed } from '../../testing/traffic.ts';
import { compare } from './comparison.ts';
import { armsOf } from './trials.ts';

/** What is said of the cost when every key point of a brief costs as much, and treatment saves a tenth of all. */
function comparedWhere(isKnown: boolean) {
  const random = seededRandom('covariates');
  const events = Array.from({ length: 600 }, (_, index) => {
    const [keyPoints, isTreated] = [1 + (index % 7), random.next() < 0.5];
    const cost = keyPoints * random.logNormal(0.01, 0.1) * (isTreated ? 0.9 : 1);
    const variant = isTreated ? ('treatment' as const) : ('control' as const);
    const assignment = { exposures: [{ experiment: 'e', variant, epoch: 0 }] };
    return measured({ unit: `${index}`, time: 0, cost, assignment, ...(isKnown ? { keyPoints } : {}) });
  });
  return compare(armsOf([observed(events)], 'e'), 'cost', { alpha: 0.05, horizonUnits: 600 })!;
}

it('what the key points of a brief explain is no noise: the same units tell three times as exactly', () => {
  const [known, unknown] = [comparedWhere(true), comparedWhere(false)];
  const width = ({ relative }: typeof known): number => relative.upper - relative.lower;
  expect(known.relative.value).toBeCloseTo(-0.1, 1);
  expect(width(known)).toBeLessThan(width(unknown) / 3);
  expect([known.p <= 0.05, unknown.p <= 0.05]).toEqual([true, false]);
});
