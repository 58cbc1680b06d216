/**
 * Online control of the false-discovery rate over all hypotheses ever tested, also while tests overlap.
 *
 * A test gets its level when it starts, from what is decided by then; what still runs counts against it. That keeps
 * the level independent of tests it overlaps, so tests that run together may be correlated.
 *
 * Sources: LORD++ — Ramdas, Yang, Wainwright, Jordan (2017), arXiv:1710.00499; SAFFRON — Ramdas, Zrnic, Wainwright,
 * Jordan (2018), arXiv:1802.09098; ADDIS — Tian and Ramdas (2019), arXiv:1905.11465; asynchronous — Zrnic, Ramdas,
 * Jordan (2021), JMLR 22. Constants and defaults of the R package onlineFDR; figures in online-fdr.reference.json.
 */

export type FdrProcedure = 'lord++' | 'saffron' | 'addis';

/** One test: started, and decided once its p is known. */
export interface FdrTest {
  readonly id: string;
  readonly level: number;
  readonly p?: number;
  /** How many tests had been started when this one was decided. */
  readonly decidedAt?: number;
}

/** The whole history of tests; plain data. */
export interface FdrState {
  readonly procedure: FdrProcedure;
  /** Level of the false-discovery rate, in (0, 1). */
  readonly alpha: number;
  /** Initial wealth, in [0, alpha]. */
  readonly wealth: number;
  /** A p at or below this is a candidate for rejection (SAFFRON, ADDIS). */
  readonly lambda: number;
  /** A p above this is discarded (ADDIS). */
  readonly tau: number;
  readonly tests: readonly FdrTest[];
}

const DEFAULTS: Record<FdrProcedure, { wealthShare: number; lambda: number; tau: number }> = {
  'lord++': { wealthShare: 0.1, lambda: 0, tau: 1 },
  saffron: { wealthShare: 0.5, lambda: 0.5, tau: 1 },
  addis: { wealthShare: 0.5, lambda: 0.25, tau: 0.5 },
};

/**
 * A history without tests.
 * @throws RangeError for alpha outside (0, 1), wealth outside [0, alpha], or not 0 ≤ lambda < tau ≤ 1
 */
export function startFdr(
  procedure: FdrProcedure,
  alpha: number,
  options: { readonly wealth?: number; readonly lambda?: number; readonly tau?: number } = {},
): FdrState {
  const { wealthShare, lambda, tau } = DEFAULTS[procedure];
  const state: FdrState = { procedure, alpha, wealth: alpha * wealthShare, lambda, tau, ...options, tests: [] };
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha lies in (0, 1), got ${alpha}`);
  if (!(state.wealth >= 0 && state.wealth <= alpha)) throw new RangeError(`wealth lies in [0, ${alpha}]`);
  if (!(state.lambda >= 0 && state.lambda < state.tau && state.tau <= 1))
    throw new RangeError('it must hold that 0 ≤ lambda < tau ≤ 1');
  return state;
}

export const isDecided = (test: FdrTest): boolean => test.p !== undefined;
export const isRejected = (test: FdrTest): boolean => test.p !== undefined && test.p <= test.level;

/** Starts a test at its level. @throws RangeError where the id was used before */
export function startTest(state: FdrState, id: string): { readonly state: FdrState; readonly level: number } {
  if (state.tests.some((test) => test.id === id)) throw new RangeError(`test ${id} was started before`);
  const level = levelOfNext(state);
  return { state: { ...state, tests: [...state.tests, { id, level }] }, level };
}

/** Ends a test with its p. @throws RangeError for an unknown or decided test, or p outside [0, 1] */
export function decideTest(
  state: FdrState,
  id: string,
  p: number,
): { readonly state: FdrState; readonly rejected: boolean } {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`p lies in [0, 1], got ${p}`);
  const at = state.tests.findIndex((test) => test.id === id);
  const test = state.tests[at];
  if (test === undefined || isDecided(test)) throw new RangeError(`test ${id} is not running`);
  const decided: FdrTest = { ...test, p, decidedAt: state.tests.length };
  return { state: { ...state, tests: state.tests.with(at, decided) }, rejected: isRejected(decided) };
}

/** The level that a test started now would get. */
export function levelOfNext(state: FdrState): number {
  switch (state.procedure) {
    case 'lord++':
      return lordLevel(state);
    case 'saffron':
      return Math.min(state.lambda, (1 - state.lambda) * spent(state, saffronSteps(state)));
    case 'addis':
      return Math.min(state.lambda, (state.tau - state.lambda) * spent(state, addisSteps(state)));
  }
}

/** γⱼ of LORD, which sums to 1. Source: Javanmard and Montanari (2018), eq. 31 */
const lordGamma = (j: number): number =>
  (0.07720838 * Math.log(Math.max(j, 2))) / (j * Math.exp(Math.sqrt(Math.log(j))));

/** γⱼ of SAFFRON and ADDIS, proportional to j^−1.6, which sums to 1. */
const powerGamma = (j: number): number => 0.4374901658 / j ** 1.6;

/** Steps of the wealth's decay since the beginning, and since each discovery, the first of them first. */
interface Steps {
  readonly sinceStart: number;
  readonly sinceDiscovery: readonly number[];
}

function spent(state: FdrState, steps: Steps, gamma = powerGamma): number {
  const { alpha, wealth } = state;
  return steps.sinceDiscovery.reduce(
    (sum, step, j) => sum + (j === 0 ? alpha - wealth : alpha) * gamma(step),
    wealth * gamma(steps.sinceStart),
  );
}

function lordLevel(state: FdrState): number {
  const next = state.tests.length + 1;
  return spent(
    state,
    { sinceStart: next, sinceDiscovery: discoveryStages(state).map((stage) => next - stage) },
    lordGamma,
  );
}

/** Stages at which discoveries became known, in that order. */
const discoveryStages = ({ tests }: FdrState): number[] =>
  tests
    .filter(isRejected)
    .map((test) => test.decidedAt as number)
    .sort((a, b) => a - b);

/** A candidate costs nothing; a test still running might not be one. */
function saffronSteps(state: FdrState): Steps {
  const next = state.tests.length + 1;
  const after = countsAfter(state, (test) => test.p !== undefined && test.p <= state.lambda);
  return {
    sinceStart: next - after(0),
    sinceDiscovery: discoveryStages(state).map((stage) => next - stage - after(stage)),
  };
}

/** What is discarded or a candidate costs nothing; a test still running might be neither. */
function addisSteps(state: FdrState): Steps {
  const after = countsAfter(state, ({ p }) => p === undefined || (p > state.lambda && p <= state.tau));
  const discoveries = state.tests.flatMap((test, index) => (isRejected(test) ? [index + 1] : []));
  return { sinceStart: 1 + after(0), sinceDiscovery: discoveries.map((stage) => 1 + after(stage)) };
}

/** How many tests started after a stage meet a condition. */
function countsAfter({ tests }: FdrState, holds: (test: FdrTest) => boolean): (stage: number) => number {
  const counts = new Array<number>(tests.length + 1).fill(0);
  for (let i = tests.length - 1; i >= 0; i--)
    counts[i] = (counts[i + 1] as number) + (holds(tests[i] as FdrTest) ? 1 : 0);
  return (stage) => counts[stage] ?? 0;
}
