import { topics } from '@contentflow/contracts';
import { canonicalJson, hash128, HOUR_MS, type Random, seededRandom, sha256 } from '@contentflow/kernel';
import { audit, type AuditResult, exportLog, openExportedLog, type Witness } from '@contentflow/ledger';
import { codeVersion, openSigningKeys } from '@contentflow/nest-platform';
import { procedures } from '@contentflow/services';
import { loadWorld } from '@contentflow/simulation';
import { openSimulatedDay } from '@contentflow/simulated-day';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const HOURS = 1;
const TAMPERINGS = 400;
const HONEST = 50;

/** A line of an export, as whoever tampers reads it. */
interface Line {
  topic: string;
  partition: number;
  offset: number;
  data: Record<string, unknown>;
  [attribute: string]: unknown;
}
type Forged = { readonly lines: Line[]; readonly place: Place };
/** Where the first event stands that is not as it was. */
interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const folder = mkdtempSync(join(tmpdir(), 'contentflow-tampered-'));
afterAll(() => rmSync(folder, { recursive: true }));
let honest: { readonly lines: readonly Line[]; readonly manifest: Record<string, unknown> };

/** The export of these topics as `contentflow export` writes it. */
async function exported(log: Parameters<typeof exportLog>[0], names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportLog(log, names, openSigningKeys(folder).current)) lines.push(line);
  return lines;
}
const allTopics = topics.map(({ name }) => name);
/** Exports of some topics of one log, packed and not. */
const partial: { readonly file: string; readonly text: string }[] = [];

beforeAll(async () => {
  const day = await openSimulatedDay({ world: loadWorld('small-default'), seed: 11, folder });
  try {
    await day.run(HOURS * HOUR_MS);
    const whole = await exported(day.platform.storedLog, allTopics);
    const parsed = whole.map((line) => JSON.parse(line) as Line);
    honest = { lines: parsed.slice(0, -1), manifest: parsed.at(-1) as Record<string, unknown> };
    const random = seededRandom('partial exports');
    for (let index = 0; index < HONEST; index++) {
      const some = allTopics.filter((name) => name.endsWith('.ledger') || random.next() < 0.6);
      const text = (await exported(day.platform.storedLog, some)).map((line) => `${line}\n`).join('');
      partial.push({ file: `honest-${index}.jsonl${index % 2 ? '.gz' : ''}`, text });
    }
  } finally {
    await day.close();
  }
});

async function audited(file: string, text: string, witness: Witness = {}): Promise<AuditResult> {
  const path = join(folder, file);
  writeFileSync(path, file.endsWith('.gz') ? gzipSync(text) : text);
  const source = await openExportedLog(path);
  try {
    return await audit({ source, procedures: Object.fromEntries(procedures), code: codeVersion, witness });
  } finally {
    source.close();
    rmSync(path);
  }
}

/** Digests and manifest done again over what was forged: all but the signature, for want of the key. */
function written(lines: readonly Line[]): string {
  const ends = new Map<string, number>();
  let hash = '';
  let text = '';
  for (const { digest: _digest, ...rest } of lines) {
    const line = JSON.stringify({ ...rest, digest: hash128(canonicalJson(rest)) });
    hash = sha256(hash + line);
    ends.set(`${rest['topic']}/${rest['partition']}`, Number(rest['offset']) + 1);
    text += `${line}\n`;
  }
  const manifest = { ...honest.manifest, events: lines.length, ends: Object.fromEntries(ends), hash };
  return `${text}${JSON.stringify(manifest)}\n`;
}

