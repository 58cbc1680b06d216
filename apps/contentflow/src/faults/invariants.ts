import {
  BriefAccepted,
  ContentGenerated,
  EngagementRecorded,
  FeedbackReceived,
  GenerationFailed,
  Topic,
} from '@contentflow/contracts';
import { covers, type Document, messageOf, type Projection, type StoredEvent } from '@contentflow/kernel';
import { openBudgetStore } from '@contentflow/language-models';
import { audit } from '@contentflow/ledger';
import { codeVersion, type OpenPlatform } from '@contentflow/nest-platform';
import { allDocuments, rebuildProjection, runProjection } from '@contentflow/read-model';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { procedures, projectionsOf } from '@contentflow/services';
import type { Keyed } from './requests.ts';
import { eventsOf } from './malformed-events.ts';

const CATCH_UP_TIMEOUT_MS = 60_000;
const NANO = 1e9;
const RESULTS: readonly string[] = [ContentGenerated.type, GenerationFailed.type];

/** The events of a topic that count, as every reader has them. */
async function countedEvents(platform: OpenPlatform, topic: string): Promise<StoredEvent[]> {
  return (await eventsOf(platform.log, [topic])).filter(({ isRepeat }) => !isRepeat);
}

/** The briefs that have been accepted and have not ended. */
export async function openBriefsOf(platform: OpenPlatform): Promise<string[]> {
  const events = await countedEvents(platform, Topic.content);
  const ended = new Set(events.filter(({ type }) => RESULTS.includes(type)).map(({ subject }) => subject));
  return events
    .filter(({ type, subject }) => type === BriefAccepted.type && !ended.has(subject))
    .map(({ subject }) => subject);
}

/**
 * What does not hold of an installation that has stopped, whatever happened to it, a sentence for each.
 * @param injected  content items that were written into the log by others
 */
export async function violationsOf(
  installation: Inspected,
  sent: readonly Keyed[],
  injected: readonly string[],
): Promise<string[]> {
  const platform = await installation.platform();
  try {
    return [
      ...(await miscounted(platform, sent, injected)),
      ...(await auditDifferences(platform)),
      ...(await overspent(installation, platform)),
    ];
  } finally {
    await platform.close();
  }
}

/** Which read models are not what they become when they are built again from the log, a sentence for each. */
export async function rebuildDifferences(installation: Inspected): Promise<string[]> {
  const platform = await installation.platform();
  try {
    return await differencesFromRebuild(platform);
  } finally {
    await platform.close();
  }
}

/** What is looked at of an installation. */
export interface Inspected {
  readonly data: string;
  readonly options: { readonly budgetUsd: number; readonly models: { readonly paid: number } };
  platform(): Promise<OpenPlatform>;
}

/** Each accepted brief ends once; the effect of each key is there once, and nothing that no key asked for. */
async function miscounted(
  platform: OpenPlatform,
  sent: readonly Keyed[],
  injected: readonly string[],
): Promise<string[]> {
  const content = await countedEvents(platform, Topic.content);
  const feedback = await countedEvents(platform, Topic.feedback);
  const bySubject = counts(content.filter(({ type }) => type === BriefAccepted.type).map(({ subject }) => subject));
  const results = counts(content.filter(({ type }) => RESULTS.includes(type)).map(({ subject }) => subject));
  const said = (type: string): Map<string, number> =>
    counts(feedback.filter((event) => event.type === type && isSound(event)).map((event) => event.causationId ?? ''));
  const ids = (kinds: readonly string[]): string[] =>
    sent
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap(({ kind, id, contents }) => (kind === 'content' || kind === 'batch' ? contents : [id ?? '']));
  return [
    ...notExactlyOnce('accepted', bySubject, [...ids(['content', 'batch']), ...injected]),
    ...notExactlyOnce('ended', results, [...bySubject.keys()]),
    ...notExactlyOnce('feedback', said(FeedbackReceived.type), ids(['feedback'])),
    ...notExactlyOnce('engagement', said(EngagementRecorded.type), ids(['engagement'])),
  ];
}

/** Malformed events of ours are no effects. */
const isSound = ({ data }: StoredEvent): boolean =>
  typeof (data as { contentId?: unknown } | null)?.contentId === 'string';

