import { Topic } from '@contentflow/contracts';
import type { EventLog } from '@contentflow/event-log';
import { configurationError, partitionOfKey } from '@contentflow/kernel';

/**
 * Sandbox and models never share a log: a figure of both would mean neither, and what was learned from readers who are simulated is nothing to
 * begin with.
 * @throws ContentFlowError `configuration` where each partition of content began with the other kind
 */
export async function refuseOtherOrigin(log: EventLog, simulated: boolean, where: string): Promise<void> {
  let others = 0;
  for (const [key, end] of Object.entries(await log.ends([Topic.content]))) {
    if (end === 0) continue;
    const began = await firstSays(log, key);
    if (began === simulated) return;
    if (began !== undefined) others++;
  }
  if (others > 0) throw simulated ? alreadyReal(where) : alreadySimulated(where);
}

/** Whether what a partition begins with is simulated; undefined where that event does not say. */
async function firstSays(log: EventLog, key: string): Promise<boolean | undefined> {
  for await (const [event] of log.read({ ...partitionOfKey(key), from: 0, to: 1 })) {
    const { simulated } = (event?.data ?? {}) as { simulated?: unknown };
    if (typeof simulated === 'boolean') return simulated;
  }
  return undefined;
}

const alreadySimulated = (where: string) =>
  configurationError(
    'providers',
    `are models, and ${where} holds what the sandbox simulated`,
    'begin elsewhere with --data DIR (on Kafka with CONTENTFLOW_NAMESPACE), so that no figure is of both',
  );
const alreadyReal = (where: string) =>
  configurationError(
    'providers',
    `are the sandbox, and ${where} holds what models made`,
    'try it elsewhere with --data DIR (on Kafka with CONTENTFLOW_NAMESPACE), so that no figure is of both',
  );