/** The chain of the ledger from here on, done again without the key. */
function rechained(lines: readonly Line[], from: number): Line[] {
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
function withOtherFigure(value: unknown): unknown {
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

const placeOf = ({ topic, partition, offset }: Line): Place => ({ topic, partition, offset });
const isOf = (one: Line, other: Line): boolean => one.topic === other.topic && one.partition === other.partition;
const isCovered = ({ topic }: Line): boolean => topic !== 'contentflow.checkpoints';
const isEntry = ({ topic }: Line): boolean => topic === 'contentflow.ledger';
const chosen = (random: Random, wanted: (line: Line) => boolean): number => {
  const indices = honest.lines.flatMap((line, index) => (wanted(line) ? [index] : []));
  return indices[Math.floor(random.next() * indices.length)] as number;
};
/** The events of that partition follow on each other without a gap. */
const renumbered = (lines: readonly Line[], like: Line): Line[] => {
  let offset = 0;
  return lines.map((line) => (isOf(line, like) ? { ...line, offset: offset++ } : line));
};

const tamperings: Readonly<Record<string, (random: Random) => Forged>> = {
  'a figure changed': (random) => {
    const index = chosen(
      random,
      (line) => isCovered(line) && JSON.stringify(withOtherFigure(line.data)) !== JSON.stringify(line.data),
    );
    const lines = honest.lines.map((line, at) =>
      at === index ? { ...line, data: withOtherFigure(line.data) as Line['data'] } : line,
    );
    return { lines, place: placeOf(honest.lines[index] as Line) };
  },
  'an event removed': (random) => {
    const index = chosen(random, isCovered);
    const gone = honest.lines[index] as Line;
    return {
      lines: renumbered(
        honest.lines.filter((_, at) => at !== index),
        gone,
      ),
      place: placeOf(gone),
    };
  },
  'an event added': (random) => {
    const index = chosen(random, isCovered);
    const like = honest.lines[index] as Line;
    const added = { ...like, id: `added ${index}`, data: withOtherFigure(like.data) as Line['data'] };
    const lines = [...honest.lines.slice(0, index), added, ...honest.lines.slice(index)];
    return { lines: renumbered(lines, like), place: placeOf(like) };
  },
  'two events swapped': (random) => {
    const index = chosen(random, (line) => isCovered(line) && line.offset > 0);
    const [one, two] = [honest.lines[index - 1] as Line, honest.lines[index] as Line];
    const lines = honest.lines.map((line, at) =>
      at === index - 1 ? { ...two, offset: one.offset } : at === index ? { ...one, offset: two.offset } : line,
    );
    return { lines, place: placeOf(one) };
  },
  'an event twice': (random) => {
    const index = chosen(random, isCovered);
    const like = honest.lines[index] as Line;
    const lines = [...honest.lines.slice(0, index), like, ...honest.lines.slice(index)];
    return { lines: renumbered(lines, like), place: { ...placeOf(like), offset: like.offset + 1 } };
  },
  'the tail of a partition cut off': (random) => {
    const index = chosen(random, isCovered);
    const first = honest.lines[index] as Line;
    const lines = honest.lines.filter((line) => !(isOf(line, first) && line.offset >= first.offset));
    return { lines, place: placeOf(first) };
  },
  'evidence changed, and the chain done again': (random) => {
    const index = chosen(random, (line) => isEntry(line) && 'basis' in ((line.data['decision'] as Line).data ?? {}));
    const entry = honest.lines[index] as Line;
    const decision = entry.data['decision'] as Line;
    const basis = decision.data['basis'] as Record<string, unknown>;
    const evidence = withOtherFigure(basis['evidence']);
    const forged = { ...decision, data: { ...decision.data, basis: { ...basis, evidence } } };
    const lines = honest.lines.map((line, at) =>
      at === index ? { ...line, data: { ...line.data, decision: forged } } : line,
    );
    return { lines: rechained(lines, index), place: placeOf(entry) };
  },
  'a policy changed, and the chain done again': (random) => {
    const index = chosen(
      random,
      (line) => isEntry(line) && String((line.data['decision'] as Line)['type']).includes('policy-changed'),
    );
    const entry = honest.lines[index] as Line;
    const decision = entry.data['decision'] as Line;
    const forged = { ...decision, data: { ...decision.data, policy: withOtherFigure(decision.data['policy']) } };
    const lines = honest.lines.map((line, at) =>
      at === index ? { ...line, data: { ...line.data, decision: forged } } : line,
    );
    return { lines: rechained(lines, index), place: placeOf(entry) };
  },
  'a decision left out, and the chain done again': (random) => {
    const index = chosen(random, isEntry);
    const gone = honest.lines[index] as Line;
    let seq = 0;
    const lines = renumbered(
      honest.lines.filter((_, at) => at !== index),
      gone,
    ).map((line) => (isEntry(line) ? { ...line, data: { ...line.data, seq: seq++ } } : line));
    return { lines: rechained(lines, 0), place: placeOf(gone) };
  },
};

/** Whether it is said where: the entry of the ledger, or the stretch of a partition between two signatures. */
function isNamed({ differences }: AuditResult, { topic, partition, offset }: Place): boolean {
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

describe('an export of a simulated day', () => {
  it('is clean as it is', async () => {
    const result = await audited(
      'whole.jsonl',
      `${honest.lines.map((line) => JSON.stringify(line)).join('\n')}\n${JSON.stringify(honest.manifest)}\n`,
    );
    expect(result).toMatchObject({ ok: true, differences: [], signatures: { endIsSigned: true } });
    expect(result.signatures.checkpoints).toBeGreaterThanOrEqual(10);
  });

  it.each(Object.keys(tamperings))('tells of %s, and where', async (kind) => {
    const random = seededRandom(kind);
    const share = Math.ceil(TAMPERINGS / Object.keys(tamperings).length);
    const missed: unknown[] = [];
    let beforeCheckpoint = 0;
    for (let index = 0; index < share; index++) {
      const { lines, place } = (tamperings[kind] as (random: Random) => Forged)(random);
      const result = await audited('forged.jsonl', written(lines));
      if (result.ok || !isNamed(result, place)) missed.push({ place, first: result.differences[0] });
      if (result.differences[0]?.eventId !== '(manifest)') beforeCheckpoint++;
    }
    expect(missed).toEqual([]);
    // Else the signature at the end had found all of them, wherever they are.
    expect(beforeCheckpoint).toBeGreaterThan(share / 2);
  });

  it('tells of a signature that is left out, and of another key', async () => {
    const { publicKey: _key, signature: _signature, ...unsigned } = honest.manifest;
    const body = honest.lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const without = `${body}${JSON.stringify(unsigned)}\n`;
    expect(await audited('unsigned.jsonl', without)).toMatchObject({
      ok: false,
      differences: [{ field: 'signature' }],
    });
    expect(await audited('unsigned.jsonl', without, { allowsUnsigned: true })).toMatchObject({ ok: true });
  });

  it('is clean where some topics are left out, packed or not', async () => {
    const alarms: unknown[] = [];
    for (const { file, text } of partial) {
      const { ok, differences } = await audited(file, text);
      if (!ok) alarms.push({ file, first: differences[0] });
    }
    expect(partial).toHaveLength(HONEST);
    expect(alarms).toEqual([]);
  });
});
