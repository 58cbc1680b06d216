import { hash128 } from '@contentflow/kernel';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Waits until no other suite runs a system on the servers that the environment names: two systems on the same topics and databases are one
 * system, and would take each other's work.
 * @returns what gives the servers back
 */
export async function soleUseOfServers(): Promise<() => void> {
  const { KAFKA_BROKERS = '', MONGO_URI = '' } = process.env;
  const folder = join(tmpdir(), `contentflow-servers-${hash128(`${KAFKA_BROKERS} ${MONGO_URI}`)}`);
  const owner = join(folder, 'owner');
  while (!isMade(folder)) {
    if (!isAlive(owner)) rmSync(folder, { recursive: true, force: true });
    await pause(250);
  }
  writeFileSync(owner, String(process.pid));
  return () => rmSync(folder, { recursive: true, force: true });
}

function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

/** Whoever made the folder a moment ago, and has not signed yet, is taken to be alive. */
function isAlive(owner: string): boolean {
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
