import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

interface Tested {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

describe('a suite on the loader of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-suites-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What became of the tests of the fixtures with this in their name. */
  function tested(name: string): Tested[] {
    const outcome = join(folder, `${name}.json`);
    const match = `--testMatch=**/tools/fixtures/suites/*${name}.suite.ts`;
    const jest = ['--no-warnings', 'node_modules/jest/bin/jest.js', '--runInBand', '--json', `--outputFile=${outcome}`];
    spawnSync(process.execPath, [...jest, match], { cwd: root });
    const { testResults } = JSON.parse(readFileSync(outcome, 'utf8')) as {
      testResults: { assertionResults: Tested[] }[];
    };
    return testResults.flatMap(({ assertionResults }) => assertionResults);
  }

  it('fails for what does not hold, never ends, or is thrown where nobody waits, and shows the line', () => {
    const all = tested('failing');
    expect(all.map(({ title, status }) => `${title}: ${status}`)).toEqual([
      'expects something else: failed',
      'never ends: failed',
      'leaves a failure to nobody: failed',
      'throws from a timer: failed',
      'holds: passed',
    ]);
    const lines = all.map(({ failureMessages }) => /failing\.suite\.ts:\d+/.exec(failureMessages.join())?.[0]);
    expect(lines).toEqual(['9', '11', '13', '18', undefined].map((line) => line && `failing.suite.ts:${line}`));
  });

  it('finds the process as it was, and what another suite has loaded', () => {
    const all = tested('guest');
    expect(all.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed']);
    expect(all.map(({ title }) => /guest \d/.exec(title)?.[0]).filter(Boolean)).toEqual(['guest 1', 'guest 2']);
  });
});
