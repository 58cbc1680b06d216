import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram, cached } from '../../built-program.ts';

/** A process of ours, run from its build as in production. */
export interface Child {
  readonly pid: number | undefined;
  /** Once it has said where it listens. @throws with what it said instead, when it ended without */
  readonly url: Promise<string>;
  /** Exit code, and what it said. */
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Those still running when a test has failed. */
const left = new Set<ChildProcess>();
process.on('exit', () => left.forEach((child) => child.kill('SIGKILL')));

/** @param env  all of its environment but the path */
export function startChild(app: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Child {
  const child = spawn(process.execPath, ['--no-warnings', builtProgram(app), ...args], {
    cwd,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...cached, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  left.add(child);
  child.once('close', () => left.delete(child));
  return watched(child);
}

export const contentflow = (args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Child =>
  startChild('contentflow', args, env, cwd);

export function watched(child: ChildProcess): Child {
  let stdout = '';
  let stderr = '';
  const ended = once(child, 'close').then(([code]): Ended => ({ code: code as number | null, stdout, stderr }));
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const found = /ready at (http:\/\/\S+?)[;\s]/.exec(stdout)?.[1];
      if (found) resolve(found);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    void ended.then(({ code }) => reject(new Error(`ended with ${code} before it was ready: ${stdout}${stderr}`)));
  });
  url.catch(() => undefined);
  return {
    pid: child.pid,
    url,
    ended,
    kill: async (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}
