import { topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import {
  type Document,
  messageOf,
  ownValue,
  type Positions,
  type Projection,
  systemClock,
  systemRefusal,
} from '@contentflow/kernel';
import { openEmbeddedReadModel, rebuildProjection } from '@contentflow/read-model';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { projectionsOf } from '@contentflow/services';
import type { Fault } from './fault.ts';

/** Documents that are damaged, or that do not go as far as the log: all of them can be made from it. */
export async function readModelFaults(folder: string): Promise<Fault[]> {
  const log = await openEmbeddedLog({
    file: join(folder, 'log.sqlite'),
    topics,
    clock: systemClock,
    writer: 'thread',
  });
  try {
    const faults: Fault[] = [];
    for (const [service, projections] of Object.entries(projectionsOf)) {
      const file = join(folder, 'read-models', `${service}.sqlite`);
      const problem = existsSync(file) ? (damage(file) ?? (await distance(log, file, projections))) : undefined;
      if (problem) faults.push(faultOf(folder, service, problem));
    }
    return faults;
  } finally {
    await log.close();
  }
}

interface Problem {
  readonly detail: string;
  /** Whether there is nothing in the file that can be gone on from. */
  readonly isDamaged: boolean;
  readonly isHarmless: boolean;
}

function damage(file: string): Problem | undefined {
  let found: string | undefined;
  try {
    const database = new DatabaseSync(file);
    try {
      const [first] = database.prepare('PRAGMA integrity_check(1)').all() as { integrity_check: string }[];
      if (first?.integrity_check !== 'ok') found = first?.integrity_check;
    } finally {
      database.close();
    }
  } catch (error) {
    const refusal = systemRefusal(error, file);
    if (refusal) throw refusal;
    found = messageOf(error);
  }
  return found === undefined
    ? undefined
    : { detail: `damaged: ${found.split('\n')[0]}`, isDamaged: true, isHarmless: false };
}

/** How far the documents are from the end of the log. To be behind is what a start makes good; to be ahead nothing does. */
async function distance(
  log: EventLog,
  file: string,
  projections: readonly Projection<Document>[],
): Promise<Problem | undefined> {
  const store = await openEmbeddedReadModel({ file, writer: 'inline' });
  try {
    let [ahead, behind] = [0, 0];
    for (const projection of projections) {
      const seen = await store.positions(projection.name);
      const ends = await log.ends(projection.topics);
      ahead = Math.max(ahead, beyond(seen, ends));
      behind = Math.max(behind, beyond(ends, seen));
    }
    if (ahead > 0)
      return { detail: `have seen ${ahead} events that the log does not have`, isDamaged: false, isHarmless: false };
    if (behind > 0) return { detail: `${behind} events behind the log`, isDamaged: false, isHarmless: true };
    return undefined;
  } catch (error) {
    const refusal = systemRefusal(error, file);
    if (refusal) throw refusal;
    return { detail: `unreadable: ${messageOf(error)}`, isDamaged: true, isHarmless: false };
  } finally {
    await store.close();
  }
}

/** Events up to the first positions that lie after the second. */
const beyond = (first: Positions, second: Positions): number =>
  Object.entries(first).reduce((sum, [place, next]) => sum + Math.max(0, next - (ownValue(second, place) ?? 0)), 0);

const faultOf = (folder: string, service: string, { detail, isDamaged, isHarmless }: Problem): Fault => ({
  what: `documents of the ${service}`,
  isHarmless,
  detail,
  repair: async () => {
    const file = join(folder, 'read-models', `${service}.sqlite`);
    if (isDamaged) for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true, recursive: true });
    return `made again from ${await rebuilt(folder, service, file)} events`;
  },
});

async function rebuilt(folder: string, service: string, file: string): Promise<number> {
  const log = await openEmbeddedLog({
    file: join(folder, 'log.sqlite'),
    topics,
    clock: systemClock,
    writer: 'inline',
  });
  const store = await openEmbeddedReadModel({ file, writer: 'inline' });
  try {
    let events = 0;
    for (const projection of ownValue(projectionsOf, service) ?? []) {
      await rebuildProjection({ log, store, projection });
      events += Object.values(await log.ends(projection.topics)).reduce((sum, end) => sum + end, 0);
    }
    return events;
  } finally {
    await store.close();
    await log.close();
  }
}
