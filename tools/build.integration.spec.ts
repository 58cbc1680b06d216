import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

/** What a file of a build is made of, and what it imports before it runs; paths in the workspace, by the build's source maps. */
function sourcesReadFirst(folder: string, file: string, known = new Set<string>()): string[] {
  if (known.has(file)) return [];
  known.add(file);
  const map = join(folder, `${file}.map`);
  // What the bundler itself adds has none.
  const { sources } = JSON.parse(existsSync(map) ? readFileSync(map, 'utf8') : '{"sources":[]}') as {
    sources: string[];
  };
  const text = readFileSync(join(folder, file), 'utf8');
  const imported = [...text.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)].map(([, name = '']) => name);
  return [
    ...sources.map((source) => relative(root, join(folder, source))),
    ...imported.flatMap((name) => sourcesReadFirst(folder, name, known)),
  ];
}

interface Builds {
  buildFolder(app: string): string;
  isFresh(app: string): boolean;
  recordSources(app: string, sources: readonly string[]): void;
}
const builds = (await import(pathToFileURL(join(root, 'tools/build/builds.mjs')).href)) as Builds;

describe('a service, built and moved to another place', () => {
  let scratch: string;
  let folder: string;
  let service: ChildProcess | undefined;

  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'contentflow-build-'));
    folder = join(scratch, 'scaler');
    const built = spawnSync(process.execPath, ['tools/build.mjs', 'scaler'], { cwd: root, encoding: 'utf8' });
    expect(built).toMatchObject({ status: 0 });
    cpSync(join(root, 'dist/apps/scaler'), folder, { recursive: true });
  }, 300_000);

  afterAll(async () => {
    if (service?.exitCode === null) {
      const ended = once(service, 'exit');
      service.kill('SIGKILL');
      await ended;
    }
    rmSync(scratch, { recursive: true, force: true });
  });

  it('runs by itself: it is healthy, writes its log in a thread, and ends when told to', async () => {
    const url = await started();
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: 'ready' });
    expect(existsSync(join(scratch, 'data/log.sqlite'))).toBe(true);
    service?.kill('SIGTERM');
    expect(await once(service as ChildProcess, 'exit')).toEqual([0, null]);
  }, 120_000);

  it('may be built twice at once, as by two commands in a fresh checkout, and either takes away what is old', async () => {
    const built = join(root, 'dist/apps/scaler');
    const old = Array.from({ length: 500 }, (_, index) => join(built, `earlier-${index}.js`));
    for (const file of old) writeFileSync(file, '');
    for (const file of old) utimesSync(file, 1, 1);
    // As one that is listed and, when it is looked at, taken away by the other.
    const gone = join(built, 'gone.js');
    symlinkSync('nowhere', gone);
    const both = [1, 2].map(() =>
      spawn(process.execPath, ['tools/build.mjs', 'scaler'], { cwd: root, stdio: 'ignore' }),
    );
    const codes = await Promise.all(both.map(async (build) => (await once(build, 'exit'))[0] as unknown));
    rmSync(gone, { force: true });
    expect(codes).toEqual([0, 0]);
    expect(old.filter((file) => existsSync(file))).toEqual([]);
  }, 120_000);

  it('holds no TypeScript, no compiler and no installed package', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /\.tsx?$|node_modules|swc|\.node$/.test(file))).toEqual([]);
  });

  it('says of what it was made: the exact versions, and all that they need', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
    const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lockfile;
    const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    expect(manifest.dependencies).toMatchObject({ '@nestjs/core': ours.dependencies['@nestjs/core'] });
    for (const absent of ['commander', 'react', '@swc/core', 'harper.js'])
      expect(Object.keys(lock.packages)).not.toContain(`node_modules/${absent}`);
    for (const [path, { dependencies = {} }] of Object.entries(lock.packages))
      for (const name of Object.keys(dependencies))
        expect([path, name, foundFrom(path, name, lock)]).toEqual([path, name, true]);
  });

  async function started(): Promise<string> {
    service = spawn(process.execPath, ['--no-warnings', 'main.js'], {
      cwd: folder,
      env: { PORT: '0', CONTENTFLOW_DATA: join(scratch, 'data') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    service.stderr?.on('data', (piece: Buffer) => (said += String(piece)));
    for await (const piece of service.stdout ?? []) {
      said += String(piece);
      const url = /ready at (http:\S+)/.exec(said)?.[1];
      if (!url) continue;
      service.stdout?.resume();
      return url;
    }
    throw new Error(`the scaler ended: ${said}`);
  }
});

describe('the entry, from its build', () => {
  it('answers for itself and gives the page, whatever becomes of the services behind it', async () => {
    const built = spawnSync(process.execPath, ['tools/build.mjs', 'entry'], { cwd: root, encoding: 'utf8' });
    expect(built).toMatchObject({ status: 0 });
    const names = ['GENERATOR', 'MONITOR', 'OPTIMIZER', 'FEEDBACK_LEARNER', 'SCALER', 'LEDGER'];
    const urls = Object.fromEntries(names.map((name) => [`${name}_URL`, 'http://127.0.0.1:1']));
    const entry = spawn(process.execPath, [join(root, builds.buildFolder('entry'), 'main.js')], {
      env: { ...urls, PATH: process.env['PATH'], PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [said] = (await once(entry.stdout, 'data')) as [Buffer];
      const url = /http:\S+/.exec(String(said))?.[0];
      expect(await (await fetch(`${url}/`)).text()).toContain('<div id=');
      expect((await fetch(`${url}/health/live`)).status).toBe(200);
      expect((await fetch(`${url}/v1/content`)).status).toBe(503);
    } finally {
      entry.kill('SIGKILL');
    }
  }, 300_000);
});

describe('the command line, from its build', () => {
  const contentflow = (...args: readonly string[]): Answer => {
    const bin = join(root, 'apps/contentflow/bin/contentflow.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: 'utf8' });
    return { status, stdout, stderr };
  };
  // Built here where it is not there yet.
  beforeAll(() => void contentflow('--version'), 300_000);

  it('answers what is asked about its usage, and nothing else is said', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(contentflow('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
    expect(contentflow('simulate', '--help').stdout).toContain('Usage: contentflow simulate');
    expect(contentflow('--help').stdout).toContain('audit');
  }, 60_000);

  it('reads nothing but its own commands to say how it is used', () => {
    const folder = join(root, builds.buildFolder('contentflow'));
    const read = sourcesReadFirst(folder, 'main.js').filter((source) => !source.startsWith('node_modules/commander/'));
    expect(read).toContain('apps/contentflow/src/main.ts');
    expect(
      read.filter((source) => /node_modules\/(?!fastest-levenshtein)|libs\/(?!kernel|nest-platform)/.test(source)),
    ).toEqual([]);
  });

  it('says in one line what is wrong with a command, and ends with 2', () => {
    const wrong = contentflow('simulate', '--world', 'nowhere');
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toContain('contentflow: the world "nowhere" cannot be read');
  }, 120_000);

  it('decides in a simulated hour what it decides when it runs from source: no code that matters was left out', () => {
    const fromSource = ['--import', './tools/register.mjs', 'apps/contentflow/src/main.ts'];
    expect(simulated(join(builds.buildFolder('contentflow'), 'main.js'))).toEqual(simulated(...fromSource));
  }, 240_000);

  /** The report of an hour, but for what the machine took. */
  function simulated(...program: readonly string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'contentflow-build-'));
    try {
      const output = join(folder, 'report.json');
      const options = ['simulate', '--hours', '1', '--seed', '3', '--world', 'small-default', '--output', output];
      const ran = spawnSync(process.execPath, ['--no-warnings', ...program, ...options], {
        cwd: root,
        encoding: 'utf8',
      });
      expect(ran).toMatchObject({ status: 0 });
      const report = readFileSync(output, 'utf8');
      expect(report).toContain('"ledger_entries"');
      return report.replace(/"(wallSeconds|peakMemoryMb)": [\d.]+/g, '"$1": 0');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
});

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('a build', () => {
  const app = 'build-spec';
  const main = join(root, builds.buildFolder(app), 'main.js');
  const source = `${builds.buildFolder(app)}/source.txt`;
  const write = (text: string): void => writeFileSync(join(root, source), text);

  beforeEach(() => {
    // Given a build that was made of one source.
    cpSync(join(import.meta.dirname, 'register.mjs'), main);
    write('as it was');
    builds.recordSources(app, [source]);
  });
  afterEach(() => {
    rmSync(join(root, builds.buildFolder(app)), { recursive: true, force: true });
    rmSync(join(root, `dist/${app}.sources.json`), { force: true });
  });

  it('is fresh while its sources say the same, whenever they were written', () => {
    expect(builds.isFresh(app)).toBe(true);
    utimesSync(join(root, source), new Date(0), new Date(0));
    expect(builds.isFresh(app)).toBe(true);
  });

  it('is stale once a source says something else, is gone, or nothing was built', () => {
    write('as it is!');
    expect(builds.isFresh(app)).toBe(false);
    write('as it was');
    expect(builds.isFresh(app)).toBe(true);
    rmSync(join(root, source));
    expect(builds.isFresh(app)).toBe(false);
    write('as it was');
    rmSync(main);
    expect(builds.isFresh(app)).toBe(false);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}
interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
}

/** As Node looks for a package: beside the one that asks, and upwards. */
function foundFrom(path: string, name: string, { packages }: Lockfile): boolean {
  const places = path.split('node_modules/').map((_, index, parts) => parts.slice(0, index + 1).join('node_modules/'));
  return ['', ...places].some(
    (place) => `${place}${place === '' || place.endsWith('/') ? '' : '/'}node_modules/${name}` in packages,
  );
}
