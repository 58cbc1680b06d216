import { type Checkpoint, checkpointSchema, CheckpointSigned, SigningKeyRotated, Topic } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import { endOf, type EventSource } from '../event-source.ts';

interface LastSigned {
  readonly last?: Checkpoint;
  /** The key that signs by what the log says last. */
  readonly signer?: string;
}

/** Read from so far before the end; further where nothing of it can be read. */
const NEAR_END = 20;

/** The last checkpoint, and the key that signs. */
export async function lastSigned(log: EventSource): Promise<LastSigned> {
  const to = await endOf(log, Topic.checkpoints);
  for (let near = NEAR_END; ; near *= 10) {
    const from = Math.max(0, to - near);
    let found: LastSigned = {};
    for await (const events of log.read({ topic: Topic.checkpoints, partition: 0, from, to }))
      for (const event of events) found = { ...found, ...saidBy(event) };
    if (found.last || from === 0) return found;
  }
}

function saidBy({ type, data }: StoredEvent): LastSigned {
  const rotation = type === SigningKeyRotated.type ? SigningKeyRotated.schema.safeParse(data).data : undefined;
  if (rotation) return { signer: rotation.next };
  const checkpoint = type === CheckpointSigned.type ? checkpointSchema.safeParse(data).data : undefined;
  return checkpoint ? { last: checkpoint, signer: checkpoint.publicKey } : {};
}
