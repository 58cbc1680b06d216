import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './built-program.ts';

/** `spec` “words of a test”, “and of another” */
interface Named {
  readonly spec: string;
  readonly tests: readonly string[];
}

const [, section = ''] = readFileSync(join(root, 'docs', 'reliability.md'), 'utf8').split(
  '## Kinds of fault, and where they are tested',
);
const rows = section
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.slice(1, -1).split('|') as [kind: string, its: string, relatives: string]);
const namedIn = (cell: string): Named[] =>
  [...cell.matchAll(/`([a-z0-9.-]+)`((?:,? “[^”]+”)*)/g)].map(([, spec = '', tests = '']) => ({
    spec,
    tests: [...tests.matchAll(/“([^”]+)”/g)].map(([, words = '']) => words),
  }));

const files = new Map(
  globSync(['{apps,libs}/*/src/**/*.spec.ts'], { cwd: root }).map((file) => [
    basename(file, '.spec.ts'),
    [] as string[],
  ]),
);
for (const file of globSync(['{apps,libs}/*/src/**/*.spec.ts'], { cwd: root }))
  files.get(basename(file, '.spec.ts'))?.push(readFileSync(join(root, file), 'utf8'));

describe('each kind of fault that is listed', () => {
  it.each(rows.map((row) => [(row[0] ?? '').trim(), row] as const))('has its tests: %s', (_, [, its, relatives]) => {
    const all = [...namedIn(its), ...namedIn(relatives)];
    expect(namedIn(its)).toHaveLength(1);
    for (const { spec, tests } of all) {
      const texts = files.get(spec) ?? [];
      const missing = tests.filter((words) => !texts.some((text) => text.includes(words)));
      expect({ spec, isThere: texts.length > 0, missing }).toEqual({ spec, isThere: true, missing: [] });
    }
  });

  it('and is numbered has three relatives at least', () => {
    const numbered = rows.filter(([kind]) => /^\s*\d+\./.test(kind));
    expect(numbered.map(([kind]) => Number.parseInt(kind, 10))).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    for (const [kind, , relatives] of numbered) {
      const count = namedIn(relatives).reduce((sum, { tests }) => sum + tests.length, 0);
      expect({ kind, isEnough: count >= 3, count }).toEqual({ kind, isEnough: true, count });
    }
  });
});
