import { canonicalJson, ContentFlowError, hash128, isInstant, type StoredEvent, ownValue } from '@contentflow/kernel';
import { canonicalJsonOfVersion1, HASH_VERSION, type HashVersion } from '../domain/entry-hash.ts';

/** An event at its place in the log as CloudEvents JSON, one line of an export. Attributes beyond the standard are extensions. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  /** RFC 3339 */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly correlationid: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  /** Epoch milliseconds, where these are no whole number and `time` would lose something. */
  readonly timems?: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly data: unknown;
  /** How the digest is found, as with an entry's hash: 1 where it is absent, in exports of releases up to 0.2. */
  readonly digestversion?: HashVersion;
  /** 128 bits of SHA-256 over the canonical bytes of all the rest. */
  readonly digest: string;
}

/** @param digestVersion  how its digest is found; null as exports of releases up to 0.2 have it */
export function toCloudEvent(event: StoredEvent, digestVersion: HashVersion | null = HASH_VERSION): CloudEvent {
  const { id, type, source, subject, time, topic, partition, offset, data } = event;
  const attributes = {
    specversion: '1.0' as const,
    id,
    type,
    source,
    subject,
    time: new Date(time).toISOString(),
    datacontenttype: 'application/json' as const,
    correlationid: event.correlationId,
    ...(event.causationId === undefined ? {} : { causationid: event.causationId }),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
    ...(Number.isInteger(time) ? {} : { timems: time }),
    topic,
    partition,
    offset,
    data,
    ...(digestVersion === null ? {} : { digestversion: digestVersion }),
  };
  return { ...attributes, digest: digestOf(attributes) };
}

export const digestOf = (event: Omit<CloudEvent, 'digest'>): string =>
  hash128(event.digestversion === undefined ? canonicalJsonOfVersion1(event) : canonicalJson(event));

/** The digest that the event ought to have. */
export function expectedDigest({ digest: _digest, ...rest }: CloudEvent): string {
  return digestOf(rest);
}

/** @throws ContentFlowError `export-line`, naming what is wrong with it */
export function parseCloudEvent(line: string): CloudEvent {
  const value = parsedJson(line);
  for (const [field, type] of Object.entries(fields))
    if (typeof ownValue(value, field) !== type) throw badLine(`is not a ${type}`, field);
  if (Number.isNaN(Date.parse(value['time'] as string))) throw badLine('is not a time of RFC 3339', 'time');
  const exact = ownValue(value, 'timems');
  if (exact !== undefined && !(typeof exact === 'number' && isInstant(exact)))
    throw badLine('is not a time in milliseconds', 'timems');
  return value as typeof value & CloudEvent;
}

const fields = {
  id: 'string',
  type: 'string',
  source: 'string',
  subject: 'string',
  time: 'string',
  correlationid: 'string',
  topic: 'string',
  partition: 'number',
  offset: 'number',
} as const;

function parsedJson(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw badLine('is not a JSON object');
}

const badLine = (problem: string, field?: string): ContentFlowError =>
  new ContentFlowError('export-line', problem, { field });

export function fromCloudEvent(event: CloudEvent): StoredEvent {
  const { id, type, source, subject, topic, partition, offset, data, causationid, traceparent } = event;
  return {
    id,
    topic,
    type,
    source,
    subject,
    time: event.timems ?? Date.parse(event.time),
    data,
    correlationId: event.correlationid,
    ...(causationid === undefined ? {} : { causationId: causationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    partition,
    offset,
  };
}
