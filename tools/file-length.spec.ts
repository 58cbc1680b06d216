import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const MOST_LINES = 400;

interface File {
  readonly path: string;
  readonly lines: number;
}

const tooLong = (files: readonly File[]): string[] =>
  files.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path} has ${lines} lines`);

/** Specs, what only they use, and data may be as long as they are. */
function production(): File[] {
  const paths = globSync('{apps,libs}/*/src/**/*.{ts,tsx}', { cwd: root }).map((path) => path.replaceAll('\\', '/'));
  return paths
    .filter((path) => !/\.spec\.ts$|\/testing\/|\/fixtures\//.test(path))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length }));
}

describe('the files of production code', () => {
  it(`have no more than ${MOST_LINES} lines`, () => {
    const files = production();
    expect(files.length).toBeGreaterThan(400);
    expect(tooLong(files)).toEqual([]);
  });

  it('are named where they have more', () => {
    const files = [
      { path: 'libs/one/src/short.ts', lines: MOST_LINES },
      { path: 'libs/one/src/long.ts', lines: MOST_LINES + 1 },
    ];
    expect(tooLong(files)).toEqual([`libs/one/src/long.ts has ${MOST_LINES + 1} lines`]);
  });
});
