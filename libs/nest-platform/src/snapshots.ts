import type { EventLog } from '@contentflow/event-log';
import {
  type FoldedState,
  ownValue,
  partitionKey,
  partitionOfKey,
  setOwnValue,
  type StoredEvent,
} from '@contentflow/kernel';

/**
 * Where what was folded is kept, so that a start need not fold from event zero. A snapshot belongs to the build that wrote it,
 * since another may fold otherwise; no audit reads one.
 */
export interface Snapshots {
  /** Undefined where there is none that this build wrote, or none that can be read. */
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
}

/** What was folded, and by partition the last event in it, by which a log that is another one is told. */
export interface Snapshot<State> {
  readonly folded: FoldedState<State>;
  readonly lastEvents: Record<string, string>;
}

export const emptySnapshot = <State>(): Snapshot<State> => ({ folded: { positions: {}, parts: {} }, lastEvents: {} });

/** Notes which event was folded last. */
export function recordLast({ lastEvents }: Snapshot<unknown>, { topic, partition, id }: StoredEvent): void {
  setOwnValue(lastEvents, partitionKey(topic, partition), id);
}

/** What was kept under this name, if the log still holds what was folded; else nothing, and all is folded again. */
export async function restored<State>(
  snapshots: Snapshots | undefined,
  name: string,
  log: Pick<EventLog, 'read'>,
): Promise<Snapshot<State>> {
  const kept = (await snapshots?.read(name)) as Snapshot<State> | undefined;
  return kept && (await isOf(log, kept)) ? kept : emptySnapshot();
}

/** Whether each partition has the last event of the snapshot at its place. */
async function isOf(log: Pick<EventLog, 'read'>, { folded, lastEvents }: Snapshot<unknown>): Promise<boolean> {
  for (const [key, position] of Object.entries(folded.positions)) {
    const range = { ...partitionOfKey(key), from: position - 1, to: position };
    const ids: string[] = [];
    for await (const events of log.read(range)) ids.push(...events.map(({ id }) => id));
    if (ids[0] !== ownValue(lastEvents, key)) return false;
  }
  return true;
}
