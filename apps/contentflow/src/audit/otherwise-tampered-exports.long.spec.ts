import { canonicalJson, type Random, seededRandom, signingKeyFrom } from '@contentflow/kernel';
import type { AuditResult } from '@contentflow/ledger';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  asExport,
  audited,
  chosen,
  digested,
  type ExportedHour,
  exportedHour,
  type Forged,
  isCovered,
  isEntry,
  isNamed,
  isOf,
  type Line,
  placeOf,
  rechained,
  renumbered,
  written,
} from './testing/exported-hour.ts';

const OF_EACH_KIND = 3;

const folder = mkdtempSync(join(tmpdir(), 'contentflow-otherwise-tampered-'));
afterAll(() => rmSync(folder, { recursive: true }));
let honest: ExportedHour;
beforeAll(async () => {
  honest = await exportedHour(folder);
});

const textOf = (lines: readonly Line[]): string[] => lines.map((line) => JSON.stringify(line));
const wholeText = (): string => `${textOf(honest.lines).join('\n')}\n${JSON.stringify(honest.manifest)}\n`;

/** The same value, or nearly so, in other bytes: line by line, so that a reader who understands them otherwise would read another event. */
const rewritings: Readonly<Record<string, (text: string, line: Line) => string>> = {
  'a letter written as an escape': (text) =>
    text.replace(/"id":"(.)/, (_, letter: string) => `"id":"\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'blanks between': (text) => text.replace('":', '": '),
  'a key twice, something else first': (text) => `{"data":{"forged":true},${text.slice(1)}`,
  'a key twice within the data': (text) => text.replace('"data":{', '"data":{"forged":1,"forged":2,'),
  'a whole number with a fraction': (text) => text.replace(/"partition":(\d+)/, '"partition":$1.0'),
  'a number with an exponent': (text) => text.replace(/"offset":(\d+)/, '"offset":$1e0'),
  'a zero below zero': (text) => text.replace('"partition":0', '"partition":-0'),
  'attributes in another order': (_text, line) => JSON.stringify(Object.fromEntries(Object.entries(line).reverse())),
  'a carriage return at the end': (text) => `${text}\r`,
  'a time of another zone': (_text, line) => digested({ ...line, time: String(line['time']).replace('Z', '+00:00') }),
  'an attribute that there is none of': (_text, line) => digested({ ...line, approvedby: 'somebody' }),
  'another version of the specification': (_text, line) => digested({ ...line, specversion: '1.1' }),
};

const decisionOf = (line: Line): Line => line.data['decision'] as Line;
const hasBasis = (line: Line): boolean => isEntry(line) && 'basis' in (decisionOf(line).data ?? {});
const basisOf = (line: Line): Record<string, unknown> => decisionOf(line).data['basis'] as Record<string, unknown>;

/** The entry at this index with another basis, and the chain done again. */
function withBasis(index: number, basis: Record<string, unknown>): Forged {
  const entry = honest.lines[index] as Line;
  const decision = decisionOf(entry);
  const forged = { ...decision, data: { ...decision.data, basis } };
  const lines = honest.lines.map((line, at) =>
    at === index ? { ...line, data: { ...line.data, decision: forged } } : line,
  );
  return { lines: rechained(lines, index), place: placeOf(entry) };
}

/** As an export puts them, so that the text alone tells of nothing. */
const ORDER = ['correlationid', 'causationid', 'traceparent', 'timems', 'topic', 'partition', 'offset', 'data', 'digestversion', 'digest']; // prettier-ignore
const inOrder = (line: Line): Line =>
  Object.fromEntries(
    Object.entries(line).sort(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other)),
  ) as unknown as Line;

/** An event with other attributes. */
function withAttributes(random: Random, changed: (line: Line) => object): Forged {
  const index = chosen(honest, random, isCovered);
  const lines = honest.lines.map((line, at) => (at === index ? inOrder({ ...line, ...changed(line) }) : line));
  return { lines, place: placeOf(honest.lines[index] as Line) };
}

