import { spawn } from 'node:child_process';
import { PersonalData } from '@contentflow/nest-platform';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { builtProgram, cached } from '../built-program.ts';
import { type Ended, watched } from './testing/child.ts';
import { contentEventsOf } from './testing/log-events.ts';
import { type MockModelServer, startMockModelServer } from './testing/mock-model-server.ts';
import { middlePage, overwrite, readModelOf, runSql } from './testing/left-folder.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

const CRASH = fileURLToPath(new URL('./testing/crash-point.mjs', import.meta.url));
/** Kills of each command, spread over all that it changes. */
const KILLS = Number(process.env['KILLS'] ?? 3);
/** Of the changes that threads make, as many of which come in every run. */
const SURE_SHARE = 0.6;
/** Generations at once. */
const CONCURRENCY = 4;

const folder = temporaryFolder();
const at = (...names: string[]): string => join(folder.path, ...names);

/** @param point  before which change it is killed; 0 counts them, nothing lets it be */
function started(words: readonly string[], point?: number) {
  const crash = point === undefined ? [] : ['--import', CRASH];
  return spawn(process.execPath, ['--no-warnings', ...crash, builtProgram('contentflow'), ...words], {
    cwd: folder.path,
    env: {
      PATH: process.env['PATH'],
      LOG_LEVEL: 'error',
      ...cached,
      ...(point === undefined ? {} : { CRASH_POINT: String(point) }),
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
}
const command = (...words: string[]): Promise<Ended> => watched(started(words)).ended;
async function ends(code: number, ...words: string[]): Promise<string> {
  const ended = await command(...words);
  expect({ words, ...ended, code: ended.code }).toEqual({ words, ...ended, code });
  return ended.stdout;
}

async function changesOf(words: readonly string[]): Promise<number> {
  const child = started(words, 0);
  const [counted] = await Promise.all([text(child.stdio[3] as NodeJS.ReadableStream), watched(child).ended]);
  // Each thread counts for itself.
  return Math.max(...counted.trim().split('\n').map(Number));
}

/** The keys of two persons, as they are kept. */
const wrapped = { ada: '', bert: '' };
/** One that serves meanwhile has their file open: the last to close it would tidy up behind all others. */
let serving: DatabaseSync | undefined;

async function keyOf(name: string): Promise<string> {
  const personal = new PersonalData({ folder: at('whole') });
  const subject = await personal.pseudonymOf(name, Date.UTC(2026, 0, 5));
  await personal.close();
  const keys = new DatabaseSync(at('whole', 'subject-keys.db'));
  const kept = keys.prepare('SELECT wrapped FROM keys WHERE pseudonym = ?').get(subject);
  keys.close();
  return String(kept?.['wrapped']);
}

/** What is to be done, anew for each kill; what is done after it; and what must hold then. */
interface Case {
  readonly words: readonly string[];
  readonly prepare?: () => void;
  readonly holds: () => Promise<void>;
  /** What it does last depends on who comes first: it is killed before the rest of its changes alone. */
  readonly hasThreads?: true;
}

const LINES = 12;
const linesOf = (name: string): { readonly line: number; readonly id: string; readonly status: string }[] =>
  readFileSync(at(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: number; id: string; status: string });
let models: MockModelServer;
let callsBefore = 0;

async function sound(data: string): Promise<void> {
  await ends(0, 'audit', '--data', data);
  const found = await ends(0, 'doctor', '--data', data, '--config', at('none.json'));
  expect(found).not.toMatch(/BROKEN/);
}
const copied = (): void => {
  rmSync(at('t'), { recursive: true, force: true });
  const before = process.umask(0o077);
  cpSync(at('whole'), at('t'), { recursive: true });
  process.umask(before);
};
const without = (...names: string[]): void => {
  for (const name of names) rmSync(at(name), { recursive: true, force: true });
};

const cases: Record<string, Case> = {
  backup: {
    words: ['backup', '--data', 'whole', '--output', 'b'],
    prepare: () => without('b', 'r'),
    holds: async () => {
      await ends(0, 'restore', 'b', '--data', 'r');
      await sound('r');
      expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
    },
  },
  'backup to a file': {
    words: ['backup', '--data', 'whole', '--output', 'b.tar.gz'],
    prepare: () => without('b.tar.gz', 'r'),
    holds: async () => {
      await ends(0, 'restore', 'b.tar.gz', '--data', 'r');
      await sound('r');
      expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
    },
  },
  restore: { words: ['restore', 'kept', '--data', 'r'], prepare: () => without('r'), holds: () => sound('r') },
  export: {
    words: ['export', '--data', 'whole', '--output', 'x.jsonl'],
    prepare: () => without('x.jsonl'),
    holds: async () => void (await ends(0, 'audit', '--input', 'x.jsonl')),
  },
  rebuild: { words: ['rebuild', 'monitor', '--data', 't'], prepare: copied, holds: () => sound('t') },
  'doctor --fix': {
    words: ['doctor', '--fix', '--data', 't', '--config', 'none.json'],
    prepare: () => {
      copied();
      const file = readModelOf(at('t'), 'monitor');
      overwrite(file, middlePage(file), Buffer.alloc(4096));
      const other = readModelOf(at('t'), 'optimizer');
      overwrite(other, 0, Buffer.alloc(100));
    },
    holds: () => sound('t'),
  },
  'keys create': {
    words: ['keys', 'create', '--name', 'ada', '--scopes', 'read', '--data', 't'],
    prepare: copied,
    holds: async () => {
      expect(await ends(0, 'keys', 'list', '--data', 't')).toMatch(/open {2}ada: read/);
      await sound('t');
    },
  },
  forget: {
    words: ['forget', 'ada', '--data', 't'],
    prepare: () => {
      serving?.close();
      copied();
      serving = new DatabaseSync(at('t', 'subject-keys.db'));
      serving.prepare('SELECT * FROM keys').all();
    },
    holds: async () => {
      const bytes = ['', '-wal'].map((end) => readFileSync(at('t', `subject-keys.db${end}`), 'latin1')).join('');
      expect([bytes.includes(wrapped.ada), bytes.includes(wrapped.bert)]).toEqual([false, true]);
      serving?.close();
      serving = undefined;
      const { stderr } = await command('subject', 'export', 'ada', '--data', 't');
      expect(stderr).toMatch(/nothing is known/);
      await ends(0, 'subject', 'export', 'bert', '--data', 't');
      await sound('t');
    },
  },
  generate: {
    words: ['generate', '--input', 'briefs.jsonl', '--output', 'g.jsonl', '--data', 'g', '--config', 'models.json'],
    hasThreads: true,
    prepare: () => {
      without('g', 'g.jsonl');
      callsBefore = models.received.length;
    },
    holds: async () => {
      const lines = linesOf('g.jsonl');
      expect(lines.map(({ line, status }) => [line, status])).toEqual(
        Array.from({ length: LINES }, (_, index) => [index + 1, 'generated']),
      );
      // What was in hand when it was killed may be asked for twice.
      expect(models.received.length - callsBefore - LINES).toBeLessThanOrEqual(CONCURRENCY);
      const ids = lines.map(({ id }) => id);
      const made = (await contentEventsOf({ data: at('g') }, ids)).filter(({ type }) => /content-generated/.test(type));
      expect(made.map(({ subject }) => subject).toSorted()).toEqual(ids.toSorted());
      expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
      await sound('g');
    },
  },
  import: {
    words: ['import', 'litellm', 'litellm.yaml', '--output', 'imported.json'],
    prepare: () => void folder.file('imported.json', configurationOf(models)),
    holds: () => {
      const { providers } = JSON.parse(readFileSync(at('imported.json'), 'utf8')) as { providers: object[] };
      expect(providers).toMatchObject([{ name: 'mock' }, { name: 'openai', models: ['house'] }]);
      expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
      return Promise.resolve();
    },
  },
  checkpoint: { words: ['checkpoint', '--rotate-key', '--data', 't'], prepare: copied, holds: () => sound('t') },
};

describe('a command that is killed, wherever it was', () => {
  beforeAll(async () => {
    folder.file('none.json', '{}');
    models = await startMockModelServer();
    folder.file('models.json', configurationOf(models));
    const briefs = Array.from({ length: LINES }, (_, line) => ({ contentType: 'ad_copy', topic: `bottle ${line}` }));
    folder.file('briefs.jsonl', briefs.map((brief) => JSON.stringify(brief)).join('\n'));
    const parameters = '{ model: openai/house, api_base: "http://127.0.0.1:1/v1" }';
    folder.file('litellm.yaml', `model_list: [{ model_name: house, litellm_params: ${parameters} }]\n`);
    await ends(
      0,
      'simulate',
      '--hours',
      '1',
      '--seed',
      '3',
      '--world',
      'small-default',
      '--data',
      'whole',
      '--output',
      'r.json',
    );
    await ends(0, 'backup', '--data', 'whole', '--output', 'kept');
    runSql(join(at('whole'), 'log.sqlite'), 'PRAGMA wal_checkpoint(TRUNCATE)');
    wrapped.ada = await keyOf('ada');
    wrapped.bert = await keyOf('bert');
  }, 300_000);
  afterAll(async () => {
    await models.close();
    folder.remove();
  });

  it.each(Object.keys(cases))(
    'does all of it when it is run again: %s',
    async (name) => {
      const { words, prepare, holds, hasThreads } = cases[name] as Case;
      prepare?.();
      const changes = Math.floor((await changesOf(words)) * (hasThreads ? SURE_SHARE : 1));
      expect(changes).toBeGreaterThan(2);
      const points = new Set(
        Array.from({ length: KILLS }, (_, kill) => 1 + Math.round(((changes - 1) * kill) / (KILLS - 1))),
      );
      for (const point of points) {
        prepare?.();
        const { code } = await watched(started(words, point)).ended;
        expect({ point, code }).toEqual({ point, code: null });
        // What is half there is taken for nothing whole.
        if (existsSync(at('r', '.restoring')))
          await ends(2, 'start', '--no-demo', '--port', '0', '--data', 'r', '--config', 'none.json');
        const again = await command(...words);
        // All was done but for saying so.
        const isDone = /is there already|what is there is never replaced|who has been forgotten/.test(again.stderr);
        expect({ point, ...again, code: isDone ? 0 : again.code }).toEqual({ point, ...again, code: 0 });
        await holds();
      }
    },
    600_000,
  );
});
