import { readFileSync } from 'node:fs';
import { fisherTest, pooledTest, wilsonInterval } from './proportions.ts';
import { sampleRatioTest } from './sample-ratio.ts';
import { proportionSample, type Comparison, type Interval } from './sample.ts';
import { confidenceSequence } from './sequential.ts';
import { welchTest } from './welch.ts';

interface Figures {
  readonly expected?: number;
  readonly p: number;
  readonly ci95: Interval;
}
interface ReferenceCase {
  readonly tag: string;
  readonly n_a: number;
  readonly x_a: number;
  readonly n_b: number;
  readonly x_b: number;
  readonly welch_absolute: Figures;
  readonly welch_relative: Figures;
  readonly sequential_absolute: Figures;
  readonly sequential_relative: Figures;
  readonly pooled_z: { readonly z: number; readonly p: number };
  readonly fisher_p: number;
  readonly srm: { readonly chi2: number; readonly p: number };
  readonly wilson95_b: Interval;
}

const { cases } = JSON.parse(readFileSync(new URL('./ab-cases.reference.json', import.meta.url), 'utf8')) as {
  cases: ReferenceCase[];
};

const worst = (pairs: readonly (readonly [number, number])[]): number =>
  Math.max(...pairs.map(([got, want]) => Math.abs(got - want)));

const pairsOf = (got: Comparison, want: Figures): [number, number][] => [
  [got.difference, want.expected ?? got.difference],
  [got.p, want.p],
  [got.interval[0], want.ci95[0]],
  [got.interval[1], want.ci95[1]],
];

/** gbstats says nothing of an arm without variance, or of a control mean of zero; we do (edges.spec.ts). */
const hasNoVariance = ({ n_a, x_a, n_b, x_b }: ReferenceCase): boolean => [x_a, n_a - x_a, x_b, n_b - x_b].includes(0);

describe('the 105 reference experiments, to 1e-6', () => {
  it('are all there', () => expect(cases).toHaveLength(105));
  it('vary, but for the four at the edges', () => expect(cases.filter(hasNoVariance)).toHaveLength(4));

  it.each(cases.filter((each) => !hasNoVariance(each)))('$tag: $x_a of $n_a against $x_b of $n_b', (reference) => {
    const control = proportionSample(reference.n_a, reference.x_a);
    const treatment = proportionSample(reference.n_b, reference.x_b);
    const welch = welchTest(control, treatment);
    const sequential = confidenceSequence(control, treatment);
    const trials = [
      { n: reference.n_a, successes: reference.x_a },
      { n: reference.n_b, successes: reference.x_b },
    ] as const;
    const pooled = pooledTest(...trials);
    const srm = sampleRatioTest([reference.n_a, reference.n_b], [0.5, 0.5]);
    const wilson = wilsonInterval(trials[1]);

    expect(
      worst([
        ...pairsOf(welch, reference.welch_absolute),
        ...pairsOf(welch.relative as Comparison, reference.welch_relative),
        ...pairsOf(sequential, reference.sequential_absolute),
        ...pairsOf(sequential.relative as Comparison, reference.sequential_relative),
        [pooled.z, reference.pooled_z.z],
        [pooled.p, reference.pooled_z.p],
        [fisherTest(...trials), reference.fisher_p],
        [srm.chiSquare, reference.srm.chi2],
        [srm.p, reference.srm.p],
        [wilson[0], reference.wilson95_b[0]],
        [wilson[1], reference.wilson95_b[1]],
      ]),
    ).toBeLessThan(1e-6);
  });
});
