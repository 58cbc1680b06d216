import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Lints a fixture as if it stood at this path. */
function lintedAt(path: string, fixture: string): string {
  const code = readFileSync(join(root, 'tools/fixtures', fixture), 'utf8');
  const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
  const result = spawnSync(process.execPath, [eslint, '--stdin', '--stdin-filename', path], {
    cwd: root,
    input: code,
    encoding: 'utf8',
  });
  return result.stdout;
}

describe('the dependency rules', () => {
  beforeAll(() => {
    // The boundary rule reads Nx's project graph, which must have been made once.
    const nx = join(root, 'node_modules/nx/dist/bin/nx.js');
    const made = spawnSync(process.execPath, [nx, 'show', 'projects'], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NX_DAEMON: 'false' },
    });
    expect(made.stderr + made.stdout).toContain('@contentflow/kernel');
  });

  it('refuse a domain that knows a framework, an adapter, the time or chance', () => {
    const said = lintedAt('libs/optimizer/src/domain/impure.ts', 'impure-domain.ts');
    for (const reason of [
      'A domain knows no framework',
      'A domain knows no adapter',
      'A domain does no I/O',
      'Time comes from Clock',
      'Randomness comes from Random',
      'Waiting goes through Clock.sleep',
    ])
      expect(said).toContain(reason);
  });

  it('refuse what is shipped a test helper or a benchmark', () => {
    const said = lintedAt('libs/optimizer/src/untidy.ts', 'bypassed-door.ts');
    expect(said.match(/What is shipped uses no test helper and no benchmark/g)).toHaveLength(3);
    expect(lintedAt('libs/optimizer/src/untidy.spec.ts', 'bypassed-door.ts')).not.toContain('What is shipped');
  }, 60_000);

  it('refuse what is shipped a cast that ends all checking, and no other', () => {
    const linesOf = (path: string): number[] =>
      [...lintedAt(path, 'blind-cast.ts').matchAll(/^ *(\d+):\d+ .*contentflow\/no-double-cast$/gm)].map(([, line]) =>
        Number(line),
      );
    expect(linesOf('libs/optimizer/src/blind.ts')).toEqual([2, 3, 4, 5]);
    expect(linesOf('libs/optimizer/src/blind.spec.ts')).toEqual([]);
  }, 60_000);

  it('refuse a service that imports another', () => {
    expect(lintedAt('libs/optimizer/src/nosy.ts', 'intrusive-service.ts')).toContain('@nx/enforce-module-boundaries');
  });

  it('refuse a simulation that knows how texts are measured', () => {
    expect(lintedAt('libs/simulation/src/cheat.ts', 'cheating-simulation.ts')).toContain(
      '@nx/enforce-module-boundaries',
    );
  });
});

describe('the rules that know types', () => {
  /** What the typed rules say of a fixture. */
  function typedLintOf(fixture: string): string {
    const eslint = join(root, 'node_modules/eslint/bin/eslint.js');
    const own = ['--no-ignore', '--parser-options', 'project:./tools/fixtures/tsconfig.json'];
    return spawnSync(
      process.execPath,
      [eslint, '--config', 'eslint.types.config.mjs', ...own, `tools/fixtures/${fixture}`],
      { cwd: root, encoding: 'utf8' },
    ).stdout;
  }

  it('refuse promises that nobody waits for, and a case that is forgotten', () => {
    const said = typedLintOf('floating-promise.ts');
    for (const rule of ['no-floating-promises', 'no-misused-promises', 'await-thenable', 'switch-exhaustiveness-check'])
      expect(said).toContain(`@typescript-eslint/${rule}`);
  });

  it('refuse a plain object that is read, written or asked by a word', () => {
    const lines = [...typedLintOf('word-index.ts').matchAll(/^ *(\d+):\d+ .*contentflow\/no-word-index$/gm)];
    expect(lines.map(([, line]) => Number(line))).toEqual([6, 6, 7, 8, 9, 10]);
  });
});
