import {
  type Document,
  ownValue,
  partitionOfKey,
  type Positions,
  type Projection,
  type StoredEvent,
} from '@contentflow/kernel';
import type { EventLog } from '@contentflow/event-log';
import { type Collection, type Follows, type RunningProjection, runProjection } from '@contentflow/read-model';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DeadLetters } from './dead-letters.ts';
import type { DeadLetterSink } from './hosted-fold.ts';
import { assertNoLogLoss } from './log-loss.ts';
import { latestPositionOf, notYetVisible } from './latest-position.ts';
import { PLATFORM, type Platform } from './platform.ts';
import { Progress, type StalledFollower } from './progress.ts';
import { refusalOf } from './refusals.ts';

/** Longest a person waits for a document to follow what was written, in real time. */
const VISIBLE_WITHIN_MS = 5000;

/** The documents of a projection that this process keeps up with the log. */
export interface HostedCollection<Doc extends Document> extends Collection<Doc> {
  /**
   * The document as of what the log holds when it is asked for: where there is none yet, and an event of it is on its way here, once
   * that has come. So whoever has written, in whichever process, reads what was written; an id that nobody wrote of waits for nothing.
   * @throws ContentFlowError `not-ready` where it takes too long
   */
  latest(id: string): Promise<Doc | undefined>;
  /** How far the log stands in the documents. */
  positions(): Positions;
  /** True once everything before these positions stands in the documents; false where that takes too long. */
  caughtUpTo(goal: Positions): Promise<boolean>;
}

/** Keeps a service's projections up with the log and gives their documents to queries. */
@Injectable()
export class ProjectionHost implements OnApplicationShutdown {
  private readonly running: {
    readonly topics: readonly string[];
    readonly projection: RunningProjection;
    readonly progress: Progress;
  }[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** Starts the projection (of the service that its name begins with). */
  async start<Doc extends Document>(projection: Projection<Doc>): Promise<HostedCollection<Doc>> {
    const { clock, log } = this.platform;
    const { name } = projection;
    const store = await this.platform.readModel(serviceOf(name));
    const collection = await store.collection<Doc>(projection);
    const { folder, mongo } = this.platform;
    // A simulated day begins with nothing.
    if (folder !== undefined || mongo) await assertNoLogLoss(this.platform, store, projection);
    const progress = new Progress(name, clock);
    const running = await runProjection({
      log: watched(deadLetteringRefused(log, projection, this.deadLetters), progress),
      store,
      projection,
      onFault: ({ event, error }) => this.deadLetters.setAside(name, event, error),
    });
    this.running.push({ topics: projection.topics, projection: running, progress });
    return hostedCollection(collection, running, projection, log);
  }

  /** How far the store has one of them, asked of the store itself. @throws where it does not answer */
  async stored(): Promise<Positions> {
    const [first] = this.running;
    if (!first) return {};
    const { name } = first.progress;
    return (await this.platform.readModel(serviceOf(name))).positions(name);
  }

  /** Of everything that is kept up. */
  names(): string[] {
    return this.running.map(({ progress }) => progress.name);
  }

  /** Of each, by name, the events that its documents do not tell of yet. */
  async lags(): Promise<Map<string, number>> {
    const ends = await this.platform.log.ends([...new Set(this.running.flatMap(({ topics }) => topics))]);
    return new Map(
      this.running.map(({ topics, projection, progress: { name } }) => [
        name,
        eventsAfter(projection.positions(), ends, topics),
      ]),
    );
  }

  stalled(): StalledFollower[] {
    return this.running.flatMap(({ progress }) => progress.stalled() ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map(({ projection }) => projection.stop()));
  }
}

function hostedCollection<Doc extends Document>(
  collection: Collection<Doc>,
  running: RunningProjection,
  { handlers, idOf, topics }: Projection<Doc>,
  log: Pick<EventLog, 'ends' | 'read'>,
): HostedCollection<Doc> {
  return {
    get: (id) => collection.get(id),
    find: (query) => collection.find(query),
    count: (where) => collection.count(where),
    positions: () => running.positions(),
    caughtUpTo: (goal) => running.caughtUpTo(goal, VISIBLE_WITHIN_MS),
    latest: async (id) => {
      // Before the document is asked for: what is written between both is then looked for in the log.
      const positions = running.positions();
      const document = await collection.get(id);
      if (document) return document;
      const isAbout = (event: StoredEvent): boolean => handlers.has(event.type) && idUnlessPoison(idOf, event) === id;
      const newest = await latestPositionOf(log, topics, positions, isAbout);
      if (newest && !(await running.caughtUpTo(newest, VISIBLE_WITHIN_MS))) throw notYetVisible();
      return newest && collection.get(id);
    },
  };
}

function eventsAfter(positions: Positions, ends: Positions, topics: readonly string[]): number {
  return Object.entries(ends).reduce(
    (sum, [key, end]) =>
      topics.includes(partitionOfKey(key).topic) ? sum + Math.max(0, end - (ownValue(positions, key) ?? 0)) : sum,
    0,
  );
}

function idUnlessPoison(idOf: (event: StoredEvent) => string | undefined, event: StoredEvent): string | undefined {
  try {
    return idOf(event);
  } catch {
    return undefined;
  }
}

/** The log as a projection follows it: events that it would take, were they as their contracts have them, are set aside. */
export function deadLetteringRefused(
  log: Follows,
  { name, handlers }: Pick<Projection<Document>, 'name'> & { readonly handlers: ReadonlyMap<string, unknown> },
  deadLetters: DeadLetterSink,
): Follows {
  const setAside = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const event of events) {
      const refusal = refusalOf(handlers, event);
      if (refusal) await deadLetters.setAside(name, event, refusal);
    }
  };
  return {
    follow: ({ handle, ...options }) =>
      log.follow({
        ...options,
        handle: async (events) => {
          await setAside(events);
          await handle(events);
        },
      }),
  };
}

const serviceOf = (projection: string): string => projection.split('.')[0] as string;

const watched = (log: Follows, progress: Progress): Follows => ({
  follow: ({ handle, ...options }) => log.follow({ ...options, handle: progress.watched(handle) }),
});
