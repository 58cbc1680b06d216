import { BriefAccepted, ContentGenerated, GenerationClaimed, Topic, topics } from '@contentflow/contracts';
import type { EventLog } from '@contentflow/event-log';
import { hash128, type NewEvent, partitionOfKey, type Random, type StoredEvent } from '@contentflow/kernel';

/** Topics whose events others than services could write without breaking the chain of hashes, or what is signed of it: an audit tells whatever else stands there. */
const CLOSED_TOPICS: readonly string[] = [Topic.ledger, Topic.checkpoints];
const OPEN_TOPICS = topics.map(({ name }) => name).filter((name) => !CLOSED_TOPICS.includes(name));

/** All events of these topics, in the order of partitions and offsets. */
export async function eventsOf(log: EventLog, names: readonly string[]): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (const [key, to] of Object.entries(await log.ends(names)))
    for await (const events of log.read({ ...partitionOfKey(key), from: 0, to })) found.push(...events);
  return found;
}

/** What a log may hold that no service of ours meant to write: of each topic, events again, and events that are none. */
export async function malformedEvents(log: EventLog, random: Random): Promise<NewEvent[]> {
  const strange: NewEvent[] = [];
  for (const { name } of topics) {
    const events = await eventsOf(log, [name]);
    if (events.length === 0) continue;
    const some = Array.from({ length: 5 }, () => events[Math.floor(random.next() * events.length)]!);
    strange.push(...some.map(asNew));
    if (!OPEN_TOPICS.includes(name)) continue;
    const [model] = some;
    const id = (kind: string): string => hash128(`${kind} ${name} ${random.next()}`);
    strange.push({
      ...asNew(model!),
      id: id('unknown'),
      type: 'contentflow.somebody.unknown.v1',
      data: { deep: [[[]]] },
    });
    strange.push({ ...asNew(model!), id: id('malformed'), data: { constructor: 1, ['__proto__']: null } });
    strange.push({ ...asNew(model!), id: id('poison'), data: null });
  }
  return strange;
}

/** A content item whose events come in the wrong order, as partitions never give them, but people who fix a log might. */
export async function reordered(
  log: EventLog,
  random: Random,
): Promise<{ events: NewEvent[]; contentId: string } | undefined> {
  const events = await eventsOf(log, [Topic.content]);
  const made = events.filter(({ type }) => type === ContentGenerated.type);
  const model = made[Math.floor(random.next() * made.length)];
  const own = events.filter(({ subject, type }) => subject === model?.subject && REPEATED_TYPES.includes(type));
  if (!model || own.length < 2) return undefined;
  const contentId = hash128(`reordered ${random.next()}`);
  const moved = own.map((event) => ({
    ...(JSON.parse(JSON.stringify(asNew(event)).replaceAll(model.subject, contentId)) as NewEvent),
    id: hash128(`${contentId} ${event.id}`),
  }));
  return { events: moved.reverse(), contentId };
}
const REPEATED_TYPES: readonly string[] = [BriefAccepted.type, GenerationClaimed.type, ContentGenerated.type];

const asNew = ({ partition: _partition, offset: _offset, isRepeat: _repeat, ...event }: StoredEvent): NewEvent => event;
