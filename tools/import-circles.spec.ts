import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What dependency-cruiser finds there. */
function circlesIn(...where: string[]): { readonly isFound: boolean; readonly said: string } {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, '--config', '.dependency-cruiser.mjs', ...where],
    { cwd: root, encoding: 'utf8' },
  );
  return { isFound: status !== 0, said: stdout + stderr };
}

describe('circles of imports', () => {
  it('are nowhere in the tree', () => {
    const { isFound, said } = circlesIn(
      'apps',
      'libs',
      'infra',
      'tools',
      '--exclude',
      'node_modules|/dist/|^tools/fixtures',
    );
    expect({ isFound, said }).toEqual({ isFound: false, said: expect.stringContaining('no dependency violations') });
    // Nobody is let off by not being looked at.
    expect(Number(/\((\d+) modules/.exec(said)?.[1])).toBeGreaterThan(700);
  });

  it('are named, those of types too', () => {
    const { isFound, said } = circlesIn('tools/fixtures/import-circle');
    expect(isFound).toBe(true);
    expect(said).toMatch(/import-circle: .*egg\.ts[^]*hen\.ts|import-circle: .*hen\.ts[^]*egg\.ts/);
  });
});