function notExactlyOnce(what: string, found: ReadonlyMap<string, number>, expected: readonly string[]): string[] {
  const wanted = new Set(expected);
  return [
    ...expected.filter((id) => found.get(id) !== 1).map((id) => `${what}: ${id} counts ${found.get(id) ?? 0} times`),
    ...[...found.keys()].filter((id) => !wanted.has(id)).map((id) => `${what}: ${id} is there and nobody asked for it`),
  ];
}

const counts = (ids: readonly string[]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const id of ids) found.set(id, (found.get(id) ?? 0) + 1);
  return found;
};

/** Every read model as it was lived, and as it is when it is built again from the log. */
async function differencesFromRebuild(platform: OpenPlatform): Promise<string[]> {
  const violations: string[] = [];
  for (const [service, projections] of Object.entries(projectionsOf)) {
    const store = await platform.readModel(service);
    for (const projection of projections) {
      try {
        await caughtUp(platform, service, projection);
        const lived = await documentsOf(store, projection);
        await rebuildProjection({ log: platform.log, store, projection, onFault: async () => undefined });
        const rebuilt = await documentsOf(store, projection);
        const different = [...new Set([...lived.keys(), ...rebuilt.keys()])].filter(
          (id) => lived.get(id) !== rebuilt.get(id),
        );
        if (different.length > 0)
          violations.push(
            `${service}/${projection.name}: ${different.length} documents unlike their rebuild, e.g. ${firstDifference(lived.get(different[0]!), rebuilt.get(different[0]!))}`,
          );
      } catch (error) {
        violations.push(`${service}/${projection.name}: ${messageOf(error)}`);
      }
    }
  }
  return violations;
}

async function caughtUp(platform: OpenPlatform, service: string, projection: Projection<Document>): Promise<void> {
  const store = await platform.readModel(service);
  const running = await runProjection({ log: platform.log, store, projection, onFault: async () => undefined });
  const ends = await platform.log.ends(projection.topics);
  const until = performance.now() + CATCH_UP_TIMEOUT_MS;
  while (!covers(await store.positions(projection.name), ends)) {
    if (performance.now() > until) throw new Error('stands still');
    await pause(50);
  }
  await running.stop();
}

async function documentsOf(
  store: Awaited<ReturnType<OpenPlatform['readModel']>>,
  projection: Projection<Document>,
): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  for await (const document of allDocuments(await store.collection(projection), { sort: { by: 'id' } }))
    documents.set(document.id, JSON.stringify(document));
  return documents;
}

/** The place where two documents begin to differ, with what stands there. */
function firstDifference(lived = 'nothing', rebuilt = 'nothing'): string {
  let at = 0;
  while (at < lived.length && lived[at] === rebuilt[at]) at++;
  const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 60);
  return `lived …${around(lived)}… rebuilt …${around(rebuilt)}…`;
}

async function auditDifferences({ storedLog }: OpenPlatform): Promise<string[]> {
  const { ok, differences } = await audit({
    source: storedLog,
    procedures: Object.fromEntries(procedures),
    code: codeVersion,
  });
  if (ok) return [];
  return differences.slice(0, 3).map(({ seq, eventId, field, expected, actual }) => {
    const short = (value: unknown): string => (JSON.stringify(value) ?? 'absent').slice(0, 80);
    return `audit: entry ${seq ?? '–'}, event ${eventId}: ${field} is ${short(actual)}, expected ${short(expected)}`;
  });
}

/** By the installation's own books, and by those of who was paid. */
async function overspent({ options, data }: Inspected, { mongo }: OpenPlatform): Promise<string[]> {
  const { budgetUsd, models } = options;
  const place = mongo
    ? { uri: mongo.uri, database: mongo.databaseOf('generator') }
    : { file: join(data, 'budgets.sqlite') };
  const store = await openBudgetStore(place);
  try {
    const today = new Date().toISOString().slice(0, 10);
    const { spentNanoUsd = 0, reservedNanoUsd = 0 } = (await store.balances(today))['day'] ?? {};
    const taken = (spentNanoUsd + reservedNanoUsd) / NANO;
    return [
      ...(taken > budgetUsd ? [`budget: ${taken} of ${budgetUsd} USD are taken`] : []),
      ...(models.paid > budgetUsd + 1e-9 ? [`budget: ${models.paid} of ${budgetUsd} USD were paid`] : []),
    ];
  } finally {
    await store.close();
  }
}
