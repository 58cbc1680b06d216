import { ContentFlowError, type Clock } from '@contentflow/kernel';
import kafkajs, { type Admin } from 'kafkajs';
import type { TopicDefinition } from '../event-log.ts';
import { isPassing } from './partition-fetcher.ts';
import { whatIsGone } from './whole-history.ts';

/** Nothing that evidence is folded from may expire, whatever the broker does with topics that say nothing of it. */
const KEPT_FOR_EVER = { 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' } as const;
/** A broker may not know at once of the topics that its controller has just made. */
const LOOK_AGAIN_MS = 100;
const LOOKS = 300;

/**
 * Makes the topics that are missing.
 * @throws ContentFlowError for those whose history is not whole, or will not stay so: see {@link faultsOf}
 */
export async function declareTopics(admin: Admin, topics: readonly TopicDefinition[], clock: Clock): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) await createTopics(admin, missing);
  await onceLed(clock, () => admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) }));
  const known = topics.filter(({ name }) => existing.has(name));
  const [fault] = await onceLed(clock, () => faultsOf(admin, known));
  if (fault) throw fault;
}

async function createTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ name, partitions }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: Object.entries(KEPT_FOR_EVER).map(([setting, value]) => ({ name: setting, value })),
    })),
  });
}

/** Another process may have made them just now. */
async function onceLed<T>(clock: Clock, ask: () => Promise<T>): Promise<T> {
  for (let look = 1; ; look++) {
    try {
      return await ask();
    } catch (error) {
      if (look === LOOKS || !isNotYet(error)) throw error;
      await clock.sleep(LOOK_AGAIN_MS);
    }
  }
}

const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

/** kafkajs wraps what it has tried a few times itself. */
function isNotYet(error: unknown): boolean {
  const { type, cause, originalError } = error as { type?: unknown; cause?: unknown; originalError?: unknown };
  if (NOT_YET.has(String(type)) || isPassing(error)) return true;
  return [cause, originalError].some((inner) => inner instanceof Error && isNotYet(inner));
}

/** What is wrong with topics that are there: partitions, history that is gone, and settings by which it will go. */
export async function faultsOf(admin: Admin, topics: readonly TopicDefinition[]): Promise<ContentFlowError[]> {
  const histories = await Promise.all(topics.map((topic) => historyFault(admin, topic)));
  return [...histories, ...(await settingFaults(admin, topics))].filter((fault) => fault !== undefined);
}

/**
 * A topic may have more partitions than are declared: a subject's place goes by the declared number, so that what an operator adds stays empty and moves nothing.
 */
async function historyFault(
  admin: Admin,
  { name, partitions }: TopicDefinition,
): Promise<ContentFlowError | undefined> {
  const there = await admin.fetchTopicOffsets(name);
  if (there.length < partitions) return partitionsDiffer(name, `${there.length} partitions`, partitions);
  const beyond = there.filter(({ partition, high }) => partition >= partitions && Number(high) > 0);
  if (beyond.length > 0) {
    const filled = `events in ${beyond.map(({ partition }) => `${name}/${partition}`).join(', ')}`;
    return partitionsDiffer(name, filled, partitions);
  }
  return whatIsGone(there.map(({ partition, low }) => ({ topic: name, partition, begins: Number(low) })));
}

function partitionsDiffer(topic: string, existing: string, declared: number): ContentFlowError {
  return new ContentFlowError(
    'log-partitions',
    `topic ${topic} has ${existing} on the broker, where ${declared} partitions are used`,
    { fix: 'keep the number it was made with: another one would move keys between partitions' },
  );
}

/** Topics that let events go. Who may not read settings is not told of any. */
async function settingFaults(admin: Admin, topics: readonly TopicDefinition[]): Promise<ContentFlowError[]> {
  if (topics.length === 0) return [];
  const configNames = Object.keys(KEPT_FOR_EVER);
  const resources = topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames }));
  const described = await admin.describeConfigs({ resources, includeSynonyms: false }).catch((error: unknown) => {
    if (String((error as { type?: unknown }).type).endsWith('AUTHORIZATION_FAILED')) return { resources: [] };
    throw error;
  });
  return described.resources.flatMap(({ resourceName, configEntries }) => {
    const said = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue]));
    const wrong = Object.entries(KEPT_FOR_EVER).filter(([name, value]) => (said.get(name) ?? value) !== value);
    return wrong.length > 0
      ? [
          letsGo(
            resourceName,
            wrong.map(([name]) => `${name}=${said.get(name)}`),
          ),
        ]
      : [];
  });
}

function letsGo(topic: string, settings: readonly string[]): ContentFlowError {
  const wanted = Object.entries(KEPT_FOR_EVER).map(([name, value]) => `${name}=${value}`);
  return new ContentFlowError('log-retention', `topic ${topic} lets its events go: ${settings.join(', ')}`, {
    fix: `kafka-configs.sh --alter --entity-type topics --entity-name ${topic} --add-config ${wanted.join(',')}`,
  });
}