const forgeries: Readonly<Record<string, (random: Random) => Forged>> = {
  'two decisions of one time swapped, and the chain done again': (random) => {
    const index = chosen(honest, random, (line, at) => {
      const next = honest.lines[at + 1];
      return isEntry(line) && next !== undefined && isEntry(next) && decisionOf(line)['time'] === decisionOf(next)['time']; // prettier-ignore
    });
    const [one, two] = [honest.lines[index] as Line, honest.lines[index + 1] as Line];
    const swapped = (into: Line, from: Line): Line => ({
      ...from,
      offset: into.offset,
      data: { ...from.data, seq: into.data['seq'] },
    });
    const lines = honest.lines.map((line, at) =>
      at === index ? swapped(one, two) : at === index + 1 ? swapped(two, one) : line,
    );
    return { lines: rechained(lines, index), place: placeOf(one) };
  },
  'an event moved to another partition of its topic or behind it': (random) => {
    const index = chosen(honest, random, isCovered);
    const moved = honest.lines[index] as Line;
    const without = renumbered(
      honest.lines.filter((_, at) => at !== index),
      moved,
    );
    const last = without.findLastIndex((line) => isOf(line, moved));
    const behind = { ...moved, offset: last < 0 ? 0 : (without[last] as Line).offset + 1 };
    const at = last < 0 ? index : last + 1;
    return { lines: [...without.slice(0, at), behind, ...without.slice(at)], place: placeOf(moved) };
  },
  'the evidence of an earlier decision': (random) => {
    const like = (line: Line, earlier: Line): boolean =>
      hasBasis(earlier) &&
      decisionOf(earlier)['type'] === decisionOf(line)['type'] &&
      JSON.stringify(basisOf(earlier)['evidence']) !== JSON.stringify(basisOf(line)['evidence']);
    const earlierThan = (at: number): Line | undefined =>
      honest.lines.slice(0, at).findLast((earlier) => like(honest.lines[at] as Line, earlier));
    const index = chosen(honest, random, (line, at) => hasBasis(line) && earlierThan(at) !== undefined);
    const basis = basisOf(honest.lines[index] as Line);
    return withBasis(index, { ...basis, evidence: basisOf(earlierThan(index) as Line)['evidence'] });
  },
  'positions further back': (random) => {
    const index = chosen(honest, random, (line) => hasBasis(line) && Object.keys(Object(basisOf(line)['positions'])).length > 0); // prettier-ignore
    const basis = basisOf(honest.lines[index] as Line);
    const back = Object.entries(basis['positions'] as Record<string, number>).map(([key, end]) => [key, end - 1]);
    return withBasis(index, { ...basis, positions: Object.fromEntries(back) as object });
  },
  'another version of the policy': (random) => {
    const index = chosen(honest, random, hasBasis);
    const basis = basisOf(honest.lines[index] as Line);
    return withBasis(index, { ...basis, policy: String(basis['policy']).split('').reverse().join('') });
  },
  'another release': (random) => {
    const index = chosen(honest, random, hasBasis);
    return withBasis(index, { ...basisOf(honest.lines[index] as Line), code: '0.0.1' });
  },
  'a decision a minute earlier': (random) => {
    const index = chosen(honest, random, hasBasis);
    const basis = basisOf(honest.lines[index] as Line);
    return withBasis(index, { ...basis, at: Number(basis['at']) - 60_000 });
  },
  'another cause': (random) => withAttributes(random, ({ id }) => ({ causationid: `${String(id)} of another` })),
  'another correlation': (random) =>
    withAttributes(random, ({ id }) => ({ correlationid: `${String(id)} of another` })),
  'another source': (random) => withAttributes(random, () => ({ source: 'somebody' })),
  'another subject': (random) => withAttributes(random, ({ subject }) => ({ subject: `${String(subject)} ` })),
  'a trace that there was none of': (random) =>
    withAttributes(random, () => ({ traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` })),
  'a millisecond later': (random) =>
    withAttributes(random, ({ time }) => ({ time: new Date(Date.parse(String(time)) + 1).toISOString() })),
};

const isCheckpoint = ({ type }: Line): boolean => String(type).includes('checkpoint-signed');
const stranger = signingKeyFrom('somebody else');
const checkpointForgeries: Readonly<Record<string, (said: Record<string, unknown>) => Record<string, unknown>>> = {
  'signed by another key': ({ signature: _signature, ...said }) => {
    const statement = { ...said, publicKey: stranger.publicKey };
    return { ...statement, signature: stranger.sign(canonicalJson({ contentflow: 'checkpoint', ...statement })) };
  },
  'that names another key': (said) => ({ ...said, publicKey: stranger.publicKey }),
  'that covers more decisions': (said) => ({ ...said, seq: Number(said['seq']) + 1 }),
  'of a partition that goes further': (said) => ({
    ...said,
    partitions: { ...Object(said['partitions']), 'contentflow.ledger/0': { end: 1, hash: '0'.repeat(64) } } as object,
  }),
  'after a loss that there was none of': (said) => ({ ...said, afterLoss: true }),
};

/** What is said of an export that is forged as a whole. */
const wholes: Readonly<Record<string, () => readonly [content: string | Uint8Array, eventId: string]>> = {
  'two of them, one behind the other': () => [wholeText() + wholeText(), '(after the manifest)'],
  'a line behind its end': () => [`${wholeText()}{"id":"late"}\n`, '(after the manifest)'],
  'ends that are edited': () => {
    const [key = '', end = 0] = Object.entries(honest.manifest['ends'] as Record<string, number>)[0] ?? [];
    const manifest = { ...honest.manifest, ends: { ...Object(honest.manifest['ends']), [key]: end + 1 } as object };
    return [`${textOf(honest.lines).join('\n')}\n${JSON.stringify(manifest)}\n`, '(manifest)'];
  },
  'a topic that is left out, and not asked for': () => {
    const topic = 'contentflow.feedback';
    const lines = honest.lines.filter((line) => line.topic !== topic);
    const names = (honest.manifest['topics'] as readonly string[]).filter((name) => name !== topic);
    return [asExport({ ...honest.manifest, topics: names }, lines, textOf(lines)), '(manifest)'];
  },
  'an end that is written with blanks': () => {
    const lines = textOf(honest.lines).join('\n');
    return [`${lines}\n${JSON.stringify(honest.manifest, null, 1).replaceAll('\n', '')}\n`, '(manifest)'];
  },
  'no end': () => [`${textOf(honest.lines).join('\n')}\n`, '(manifest)'],
};

describe('an export that is tampered with otherwise', () => {
  const unsignedManifest = (): Record<string, unknown> => {
    const { publicKey: _key, signature: _signature, ...unsigned } = honest.manifest;
    return unsigned;
  };
  const several = (kind: string): Random[] =>
    Array.from({ length: OF_EACH_KIND }, (_, index) => seededRandom(`${kind} ${index}`));

  it.each(Object.keys(rewritings))('names the line with %s, though nobody signed where it ends', async (kind) => {
    const rewritten = rewritings[kind] as (text: string, line: Line) => string;
    const text = textOf(honest.lines);
    for (const random of several(kind)) {
      const index = chosen(honest, random, (line, at) => rewritten(text[at] as string, line) !== text[at]);
      const forged = text.with(index, rewritten(text[index] as string, honest.lines[index] as Line));
      const content = asExport(unsignedManifest(), honest.lines, forged);
      const result = await audited(folder, 'rewritten.jsonl', content, { allowsUnsigned: true });
      expect(result).toMatchObject({ ok: false });
      expect(result.differences[0]).toMatchObject({ line: index + 1 });
    }
  });

  it.each(Object.keys(forgeries))('tells of %s, and where', async (kind) => {
    const missed: unknown[] = [];
    for (const random of several(kind)) {
      const { lines, place } = (forgeries[kind] as (random: Random) => Forged)(random);
      const result = await audited(folder, 'forged.jsonl', written(honest, lines));
      if (result.ok || !isNamed(result, place)) missed.push({ place, first: result.differences[0] });
    }
    expect(missed).toEqual([]);
  });

  it.each(Object.keys(checkpointForgeries))('names a checkpoint %s', async (kind) => {
    const forged = checkpointForgeries[kind] as (said: Record<string, unknown>) => Record<string, unknown>;
    for (const random of several(kind)) {
      // The first one says whose key it is, where nobody gives one.
      const first = honest.lines.findIndex(isCheckpoint);
      const index = chosen(honest, random, (line, at) => isCheckpoint(line) && at > first);
      const lines = honest.lines.map((line, at) => (at === index ? { ...line, data: forged(line.data) } : line));
      const result = await audited(folder, 'checkpoint.jsonl', written(honest, lines));
      expect(result).toMatchObject({ ok: false });
      expect(result.differences[0]).toMatchObject({ eventId: honest.lines[index]?.['id'] });
      expect(result.differences[0]?.field).toMatch(/^data\.(publicKey|signature)$/);
    }
  });

  it.each(Object.keys(wholes))('tells of %s', async (kind) => {
    const [content, eventId] = (wholes[kind] as (typeof wholes)[string])();
    const { ok, differences }: AuditResult = await audited(folder, 'whole.jsonl', content);
    expect({ ok, eventId: differences[0]?.eventId }).toEqual({ ok: false, eventId });
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, -20)],
    ['with something behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('something')])],
    ['with one bit that is another', (bytes: Buffer) => flipped(bytes)],
  ])('reads no packed one that is %s', async (_kind, tampered) => {
    const packed = tampered(gzipSync(wholeText()));
    await expect(audited(folder, 'packed.jsonl.gz', packed)).rejects.toMatchObject({ code: 'usage' });
  });
});

function flipped(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1;
  return Buffer.concat([bytes.subarray(0, middle), Buffer.from([(bytes[middle] as number) ^ 1]), bytes.subarray(middle + 1)]); // prettier-ignore
}
