import { topics } from '@contentflow/contracts';
import { canonicalJson, hash128, HOUR_MS, type Random, sha256 } from '@contentflow/kernel';
import { audit, type AuditResult, exportLog, openExportedLog, type Witness } from '@contentflow/ledger';
import { codeVersion, openSigningKeys } from '@contentflow/nest-platform';
import { procedures } from '@contentflow/services';
import { openSimulatedDay } from '@contentflow/simulated-day';
import { loadWorld } from '@contentflow/simulation';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A line of an export, as whoever tampers reads it. */
export interface Line {
  topic: string;
  partition: number;
  offset: number;
  data: Record<string, unknown>;
  [attribute: string]: unknown;
}
/** Where the first event stands that is not as it was. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}
export interface Forged {
  readonly lines: Line[];
  readonly place: Place;
}
export const allTopics = topics.map(({ name }) => name);

/** The export of an hour, and whoever tampers with it: he has all but the key. */
export interface ExportedHour {
  readonly lines: readonly Line[];
  readonly manifest: Readonly<Record<string, unknown>>;
}
/** An export of these topics as `contentflow export` writes it. */
export type Exporter = (names: readonly string[]) => Promise<string[]>;

/** An hour of a small world. @param besides  what else is exported of it, while it is there */
export async function exportedHour(
  folder: string,
  besides: (exported: Exporter) => Promise<void> = async () => {},
): Promise<ExportedHour> {
  const day = await openSimulatedDay({ world: loadWorld('small-default'), seed: 11, folder });
  const exported: Exporter = async (names) => {
    const lines: string[] = [];
    for await (const line of exportLog(day.platform.storedLog, names, openSigningKeys(folder).current))
      lines.push(line);
    return lines;
  };
  try {
    await day.run(HOUR_MS);
    const parsed = (await exported(allTopics)).map((line) => JSON.parse(line) as Line);
    await besides(exported);
    return { lines: parsed.slice(0, -1), manifest: parsed.at(-1) as Record<string, unknown> };
  } finally {
    await day.close();
  }
}

/** @param content  of a file whose name ends in .gz what is packed */
export async function audited(
  folder: string,
  file: string,
  content: string | Uint8Array,
  witness: Witness = {},
): Promise<AuditResult> {
  const path = join(folder, file);
  writeFileSync(path, typeof content === 'string' && file.endsWith('.gz') ? gzipSync(content) : content);
  try {
    const source = await openExportedLog(path);
    try {
      return await audit({ source, procedures: Object.fromEntries(procedures), code: codeVersion, witness });
    } finally {
      source.close();
    }
  } finally {
    rmSync(path);
  }
}

/** The line with its digest done again. */
export function digested({ digest: _digest, ...rest }: Line): string {
  return JSON.stringify({ ...rest, digest: hash128(canonicalJson(rest)) });
}

/** Digests and manifest done again over what was forged: all but the signature, for want of the key. */
export const written = ({ manifest }: ExportedHour, lines: readonly Line[]): string =>
  asExport(manifest, lines, lines.map(digested));

/** Lines as they are, and the manifest done again over them. @param lines  what they say, of each where it stands */
export function asExport(
  manifest: ExportedHour['manifest'],
  lines: readonly Place[],
  texts: readonly string[],
): string {
  const ends = Object.fromEntries(
    lines.map(({ topic, partition, offset }) => [`${topic}/${partition}`, Number(offset) + 1]),
  );
  const hash = texts.reduce((before, text) => sha256(before + text), '');
  const done = { ...manifest, events: lines.length, ends, hash };
  return `${texts.join('\n')}\n${JSON.stringify(done)}\n`;
}

/** The chain of the ledger from here on, done again without the key. */
export function rechained(lines: readonly Line[], from: number): Line[] {
  let previousHash: unknown;
  return lines.map((line, index) => {
    if (line.topic !== 'contentflow.ledger') return line;
    if (index < from) {
      previousHash = line.data['hash'];
      return line;
    }
    const { hashVersion, seq, decision } = line.data;
    const place = { hashVersion, seq, previousHash: previousHash ?? '0'.repeat(64), decision };
    previousHash = sha256(canonicalJson(place));
    return { ...line, data: { ...place, hash: previousHash } };
  });
}

/** The first figure in it is another. */
export function withOtherFigure(value: unknown): unknown {
  let isDone = false;
  const changed = (each: unknown): unknown => {
    if (isDone) return each;
    if (typeof each === 'number') {
      isDone = true;
      return each + 1;
    }
    if (typeof each !== 'object' || each === null) return each;
    if (Array.isArray(each)) return each.map(changed);
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, changed(inner)]));
  };
  return changed(value);
}

export const placeOf = ({ topic, partition, offset }: Line): Place => ({ topic, partition, offset });
export const isOf = (one: Line, other: Line): boolean => one.topic === other.topic && one.partition === other.partition;
export const isCovered = ({ topic }: Line): boolean => topic !== 'contentflow.checkpoints';
export const isEntry = ({ topic }: Line): boolean => topic === 'contentflow.ledger';
/** The index of a line that is wanted. */
export function chosen(
  { lines }: ExportedHour,
  random: Random,
  wanted: (line: Line, index: number) => boolean,
): number {
  const indices = lines.flatMap((line, index) => (wanted(line, index) ? [index] : []));
  return indices[Math.floor(random.next() * indices.length)] as number;
}
/** The events of that partition follow on each other without a gap. */
export const renumbered = (lines: readonly Line[], like: Line): Line[] => {
  let offset = 0;
  return lines.map((line) => (isOf(line, like) ? { ...line, offset: offset++ } : line));
};

/** Whether it is said where: the entry of the ledger, or the stretch of a partition between two signatures. */
export function isNamed({ differences }: AuditResult, { topic, partition, offset }: Place): boolean {
  const [first] = differences;
  const key = `${topic}/${partition}`;
  if (first === undefined) return false;
  if (first.field === `${key}.end` || first.field === `ends.${key}`) return true;
  if (first.seq !== null) return topic.endsWith('.ledger') || topic.endsWith('.decisions');
  const [from, to] = [...String(first.expected).matchAll(/\d+/g)].map(Number);
  if (first.field === key) return from !== undefined && to !== undefined && from <= offset && offset <= to + 1;
  // Behind the last checkpoint nothing but the end of the export is signed.
  return first.eventId === '(manifest)';
}
