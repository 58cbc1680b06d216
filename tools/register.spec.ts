import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const register = join(import.meta.dirname, 'register.mjs');

describe('running TypeScript from source', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-register-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ran = (source: string): { stdout: string; stderr: string } => {
    const file = join(folder, 'program.ts');
    writeFileSync(file, source);
    return spawnSync(process.execPath, ['--import', register, file], { encoding: 'utf8' });
  };

  it('runs a file as it is now, however often it ran before', () => {
    const saying = (word: string): string => `const said: string = '${word}';\nconsole.log(said);\n`;
    for (const word of ['first', 'first', 'second', 'first']) expect(ran(saying(word)).stdout).toBe(`${word}\n`);
  });

  it('keeps what decorators need to know of types', () => {
    const reflect = import.meta.resolve('reflect-metadata');
    const { stdout } = ran(`import '${reflect}';
      const noted: ClassDecorator = () => {};
      class Part {}
      @noted class Whole { constructor(readonly part: Part) {} }
      console.log(Reflect.getMetadata('design:paramtypes', Whole)[0].name);`);
    expect(stdout).toBe('Part\n');
  });

  it('names the line of the source that failed, on a kept file too', () => {
    const failing = `interface Gone {\n  readonly from: 'the output';\n}\n\nthrow new Error('on line five');\n`;
    for (let times = 0; times < 2; times++) expect(ran(failing).stderr).toContain('program.ts:5');
  });
});
