import { loadSolver, solveLinearProgram } from './linear-program.ts';

beforeAll(loadSolver);

const free = { from: 0, to: 100 };

it('finds the optimum of a textbook program', () => {
  // Hillier and Lieberman (2015), Introduction to Operations Research, 3.1: 36 at (2, 6)
  const solution = solveLinearProgram({
    worth: [3, 5],
    constraints: [
      { coefficients: [1, 0], relation: '<=', bound: 4 },
      { coefficients: [0, 2], relation: '<=', bound: 12 },
      { coefficients: [3, 2], relation: '<=', bound: 18 },
    ],
    bounds: [free, free],
  });
  expect(solution).toEqual([expect.closeTo(2), expect.closeTo(6)]);
});

it('keeps to bounds, equalities and negative figures, to the last bit the same each time', () => {
  const program = {
    worth: [-1e-3, 2e5],
    constraints: [
      { coefficients: [1, 1], relation: '=' as const, bound: 1 },
      { coefficients: [-0.5, 1], relation: '<=' as const, bound: -1e-7 },
    ],
    bounds: [
      { from: 0.1, to: 1 },
      { from: 0.02, to: 1 },
    ],
  };
  const solution = solveLinearProgram(program);
  expect(solution[1]).toBeCloseTo(1 / 3, 6);
  for (let again = 0; again < 20; again++) expect(solveLinearProgram(program)).toEqual(solution);
});

it('says so where there is no optimum', () => {
  const impossible = [{ coefficients: [1], relation: '>=' as const, bound: 2 }];
  expect(() => solveLinearProgram({ worth: [1], constraints: impossible, bounds: [{ from: 0, to: 1 }] })).toThrow(
    'Infeasible',
  );
});
