import { until } from '@contentflow/kernel/testing';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { builtProgram, root } from '../built-program.ts';
import { contentflow } from './testing/child.ts';
import { clientOf } from './testing/client.ts';
import { startMockModelServer } from './testing/mock-model-server.ts';
import { configurationOf, temporaryFolder } from './testing/temporary.ts';

/** What the process was started as, from the outermost on: `npm exec`, its shell, our launcher, the program. */
const PLACES = ['npm', 'shell', 'launcher', 'program'] as const;
type Place = (typeof PLACES)[number];

const folder = temporaryFolder();
const started = new Set<ChildProcess>();
afterAll(() => {
  for (const child of started)
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // Nothing is left of it.
    }
  folder.remove();
});

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return stat[0] === 'Z' ? undefined : Number(stat[1]);
  } catch {
    return undefined;
  }
};
const lives = (pid: number): boolean => parentOf(pid) !== undefined;
const childOf = (parent: number): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => parentOf(pid) === parent);

/** The kernel's own word on which signals the process has handlers for. */
function isListeningFor({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  const caught = /SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${caught}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
}

/** By npm, in a process group of its own. */
function byNpm(...words: string[]): ChildProcess {
  const child = spawn('npx', ['contentflow', ...words], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.add(child);
  return child;
}

/** The processes between npm and the program. */
async function chainOf(child: ChildProcess): Promise<Record<Place, number>> {
  const chain = [child.pid as number];
  await until(() => {
    for (let next = childOf(chain.at(-1) as number); next !== undefined; next = childOf(next)) chain.push(next);
    return chain.length >= PLACES.length;
  });
  return Object.fromEntries(PLACES.map((place, index) => [place, chain[index]])) as Record<Place, number>;
}

async function isReady(child: ChildProcess): Promise<string> {
  for await (const piece of child.stdout as NonNullable<ChildProcess['stdout']>) {
    const found = /ready at (http:\/\/\S+)/.exec(String(piece))?.[1];
    if (found) return found;
  }
  throw new Error('it ended before it was ready');
}

(process.platform === 'linux' ? describe : describe.skip)('a server started by npm', () => {
  let runs = 0;
  it.each(PLACES.flatMap((place) => (['SIGTERM', 'SIGKILL'] as const).map((signal) => [signal, place] as const)))(
    'is gone with its port after %s to its %s',
    async (signal, place) => {
      const data = `${folder.path}/${++runs}`;
      const child = byNpm('start', '--no-demo', '--port', '0', '--data', data);
      const url = await isReady(child);
      const chain = await chainOf(child);

      process.kill(chain[place], signal);

      await until(() => !lives(chain.program));
      await expect(fetch(url)).rejects.toThrow();
    },
  );

  it('is gone too when it is no server, and npm was killed', async () => {
    const child = byNpm('simulate', '--hours', '240');
    const chain = await chainOf(child);
    process.kill(chain.npm, 'SIGKILL');
    await until(() => !lives(chain.program));
  });
});

describe('a server that is told to stop', () => {
  const slow = async (delayMs: number, env: NodeJS.ProcessEnv = {}) => {
    const models = await startMockModelServer();
    const config = folder.file(`slow-${delayMs}.json`, configurationOf(models));
    const data = `${folder.path}/slow-${delayMs}`;
    const child = contentflow(['start', '--data', data, '--port', '0', '--config', config], folder.path, env);
    const url = await child.url;
    const client = clientOf(() => url);
    await until(async () => (await client.get('/health/ready')).status === 200);
    models.delay(delayMs);
    const answer = client
      .post('/v1/chat/completions', { model: 'mock', messages: [{ role: 'user', content: 'Hi' }] })
      .then(
        ({ status }) => status,
        () => 'cut off',
      );
    await until(() => models.received.length > 0);
    return { answer, asked: models.received, child, client, close: () => models.close() };
  };

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    'answers what is in hand after %s, and ends with 0',
    async (signal) => {
      const { answer, child, close } = await slow(1500);
      const { code } = await child.kill(signal);
      expect([await answer, code]).toEqual([200, 0]);
      await close();
    },
  );

  it('ends with the signal’s code when its grace is over', async () => {
    const { asked, child, client, close } = await slow(600_000, { CONTENTFLOW_GRACE_S: '1' });
    await client.post('/v1/content', { contentType: 'ad_copy', topic: 'a bottle' });
    await until(() => asked.length > 1);
    const { code, stderr } = await child.kill('SIGTERM');
    expect(code).toBe(143);
    expect(stderr).toContain('not all ended within 1 s');
    await close();
  });

  it('ends at once when it is told a second time, and takes what npm and the terminal pass on of one Ctrl-C for one', async () => {
    const { answer, child, close } = await slow(600_001, { CONTENTFLOW_GRACE_S: '3600' });
    void child.kill('SIGINT');
    void child.kill('SIGINT');
    expect(await Promise.race([child.ended, pause(1000, 'still draining')])).toBe('still draining');
    const { code } = await child.kill('SIGINT');
    expect([await answer, code]).toEqual(['cut off', 130]);
    await close();
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a worker whose parent is gone', () => {
  const worker = (data: string): ChildProcess => {
    const child = spawn(process.execPath, ['--no-warnings', builtProgram('contentflow'), 'work', '--data', data], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
      cwd: folder.path,
    });
    started.add(child);
    return child;
  };

  it('ends before it has begun', async () => {
    const child = worker(`${folder.path}/orphan-1`);
    await once(child, 'spawn');
    child.disconnect();
    await once(child, 'exit');
  });

  it('ends once it works, too, and its own way', async () => {
    const child = worker(`${folder.path}/orphan-2`);
    await until(() => isListeningFor(child, 'SIGHUP'));
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('hears no Ctrl-C that its parent hears too', async () => {
    const child = worker(`${folder.path}/orphan-3`);
    await until(() => isListeningFor(child, 'SIGHUP'));
    child.kill('SIGINT');
    await pause(1000);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
