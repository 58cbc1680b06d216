import { addedLevels, type Cell, multipliedLevels } from './main-effects.ts';

const cell = (n: number, mean: number, ...factors: string[]): Cell => ({ n, mean, factors });
const close = (values: readonly number[], digits = 3) => values.map((value) => expect.closeTo(value, digits));

describe('what factors make of a mean', () => {
  it('multiplies, however few units have both', () => {
    // A model at an eighth of the cost, a step that takes a fifth of it.
    const cells = [cell(100, 1), cell(100, 0.125, 'model'), cell(50, 0.8, 'step'), cell(1, 0.1, 'model', 'step')];
    const { levels, fitted } = multipliedLevels(cells);
    const [none, model, step, both] = levels as [number, number, number, number];
    expect(fitted).toBe(2);
    expect([model / none, step / none, both / none]).toEqual(close([0.125, 0.8, 0.1]));
  });

  it('leaves the mean of all as it was', () => {
    const cells = [cell(100, 4), cell(80, 0.7, 'a'), cell(20, 2, 'b'), cell(9, 3, 'a', 'b')];
    const { levels } = multipliedLevels(cells);
    const mean = (of: (each: Cell, i: number) => number) =>
      cells.reduce((sum, each, i) => sum + each.n * of(each, i), 0) / 209;
    expect(mean((each, i) => each.mean / (levels[i] as number))).toBeCloseTo(
      mean((each) => each.mean),
      9,
    );
  });

  it('adds, where that is what it does', () => {
    const { levels } = addedLevels([
      cell(100, 5),
      cell(100, 6.4, 'model'),
      cell(50, 4.8, 'step'),
      cell(10, 6.2, 'model', 'step'),
    ]);
    const [none, model, step, both] = levels as [number, number, number, number];
    expect([model - none, step - none, both - none]).toEqual(close([1.4, -0.2, 1.2]));
  });

  it("solves the score equations: of each factor's units together is expected what they came to", () => {
    const cells = [cell(10, 3), cell(20, 9, 'a'), cell(30, 4, 'b'), cell(40, 20, 'a', 'b')];
    const { levels } = multipliedLevels(cells);
    const sums = (factor?: string) =>
      cells.reduce(
        ([seen, expected], { n, mean, factors }, i) => {
          const counts = factor === undefined || factors.includes(factor) ? n : 0;
          return [seen + counts * mean, expected + counts * (levels[i] as number)] as const;
        },
        [0, 0] as readonly [number, number],
      );
    const [all, fitted] = sums();
    for (const factor of ['a', 'b']) {
      const [seen, expected] = sums(factor);
      expect(expected / fitted).toBeCloseTo(seen / all, 3);
    }
  });

  it('is nothing where all have a factor, or none; of factors that come together it is told once', () => {
    expect(multipliedLevels([cell(3, 1, 'a'), cell(4, 9, 'a')])).toEqual({ levels: [1, 1], fitted: 0 });
    expect(addedLevels([cell(3, 1), cell(4, 9)])).toEqual({ levels: [0, 0], fitted: 0 });
    expect(multipliedLevels([cell(30, 1), cell(40, 9, 'a', 'b')]).fitted).toBe(1);
    expect(multipliedLevels([])).toEqual({ levels: [], fitted: 0 });
  });

  it('holds where nothing costs anything, where a factor makes it so, and where one follows from others', () => {
    expect(multipliedLevels([cell(5, 0), cell(5, 0, 'a')]).levels).toEqual([1, 1]);
    const free = multipliedLevels([cell(50, 1), cell(50, 0, 'a')]).levels;
    expect(free.every((level) => level > 0 && Number.isFinite(level))).toBe(true);
    const dependent = [cell(9, 1, 'c'), cell(9, 2, 'a'), cell(9, 3, 'b', 'c'), cell(9, 6, 'a', 'b')];
    expect(multipliedLevels(dependent).levels.every(Number.isFinite)).toBe(true);
  });

  it('gives a cell without units the level of its factors', () => {
    const { levels } = multipliedLevels([cell(100, 1), cell(100, 0.5, 'a'), cell(100, 0.5, 'b'), cell(0, 0, 'a', 'b')]);
    expect((levels[3] as number) / (levels[0] as number)).toBeCloseTo(0.25, 3);
  });
});
