import type { Document, Positions, Projection, StoredEvent } from '@contentflow/kernel';
import type { Follows } from '../run-projection.ts';

/** What the tests project: numbers that are added to, listed in the order they came, and cleared. */
export interface Tally extends Document {
  readonly id: string;
  readonly sum: number;
  readonly terms: readonly number[];
  readonly last: { readonly time: number };
}

export const tallies: Projection<Tally> = {
  name: 'test.tallies',
  topics: ['numbers', 'corrections'],
  schema: () => ({
    type: 'object',
    properties: { sum: { type: 'number' }, last: { type: 'object', properties: { time: { type: 'number' } } } },
  }),
  indexes: ['sum', 'last.time'],
  idOf: ({ subject }) => subject,
  handlers: new Map<string, (tally: Tally | undefined, event: StoredEvent) => Tally | undefined>([
    ['added', added],
    ['cleared', () => undefined],
  ]),
};

/** The tally with one more number in it. */
export function added(tally: Tally | undefined, { subject, data, time }: StoredEvent): Tally {
  const term = Number(data);
  return { id: subject, sum: (tally?.sum ?? 0) + term, terms: [...(tally?.terms ?? []), term], last: { time } };
}

export function event(at: Partial<StoredEvent> & { offset: number }): StoredEvent {
  const { topic = 'numbers', partition = 0, subject = 'a' } = at;
  return {
    id: `${topic}/${partition}/${at.offset}`,
    topic,
    partition,
    subject,
    type: 'added',
    source: 'test',
    time: at.offset,
    data: 1,
    correlationId: 'c',
    ...at,
  };
}

/** A log in memory that hands events over one partition's batch after another. */
export class TestLog implements Follows {
  readonly #events: StoredEvent[] = [];
  readonly #followers = new Set<() => void>();
  readonly #maxBatch: number;

  constructor(maxBatch = 500) {
    this.#maxBatch = maxBatch;
  }

  append(...events: StoredEvent[]): void {
    for (const one of events) this.#events.push(one);
    for (const wake of this.#followers) wake();
  }

  async ends(topics: readonly string[]): Promise<Positions> {
    const ends: Record<string, number> = {};
    for (const { topic, partition, offset } of this.#events)
      if (topics.includes(topic))
        ends[`${topic}/${partition}`] = Math.max(ends[`${topic}/${partition}`] ?? 0, offset + 1);
    return ends;
  }

  async follow({ topics, from, handle }: Parameters<Follows['follow']>[0]): Promise<{ stop(): Promise<void> }> {
    let next = 0;
    let isStopped = false;
    let working = Promise.resolve();
    const wanted = ({ topic, partition, offset }: StoredEvent): boolean =>
      topics.includes(topic) && offset >= (from[`${topic}/${partition}`] ?? 0);
    const work = async (): Promise<void> => {
      while (!isStopped && next < this.#events.length) {
        const batch = this.#events.slice(next, next + this.#maxBatch);
        next += batch.length;
        await handle(batch.filter(wanted));
      }
    };
    const wake = (): void => {
      working = working.then(work);
    };
    this.#followers.add(wake);
    wake();
    return {
      stop: async () => {
        isStopped = true;
        this.#followers.delete(wake);
        await working;
      },
    };
  }
}

/** Enough to be killed a few times on the way. */
export const crashEvents: readonly StoredEvent[] = Array.from({ length: 600 }, (_, offset) =>
  event({ offset, subject: `s${(offset * 7) % 23}`, data: offset, type: offset % 29 === 28 ? 'cleared' : 'added' }),
);
