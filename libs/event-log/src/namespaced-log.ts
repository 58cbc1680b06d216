import type { NewEvent, Positions, StoredEvent } from '@contentflow/kernel';
import { DEAD_LETTERED, type DeadLetter } from './dead-letter.ts';
import type { EventLog, TopicDefinition } from './event-log.ts';

/** What topics and groups of a namespace are called on servers that several share. */
export const nameIn = (namespace: string, name: string): string => `${namespace}.${name}`;

export const topicsIn = (namespace: string, topics: readonly TopicDefinition[]): TopicDefinition[] =>
  topics.map((topic) => ({ ...topic, name: nameIn(namespace, topic.name) }));

/**
 * A log on servers that others use too: inside, topics and groups have the names they always have; outside, each stands in the namespace.
 * @param log  opened with `topicsIn` the namespace
 */
export function namespaced(log: EventLog, namespace: string): EventLog {
  const out = (name: string): string => nameIn(namespace, name);
  const back = (name: string): string => name.slice(namespace.length + 1);
  const sent = (event: NewEvent): NewEvent => {
    const outside = { ...event, topic: out(event.topic) };
    return event.type === DEAD_LETTERED ? sentLetter(outside as NewEvent<DeadLetter>) : outside;
  };
  const sentLetter = ({ data, ...event }: NewEvent<DeadLetter>): NewEvent => {
    const group = out(data.group);
    return {
      ...event,
      source: group,
      data: { ...data, group, event: { ...data.event, topic: out(data.event.topic) } },
    };
  };
  const got = (event: StoredEvent): StoredEvent => {
    const inside = { ...event, topic: back(event.topic) };
    return event.type === DEAD_LETTERED ? letter(inside as StoredEvent<DeadLetter>) : inside;
  };
  const letter = ({ data, ...event }: StoredEvent<DeadLetter>): StoredEvent => {
    const group = back(data.group);
    return { ...event, source: group, data: { ...data, group, event: got(data.event) } };
  };
  const renamed = (positions: Positions, rename: (name: string) => string): Positions =>
    Object.fromEntries(Object.entries(positions).map(([place, offset]) => [rename(place), offset]));
  const partitionsOf = (partitions: ReadonlySet<string>): ReadonlySet<string> => new Set([...partitions].map(back));
  return {
    append: async (events) => (await log.append(events.map(sent))).map(got),
    subscribe: async ({ group, topics, handle, onAssigned, ...others }) => {
      const subscription = await log.subscribe({
        ...others,
        group: out(group),
        topics: topics.map(out),
        handle: async (event) => (await handle(got(event))).map(sent),
        onAssigned: (partitions) => onAssigned?.(partitionsOf(partitions)),
      });
      return {
        stop: () => subscription.stop(),
        get partitions() {
          return partitionsOf(subscription.partitions);
        },
      };
    },
    follow: ({ topics, from, handle, shownAs, ...others }) =>
      log.follow({
        ...others,
        ...(shownAs !== undefined && { shownAs: out(shownAs) }),
        topics: topics.map(out),
        from: renamed(from, out),
        handle: (events) => handle(events.map(got)),
      }),
    read: async function* (range) {
      for await (const events of log.read({ ...range, topic: out(range.topic) })) yield events.map(got);
    },
    ends: async (topics) => renamed(await log.ends(topics.map(out)), back),
    close: () => log.close(),
  };
}
