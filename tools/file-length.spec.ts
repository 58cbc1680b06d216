import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const MAX_LINES = 400;

/** Still longer, and how long at most: a list to which nothing is added, and in which no figure grows. */
const exemptions: ReadonlyMap<string, number> = new Map([
  ['libs/optimizer/src/domain/experiments.ts', 521],
  ['libs/optimizer/src/domain/observations.ts', 603],
]);

interface File {
  readonly path: string;
  readonly lines: number;
}

const tooLong = (files: readonly File[]): string[] =>
  files
    .filter(({ path, lines }) => lines > (exemptions.get(path) ?? MAX_LINES))
    .map(({ path, lines }) => `${path} has ${lines} lines`);

/** Specs, what only they use, what is generated, and data may be as long as they are. */
function production(): File[] {
  const paths = globSync('{apps,libs}/*/src/**/*.{ts,tsx}', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return paths
    .filter((path) => !/\.spec\.ts$|\/testing\/|\/fixtures\/|\/generated\//.test(path))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length }));
}

describe('the files of production code', () => {
  it(`have no more than ${MAX_LINES} lines`, () => {
    const files = production();
    expect(files.length).toBeGreaterThan(400);
    expect(tooLong(files)).toEqual([]);
  });

  it('are named where they have more, and where one that had grows', () => {
    const [[known, most]] = [...exemptions] as [[string, number]];
    expect(
      tooLong([
        { path: 'libs/one/src/short.ts', lines: MAX_LINES },
        { path: 'libs/one/src/long.ts', lines: MAX_LINES + 1 },
        { path: known, lines: most },
      ]),
    ).toEqual([`libs/one/src/long.ts has ${MAX_LINES + 1} lines`]);
    expect(tooLong([{ path: known, lines: most + 1 }])).toHaveLength(1);
  });
});
