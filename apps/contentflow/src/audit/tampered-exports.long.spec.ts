import { type Random, seededRandom } from '@contentflow/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  allTopics,
  audited,
  chosen,
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
  withOtherFigure,
  written,
} from './testing/exported-hour.ts';

const TAMPERINGS = 400;
const HONEST = 50;

const folder = mkdtempSync(join(tmpdir(), 'contentflow-tampered-'));
afterAll(() => rmSync(folder, { recursive: true }));
let honest: ExportedHour;
/** Exports of some topics of one log, packed and not. */
const partial: { readonly file: string; readonly text: string }[] = [];

beforeAll(async () => {
  honest = await exportedHour(folder, async (exported) => {
    const random = seededRandom('partial exports');
    for (let index = 0; index < HONEST; index++) {
      const some = allTopics.filter((name) => name.endsWith('.ledger') || random.next() < 0.6);
      const text = (await exported(some)).map((line) => `${line}\n`).join('');
      partial.push({ file: `honest-${index}.jsonl${index % 2 ? '.gz' : ''}`, text });
    }
  });
});

const tamperings: Readonly<Record<string, (random: Random) => Forged>> = {
  'a figure changed': (random) => {
    const index = chosen(
      honest,
      random,
      (line) => isCovered(line) && JSON.stringify(withOtherFigure(line.data)) !== JSON.stringify(line.data),
    );
    const lines = honest.lines.map((line, at) =>
      at === index ? { ...line, data: withOtherFigure(line.data) as Line['data'] } : line,
    );
    return { lines, place: placeOf(honest.lines[index] as Line) };
  },
  'an event removed': (random) => {
    const index = chosen(honest, random, isCovered);
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
    const index = chosen(honest, random, isCovered);
    const like = honest.lines[index] as Line;
    const added = { ...like, id: `added ${index}`, data: withOtherFigure(like.data) as Line['data'] };
    const lines = [...honest.lines.slice(0, index), added, ...honest.lines.slice(index)];
    return { lines: renumbered(lines, like), place: placeOf(like) };
  },
  'two events swapped': (random) => {
    const index = chosen(honest, random, (line) => isCovered(line) && line.offset > 0);
    const [one, two] = [honest.lines[index - 1] as Line, honest.lines[index] as Line];
    const lines = honest.lines.map((line, at) =>
      at === index - 1 ? { ...two, offset: one.offset } : at === index ? { ...one, offset: two.offset } : line,
    );
    return { lines, place: placeOf(one) };
  },
  'an event twice': (random) => {
    const index = chosen(honest, random, isCovered);
    const like = honest.lines[index] as Line;
    const lines = [...honest.lines.slice(0, index), like, ...honest.lines.slice(index)];
    return { lines: renumbered(lines, like), place: { ...placeOf(like), offset: like.offset + 1 } };
  },
  'the tail of a partition cut off': (random) => {
    const index = chosen(honest, random, isCovered);
    const first = honest.lines[index] as Line;
    const lines = honest.lines.filter((line) => !(isOf(line, first) && line.offset >= first.offset));
    return { lines, place: placeOf(first) };
  },
  'evidence changed, and the chain done again': (random) => {
    const index = chosen(
      honest,
      random,
      (line) => isEntry(line) && 'basis' in ((line.data['decision'] as Line).data ?? {}),
    );
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
      honest,
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
    const index = chosen(honest, random, isEntry);
    const gone = honest.lines[index] as Line;
    let seq = 0;
    const lines = renumbered(
      honest.lines.filter((_, at) => at !== index),
      gone,
    ).map((line) => (isEntry(line) ? { ...line, data: { ...line.data, seq: seq++ } } : line));
    return { lines: rechained(lines, 0), place: placeOf(gone) };
  },
};

describe('an export of a simulated day', () => {
  it('is clean as it is', async () => {
    const result = await audited(
      folder,
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
      const result = await audited(folder, 'forged.jsonl', written(honest, lines));
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
    expect(await audited(folder, 'unsigned.jsonl', without)).toMatchObject({
      ok: false,
      differences: [{ field: 'signature' }],
    });
    expect(await audited(folder, 'unsigned.jsonl', without, { allowsUnsigned: true })).toMatchObject({ ok: true });
  });

  it('is clean where some topics are left out, packed or not', async () => {
    const alarms: unknown[] = [];
    for (const { file, text } of partial) {
      const { ok, differences } = await audited(folder, file, text);
      if (!ok) alarms.push({ file, first: differences[0] });
    }
    expect(partial).toHaveLength(HONEST);
    expect(alarms).toEqual([]);
  });
});
