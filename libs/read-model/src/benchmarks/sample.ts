import { type Document, type Positions, type Projection, setOwnValue, type StoredEvent } from '@contentflow/kernel';
import type { Rebuilds } from '../rebuild-projection.ts';

const partitions = 8;
const eventsPerDocument = 10;
const text = 'Words that a document carries along. '.repeat(8);

/** About what the system keeps of a content: some 500 bytes, three fields indexed, ten events in its life. */
export interface SampleDocument extends Document {
  readonly status: string;
  readonly since: number;
  readonly events: number;
  readonly total: number;
  readonly text: string;
}

export const sampleProjection = (name: string): Projection<SampleDocument> => ({
  name,
  topics: ['sample'],
  schema: () => ({
    type: 'object',
    properties: { status: { type: 'string' }, since: { type: 'number' }, total: { type: 'number' } },
  }),
  indexes: ['status+since', 'total'],
  idOf: ({ subject }) => subject,
  handlers: new Map([['happened', happened]]),
});

const happened = (document: SampleDocument | undefined, { subject, time, data }: StoredEvent): SampleDocument => ({
  id: subject,
  status: Number(data) % 3 === 0 ? 'waiting' : 'done',
  since: document?.since ?? time,
  events: (document?.events ?? 0) + 1,
  total: (document?.total ?? 0) + Number(data),
  text,
});

/** Documents that live side by side, as contents do: each event falls to one of the last few hundred. */
export const sampleEvent = (i: number): StoredEvent<number> => {
  const partition = i % partitions;
  const generation = Math.floor(i / (partitions * 64 * eventsPerDocument));
  const member = Math.floor(i / partitions) % 64;
  return {
    id: String(i),
    topic: 'sample',
    partition,
    offset: Math.floor(i / partitions),
    type: 'happened',
    source: 'benchmark',
    subject: `content-${generation}-${partition}-${member}`,
    time: i,
    data: i % 17,
    correlationId: String(i),
  };
};

/** A log that costs nothing, so that the projection alone is measured. */
export class SampleLog implements Rebuilds {
  readonly #batches: readonly (readonly StoredEvent[])[];

  constructor(count: number, batchSize: number) {
    const batches: StoredEvent[][] = [];
    for (let from = 0; from < count; from += batchSize)
      batches.push(Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => sampleEvent(from + i)));
    this.#batches = batches;
  }

  get batches(): readonly (readonly StoredEvent[])[] {
    return this.#batches;
  }

  async ends(): Promise<Positions> {
    const ends: Record<string, number> = {};
    for (const { partition, offset } of this.#batches.flat()) setOwnValue(ends, `sample/${partition}`, offset + 1);
    return ends;
  }

  async follow({ handle }: Parameters<Rebuilds['follow']>[0]): Promise<{ stop(): Promise<void> }> {
    const handing = (async () => {
      for (const batch of this.#batches) await handle(batch);
    })();
    return { stop: () => handing };
  }
}
