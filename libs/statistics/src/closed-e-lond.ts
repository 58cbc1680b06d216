/**
 * Online control of the false-discovery rate by e-values, whatever the dependence between tests and however they overlap.
 *
 * A set of discoveries stands where every set of tests that might be the true nulls speaks against holding too many of them: the e-value of each
 * such set S, a weighted mean of its tests' e-values, is at least |S ∩ discoveries| ÷ (alpha · |discoveries|). The weight of a test goes by its place among
 * the tests of S, so that discoveries use up nothing, and what was nearly found helps those after it. What a test ended with stands for
 * ever and what still runs counts as none, so that the mean of the greatest false-discovery proportion that there ever is keeps to alpha.
 *
 * Source: closed e-LOND, Xu, Fischer and Ramdas (2026), arXiv:2603.24792; e-LOND: Xu and Ramdas (2024), arXiv:2311.06412
 */

/** One test, in the order in which they began. */
export interface ETest {
  readonly id: string;
  /** Evidence against "no difference" that it ended with, ≥ 0: a value that under it is 1 at most in the mean. None while it runs. */
  readonly e?: number;
  readonly isDiscovery: boolean;
}

/** The whole history of tests; plain data. */
export interface EvidenceControl {
  /** Level of the false-discovery rate, in (0, 1). */
  readonly alpha: number;
  readonly tests: readonly ETest[];
}

/** A history without tests. @throws RangeError for alpha outside (0, 1) */
export function startEvidenceControl(alpha: number): EvidenceControl {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha lies in (0, 1), got ${alpha}`);
  return { alpha, tests: [] };
}

/** Begins a test. @throws RangeError where the id was used before */
export function beginTest(control: EvidenceControl, id: string): EvidenceControl {
  if (control.tests.some((test) => test.id === id)) throw new RangeError(`test ${id} was begun before`);
  return { ...control, tests: [...control.tests, { id, isDiscovery: false }] };
}

/**
 * Ends a test with its evidence. That a discovery has as much as it takes is for the caller to see to.
 * @throws RangeError for a test that does not run, or evidence below 0
 */
export function endTest(control: EvidenceControl, id: string, e: number, isDiscovery: boolean): EvidenceControl {
  if (!(e >= 0)) throw new RangeError(`an e-value is 0 or more, got ${e}`);
  const at = runningAt(control, id);
  return { ...control, tests: control.tests.with(at, { id, e, isDiscovery }) };
}

function runningAt({ tests }: EvidenceControl, id: string): number {
  const at = tests.findIndex((test) => test.id === id);
  if (at < 0 || tests[at]?.e !== undefined) throw new RangeError(`test ${id} is not running`);
  return at;
}

/** Tests that share the first weights about equally, as many as may run side by side, before weights fall. */
const EVEN = 12;
const FALL = 1.6;
/** Riemann's ζ(1.6), the sum of all j^−1.6. */
const ZETA = 2.28576566568;
const beforeEven = Array.from({ length: EVEN }, (_, i) => (i + 1) ** -FALL).reduce((sum, each) => sum + each, 0);

/** Weight of the j-th test, from 1 on; they sum to 1. */
export const weightOf = (j: number): number => (j + EVEN) ** -FALL / (ZETA - beforeEven);

/** The evidence by which a running test would be a discovery now. @throws RangeError for a test that does not run */
export function evidenceNeeded(control: EvidenceControl, id: string): number {
  const { alpha, tests } = control;
  const at = runningAt(control, id);
  const discoveries = tests.filter(({ isDiscovery }) => isDiscovery).length + 1;
  const claim = 1 / (alpha * discoveries);
  const before = leastBefore(tests.slice(0, at), claim);
  const after = leastAfter(tests.slice(at + 1), before.length, claim);
  return before.reduce(
    (most, least, rank) => Math.max(most, (claim - least - (after[rank] as number)) / weightOf(rank + 1)),
    0,
  );
}

/** What a test adds to the balance of a set that it has this place in, from 1 on: its evidence less what is claimed of it. */
const balanceOf = ({ e = 0, isDiscovery }: ETest, place: number, claim: number): number =>
  weightOf(place) * e - (isDiscovery ? claim : 0);

/** Least balance of any of these tests, by how many of them there are. */
function leastBefore(tests: readonly ETest[], claim: number): number[] {
  const least = [0];
  for (const test of tests) {
    least.push(Infinity);
    for (let size = least.length - 1; size > 0; size--)
      least[size] = Math.min(least[size] as number, (least[size - 1] as number) + balanceOf(test, size, claim));
  }
  return least;
}

/** Least balance of any of these tests behind the one in question, by how many stand before that. */
function leastAfter(tests: readonly ETest[], places: number, claim: number): number[] {
  const reach = places + tests.length + 1;
  let least = new Array<number>(reach + 1).fill(0);
  for (const test of tests.toReversed())
    least = least.map((without, taken) =>
      Math.min(without, balanceOf(test, taken + 1, claim) + (least[taken + 1] ?? 0)),
    );
  return Array.from({ length: places }, (_, before) => least[before + 1] as number);
}
