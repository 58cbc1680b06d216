import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, type Document, systemClock } from '@contentflow/kernel';
import type { Collection, ReadModelStore } from '../read-model.ts';
import { type Follows, runProjection } from '../run-projection.ts';
import { sampleEvent, type SampleDocument, sampleProjection } from './sample.ts';
import { quantile, realTime } from './stopwatch.ts';

export interface Visibility {
  /** Milliseconds from an event's arrival to a query that sees it. */
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly eventLoopDelayP99Ms: number;
}

/** At a steady pace: how long until a query of the document gives the event's effect, and how late the event loop is. */
export async function visibilityAt(perSecond: number, seconds: number, store: ReadModelStore): Promise<Visibility> {
  const projection = sampleProjection('bench.visible');
  const log = new PacedLog(perSecond, seconds, systemClock);
  const collection = await store.collection<SampleDocument>(projection);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const running = await runProjection({ log, store, projection });
  const latencies = await log.whenSeen(collection, ({ total }) => total);
  delay.disable();
  await running.stop();
  return {
    medianMs: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    eventLoopDelayP99Ms: delay.percentile(99) / 1e6,
  };
}

/** Hands over what has come due since the last batch was handled, as a log does. */
class PacedLog implements Follows {
  readonly #count: number;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #looks: Promise<number>[] = [];
  #look: (from: number, to: number, start: number) => void = () => undefined;
  #handing: Promise<void> = Promise.resolve();

  constructor(perSecond: number, seconds: number, clock: Clock) {
    this.#count = perSecond * seconds;
    this.#intervalMs = 1000 / perSecond;
    this.#clock = clock;
  }

  async follow({ handle }: Parameters<Follows['follow']>[0]): Promise<{ stop(): Promise<void> }> {
    this.#handing = this.#hand(handle);
    return { stop: () => this.#handing };
  }

  /** The latency of each event, measured by asking for its document until it is there. */
  async whenSeen<Doc extends Document>(
    collection: Collection<Doc>,
    sizeOf: (document: Doc) => number,
  ): Promise<number[]> {
    const expected = new Map<string, number>();
    this.#look = (from, to, start) => {
      for (let i = from; i < to; i++) {
        const { subject, data } = sampleEvent(i);
        const size = (expected.get(subject) ?? 0) + data;
        expected.set(subject, size);
        const isThere = async (): Promise<boolean> => {
          const document = await collection.get(subject);
          return document !== undefined && sizeOf(document) >= size;
        };
        this.#looks.push(this.#latency(start + i * this.#intervalMs, isThere));
      }
    };
    await this.#handing;
    return Promise.all(this.#looks);
  }

  async #latency(due: number, isThere: () => Promise<boolean>): Promise<number> {
    while (!(await isThere())) await this.#clock.sleep(1);
    return realTime() - due;
  }

  async #hand(handle: Parameters<Follows['follow']>[0]['handle']): Promise<void> {
    const start = realTime() + 50;
    for (let next = 0; next < this.#count;) {
      const due = Math.min(this.#count, Math.floor((realTime() - start) / this.#intervalMs) + 1);
      if (due <= next) {
        await this.#clock.sleep(1);
        continue;
      }
      this.#look(next, due, start);
      await handle(Array.from({ length: due - next }, (_, i) => sampleEvent(next + i)));
      next = due;
    }
  }
}
