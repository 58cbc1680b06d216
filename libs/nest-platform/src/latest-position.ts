import type { EventLog } from '@contentflow/event-log';
import {
  ContentFlowError,
  ownValue,
  partitionOfKey,
  type Positions,
  positionsAfter,
  type StoredEvent,
} from '@contentflow/kernel';

/** Events of one partition that are looked through for one question: some tens of milliseconds. */
const MAX_SCANNED = 10_000;

/**
 * The position after the newest event that is about this, beyond what has been read; undefined where the log holds none.
 * So whoever reads waits for what there is to wait for: nothing, for an id that nobody has written of.
 * @throws ContentFlowError `not-ready` where so much is unread that it cannot be told
 */
export async function latestPositionOf(
  log: Pick<EventLog, 'ends' | 'read'>,
  topics: readonly string[],
  read: Positions,
  isAbout: (event: StoredEvent) => boolean,
): Promise<Positions | undefined> {
  let newest: Positions | undefined;
  let isFarBehind = false;
  for (const [key, to] of Object.entries(await log.ends(topics))) {
    const next = ownValue(read, key) ?? 0;
    const from = Math.max(next, to - MAX_SCANNED);
    isFarBehind ||= from > next;
    if (from >= to) continue;
    for await (const events of log.read({ ...partitionOfKey(key), from, to })) {
      const about = events.filter(isAbout);
      if (about.length > 0) newest = { ...newest, ...positionsAfter(about) };
    }
  }
  if (isFarBehind && !newest) throw notYetVisible();
  return newest;
}

export const notYetVisible = (): ContentFlowError =>
  new ContentFlowError('not-ready', 'what was written is not to be seen yet', { fix: 'ask again in a moment' });
