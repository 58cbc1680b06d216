/** Which processes started this one for somebody: npm and its shell, where it was npm. */
import { readFileSync } from 'node:fs';

/** @returns {number[]} this process and those above it up to npm, from the nearest on */
export function launchers() {
  const chain = [process.pid];
  // npm says so to all that it starts: the first above that was not told is npm itself.
  for (let at = process.pid; wasStartedByNpm(at);) {
    at = parentOf(at);
    if (!(at > 1)) break;
    chain.push(at);
  }
  return chain;
}

function wasStartedByNpm(pid) {
  if (pid === process.pid) return process.env.npm_lifecycle_event !== undefined;
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes('\0npm_lifecycle_event=');
  } catch {
    return false;
  }
}

/** Where there is no `/proc`, the shell between is one that npm's command took the place of. */
function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
