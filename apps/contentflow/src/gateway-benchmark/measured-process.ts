import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A server in a process of its own, watched from outside. */
export interface MeasuredProcess {
  readonly pid: number;
  readonly url: string;
  usage(): ProcessUsage;
  stop(): Promise<void>;
}

export interface ProcessUsage {
  /** Of all threads, user and system. */
  readonly cpuSeconds: number;
  readonly residentMiB: number;
  readonly peakResidentMiB: number;
}

/** Starts it and waits for the line that says where it listens. */
export async function startProcess(args: readonly string[], env: NodeJS.ProcessEnv): Promise<MeasuredProcess> {
  const child = spawn(process.execPath, ['--no-warnings', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const pid = child.pid as number;
  return {
    pid,
    url: await readyAt(child, ended),
    usage: () => usageOf(pid),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function readyAt(child: ChildProcess, ended: Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = /ready at (http:\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    void ended.then(() => reject(new Error(`ended before it was ready: ${said}`)));
  });
}

/** Linux counts in hundredths of a second; elsewhere nothing is known. Source: proc(5). */
function usageOf(pid: number): ProcessUsage {
  if (process.platform !== 'linux')
    return { cpuSeconds: Number.NaN, residentMiB: Number.NaN, peakResidentMiB: Number.NaN };
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return {
    cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100,
    residentMiB: mib('VmRSS'),
    peakResidentMiB: mib('VmHWM'),
  };
}

/** Milliseconds that the main thread of a process has run since it began; Linux tells it in nanoseconds, others not. Source: sched-stats of the kernel's documentation. */
export function mainThreadMs(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ', 1)[0]) / 1e6;
}
