import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The specs that `npm test -- …` would run, as paths in the workspace. */
const listed = (...words: string[]): string[] =>
  execFileSync(process.execPath, ['tools/test.mjs', ...words, '--listTests'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.startsWith(root) && line.endsWith('.spec.ts'))
    .map((line) => line.slice(root.length + 1));

describe('npm test', () => {
  it('runs what is named, and nothing else', () => {
    expect(listed('libs/kernel/src/fold')).toEqual(['libs/kernel/src/fold.spec.ts']);
  });

  it('runs one kind where one is named, and leaves out the long simulations where none is', () => {
    const contracts = listed('--contract');
    expect(contracts.length).toBeGreaterThan(0);
    expect(contracts.filter((file) => !file.endsWith('.contract.spec.ts'))).toEqual([]);
    expect(listed('libs/statistics').filter((file) => file.endsWith('.long.spec.ts'))).toEqual([]);
    expect(listed('--all', 'libs/statistics').filter((file) => file.endsWith('.long.spec.ts'))).not.toEqual([]);
  });
});
