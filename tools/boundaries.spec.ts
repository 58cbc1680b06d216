import { ESLint } from 'eslint';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The rules that each file stands under, and of those that know types what they say of fixtures. */
const rules = new ESLint({ cwd: root });
const typedRules = new ESLint({
  cwd: root,
  overrideConfigFile: 'eslint.types.config.mjs',
  ignore: false,
  overrideConfig: { languageOptions: { parserOptions: { project: './tools/fixtures/tsconfig.json' } } },
});

/** What is said of each line, `line:column rule: message`. */
const saidOf = ([result]: ESLint.LintResult[]): string =>
  (result?.messages ?? [])
    .map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`)
    .join('\n');

/** Lints a fixture as if it stood at this path. */
const lintedAt = async (path: string, fixture: string): Promise<string> =>
  saidOf(
    await rules.lintText(readFileSync(join(root, 'tools/fixtures', fixture), 'utf8'), { filePath: join(root, path) }),
  );

/** The lines that a rule names, of what was said. */
const linesOf = (said: string, rule: string): number[] =>
  [...said.matchAll(/^(\d+):\d+ (\S+): /gm)].filter(([, , id]) => id === rule).map(([, line]) => Number(line));

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

  it('refuse a domain that knows a framework, an adapter, the time or chance', async () => {
    const said = await lintedAt('libs/optimizer/src/domain/impure.ts', 'impure-domain.ts');
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

  it('refuse what is shipped a test helper or a benchmark', async () => {
    const said = await lintedAt('libs/optimizer/src/untidy.ts', 'bypassed-door.ts');
    expect(said.match(/What is shipped uses no test helper and no benchmark/g)).toHaveLength(3);
    expect(await lintedAt('libs/optimizer/src/untidy.spec.ts', 'bypassed-door.ts')).not.toContain('What is shipped');
  });

  it('refuse what is shipped a cast that ends all checking, and no other', async () => {
    const casts = async (path: string): Promise<number[]> =>
      linesOf(await lintedAt(path, 'blind-cast.ts'), 'contentflow/no-double-cast');
    expect(await casts('libs/optimizer/src/blind.ts')).toEqual([2, 3, 4, 5]);
    expect(await casts('libs/optimizer/src/blind.spec.ts')).toEqual([]);
  });

  it('refuse a service that imports another', async () => {
    expect(await lintedAt('libs/optimizer/src/nosy.ts', 'intrusive-service.ts')).toContain(
      '@nx/enforce-module-boundaries',
    );
  });

  it('refuse a simulation that knows how texts are measured', async () => {
    expect(await lintedAt('libs/simulation/src/cheat.ts', 'cheating-simulation.ts')).toContain(
      '@nx/enforce-module-boundaries',
    );
  });
});

describe('the rules that know types', () => {
  const typedLintOf = async (fixture: string): Promise<string> =>
    saidOf(await typedRules.lintFiles(`tools/fixtures/${fixture}`));

  it('refuse promises that nobody waits for, and a case that is forgotten', async () => {
    const said = await typedLintOf('floating-promise.ts');
    for (const rule of ['no-floating-promises', 'no-misused-promises', 'await-thenable', 'switch-exhaustiveness-check'])
      expect(said).toContain(`@typescript-eslint/${rule}`);
  });

  it('refuse a plain object that is read, written or asked by a word', async () => {
    expect(linesOf(await typedLintOf('word-index.ts'), 'contentflow/no-word-index')).toEqual([6, 6, 7, 8, 9, 10]);
  });
});
