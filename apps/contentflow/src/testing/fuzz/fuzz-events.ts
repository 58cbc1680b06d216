import { ContentGenerated, GenerationFailed, Topic, topics } from '@contentflow/contracts';
import { type DeadLetter, deadLetterTopic } from '@contentflow/event-log';
import { messageOf, type NewEvent, seededRandom } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { audit } from '@contentflow/ledger';
import { codeVersion } from '@contentflow/nest-platform';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { procedures } from '@contentflow/services';
import type { FuzzOptions } from './fuzz.ts';
import { type FuzzedEvent, eventsOf } from './fuzzed-events.ts';
import type { OpenApi } from './fuzzed-requests.ts';

/** What was appended, and what must not be: each fault tells what it came of. */
export interface EventFuzzResult {
  readonly valid: number;
  readonly refused: number;
  /** Of the refused, and of those that could not be taken in though they are valid. */
  readonly deadLetters: number;
  readonly faults: readonly string[];
}

const CONCURRENCY = 50;
const RESTS_WITHIN_MS = 120_000;

/** Events of every contract, appended to the log of a whole system in this process; then what must hold whatever they say. */
export async function fuzzEvents(
  system: TestedService,
  { events, seed }: Pick<FuzzOptions, 'seed'> & { readonly events: number },
): Promise<EventFuzzResult> {
  const next = eventsOf(seededRandom(seed).fork('events'), system.platform.clock.now());
  const sent = Array.from({ length: events }, next);
  const faults: string[] = [];
  for (let from = 0; from < sent.length; from += CONCURRENCY)
    await system.log.append(sent.slice(from, from + CONCURRENCY).map(({ event }) => event));
  const rests = await Promise.race([system.settled().then(() => true), after(RESTS_WITHIN_MS)]);
  if (!rests) faults.push('what follows the log never came to its end');
  const letters = await lettersOf(system);
  faults.push(...missing(sent, letters), ...(await unreadable(system)), ...(await briefFaults(system)));
  faults.push(...(await unaudited(system, sent)));
  const valid = sent.filter(({ isValid }) => isValid).length;
  return { valid, refused: sent.length - valid, deadLetters: letters.length, faults };
}

/** Entries of the ledger that its writer did not make: the audit goes through to the end, and names each of them by its place. */
async function unaudited(system: TestedService, sent: readonly FuzzedEvent[]): Promise<string[]> {
  const forged = new Set(sent.filter(({ event }) => event.topic === Topic.ledger).map(({ event }) => event.id));
  const entries = (await system.events(Topic.ledger)).filter(({ isRepeat }) => !isRepeat);
  try {
    const { differences } = await audit({
      source: system.platform.storedLog,
      procedures: Object.fromEntries(procedures),
      code: codeVersion,
    });
    const named = new Set(differences.map(({ seq }) => seq));
    return entries.flatMap(({ id }, seq) =>
      forged.has(id) && !named.has(seq) ? [`a forged entry that the audit does not name: ${id}, ${seq}`] : [],
    );
  } catch (error) {
    return [`the audit broke off: ${messageOf(error)}`];
  }
}

const after = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());

async function lettersOf(system: TestedService): Promise<DeadLetter[]> {
  const all = await Promise.all(topics.map(({ name }) => system.events<DeadLetter>(deadLetterTopic(name))));
  return all.flat().map(({ data }) => data);
}

/** Who reads a type sets each aside that its contract refuses: of a type, all of them stand in the dead letters, or nobody reads it. */
function missing(sent: readonly FuzzedEvent[], letters: readonly DeadLetter[]): string[] {
  const aside = new Set(letters.map(({ event }) => event.id));
  const types = new Set(letters.map(({ event }) => event.type));
  const first = new Map<string, NewEvent>();
  for (const { event } of sent) if (!first.has(event.id)) first.set(event.id, event);
  return sent
    .filter(({ event, isValid }) => !isValid && types.has(event.type) && first.get(event.id) === event)
    .filter(({ event }) => !aside.has(event.id))
    .map(({ event }) => `refused, and in no dead letter: ${shown(event)}`);
}

/** Each route that is read answers, with ids that the events speak of too. */
async function unreadable(system: TestedService): Promise<string[]> {
  const { paths } = await system.get<OpenApi>('/openapi.json');
  const urls = Object.entries(paths)
    .filter(([path, methods]) => methods['get'] && !path.endsWith('/events'))
    .flatMap(([path]) =>
      (path.includes('{') ? ['i0', 'i3', 'headline', 'fuzzed-1', 'constructor'] : ['']).map((id) =>
        path.replace(/\{\w+\}/g, id),
      ),
    );
  const faults: string[] = [];
  for (const url of urls) {
    const response = await Promise.race([system.app.inject({ method: 'GET', url }), after(60_000)]);
    if (!response || response.statusCode >= 500)
      faults.push(`GET ${url}: ${response ? `${response.statusCode} ${response.body.slice(0, 300)}` : 'no answer'}`);
  }
  return faults;
}

/** A brief that is sent afterwards has one result, and can be read. */
async function briefFaults(system: TestedService): Promise<string[]> {
  const brief = { contentType: 'headline', topic: 'a steel bottle' };
  const { status, body } = await system.answer('POST', '/v1/content', brief);
  if (status !== 202) return [`a brief was answered ${status} ${JSON.stringify(body)}`];
  const { id } = body as { id: string };
  try {
    await until(
      () => system.get<{ status: string }>(`/v1/content/${id}`),
      (content) => !['accepted', 'generating'].includes(content.status),
    );
  } catch (error) {
    return [`a brief has no end: ${String(error)}`];
  }
  await Promise.race([system.settled(), after(RESTS_WITHIN_MS)]);
  const results = (await system.events(Topic.content)).filter(
    ({ subject, type }) => subject === id && [ContentGenerated.type, GenerationFailed.type].includes(type),
  );
  return results.length === 1 ? [] : [`a brief has ${results.length} results`];
}

const shown = ({ id, type, data }: NewEvent): string => `${id} ${type} ${JSON.stringify(data).slice(0, 400)}`;
