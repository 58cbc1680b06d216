import { readFileSync } from 'node:fs';

const POLL_MS = 250;

/**
 * Tells once when a process by which this one was started is gone: the launcher, and npm and its shell where those started the launcher.
 * None of them takes what it started with it when it is killed. The launcher names them in `CONTENTFLOW_LAUNCHERS`, from the nearest on.
 */
export function onLauncherExit(then: () => void): void {
  const named = process.env['CONTENTFLOW_LAUNCHERS'];
  // For this process alone: those that it starts itself hear of its end by other ways.
  delete process.env['CONTENTFLOW_LAUNCHERS'];
  if (!named) return;
  const chain = [process.pid, ...named.split(',').map(Number)];
  const timer = setInterval(() => {
    if (chain.slice(1).every((parent, index) => isChildOf(chain[index] as number, parent))) return;
    clearInterval(timer);
    then();
  }, POLL_MS);
  timer.unref();
}

/** A process whose parent has ended gets another one, even while the dead is not yet buried. */
function isChildOf(pid: number, parent: number): boolean {
  if (pid === process.pid) return process.ppid === parent;
  return process.platform === 'linux' ? parentOf(pid) === parent : isThere(parent);
}

/** The line of `/proc/PID/stat` after the name, which may hold anything: state, parent, … */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
