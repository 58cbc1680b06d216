import { ownValue } from '@contentflow/kernel';
import loadHighs from 'highs';

/** One row of a linear program: coefficients by variable; what it is held to. */
export interface LinearConstraint {
  readonly coefficients: readonly number[];
  readonly relation: '<=' | '>=' | '=';
  readonly bound: number;
}

export interface LinearProgram {
  /** What is maximised, by variable. */
  readonly worth: readonly number[];
  readonly constraints: readonly LinearConstraint[];
  readonly bounds: readonly { readonly from: number; readonly to: number }[];
}

type Solver = Awaited<ReturnType<typeof loadHighs.default>>;
let highs: Solver | undefined;
let loading: Promise<Solver> | undefined;

/** Loads the solver, a tenth of a second of WebAssembly, once: before the first program, not before the process is ready. */
export async function loadSolver(): Promise<void> {
  // Its types describe the CommonJS build; an import gets the ES module, whose default is the loader itself.
  // eslint-disable-next-line contentflow/no-double-cast -- see above
  loading ??= (loadHighs as unknown as typeof loadHighs.default)();
  highs = await loading;
}

/**
 * The variables at the optimum. One thread and no clock: the same program gives the same solution.
 * @throws RangeError for a program without an optimum; Error before {@link loadSolver}
 * Source: HiGHS, dual revised simplex; Huangfu and Hall (2018), Mathematical Programming Computation 10
 */
export function solveLinearProgram({ worth, constraints, bounds }: LinearProgram): number[] {
  const rows = constraints.map(
    ({ coefficients, relation, bound }) => `${sum(coefficients)} ${relation} ${text(bound)}`,
  );
  const ranges = bounds.map(({ from, to }, i) => `${text(from)} <= x${i} <= ${text(to)}`);
  const program = ['Maximize', sum(worth), 'Subject To', ...rows, 'Bounds', ...ranges, 'End'].join('\n');
  if (!highs) throw new Error('the solver is not loaded: await loadSolver() first');
  const { Status, Columns } = highs.solve(program, { output_flag: false, solver: 'simplex' });
  if (Status !== 'Optimal') throw new RangeError(`the linear program has no optimum: ${Status}`);
  return worth.map((_, i) => (ownValue<{ Primal: number }>(Columns, `x${i}`) as { Primal: number }).Primal);
}

const sum = (coefficients: readonly number[]): string => coefficients.map((each, i) => `${text(each)} x${i}`).join(' ');

/** With its sign before it, as the format has it. */
const text = (value: number): string => (value < 0 ? '- ' : '+ ') + Math.abs(value).toPrecision(15);
