import { topics } from '@contentflow/contracts';
import { openEmbeddedLog } from '@contentflow/event-log';
import { type StoredEvent, systemClock } from '@contentflow/kernel';
import { openExportedLog } from '@contentflow/ledger/audit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, gunzipSync } from 'node:zlib';
import { auditLogFile } from './audit-log-file.ts';
import { auditSinceLast, type SinceLastOptions } from './audit-since-last.ts';
import { auditFile, keptAuditOf, keptStanding } from './kept-audit.ts';

const LEDGER = new URL('../../../../docs/ledgers/0.2.0.jsonl.gz', import.meta.url);
const DECISIONS = 247;

/** A day that a release wrote, up to some hour and from there on. */
async function history(): Promise<StoredEvent[]> {
  const input = join(mkdtempSync(join(tmpdir(), 'contentflow-since-')), 'ledger.jsonl');
  writeFileSync(input, gunzipSync(readFileSync(LEDGER)));
  const log = await openExportedLog(input);
  const events: StoredEvent[] = [];
  for (const [key, to] of Object.entries(await log.ends(topics.map(({ name }) => name)))) {
    const [topic = '', partition] = key.split('/');
    for await (const batch of log.read({ topic, partition: Number(partition), from: 0, to })) events.push(...batch);
  }
  rmSync(join(input, '..'), { recursive: true });
  return events;
}

describe('an audit of what came since the last one', () => {
  let before: StoredEvent[];
  let after: StoredEvent[];
  let folder: string;
  let file: string;
  beforeAll(async () => {
    const events = await history();
    const times = events.map(({ time }) => time).sort((a, b) => a - b);
    const middle = times[Math.floor(times.length * 0.6)] as number;
    before = events.filter(({ time }) => time < middle);
    after = events.filter(({ time }) => time >= middle);
  });
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-since-'));
    file = join(folder, 'log.sqlite');
    await append(before);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function append(events: readonly StoredEvent[]): Promise<void> {
    const log = await openEmbeddedLog({ file, topics, clock: systemClock, writer: 'inline' });
    for (const { partition: _partition, offset: _offset, ...event } of events) await log.append([event]);
    await log.close();
  }
  const sinceLast = (options: Partial<SinceLastOptions> = {}) =>
    auditSinceLast(file, { code: 'now', build: 'b', store: auditFile(file), clock: systemClock, ...options });
  /** Whoever changes an event in the file does its checksum again. */
  function change(topic: string, from: string, to: string): void {
    const database = new DatabaseSync(file);
    database.function('crc', (text) => crc32(String(text)));
    const rows = database
      .prepare(
        'UPDATE events SET event = replace(event, ?, ?) WHERE place = (SELECT place FROM events e JOIN partitions p ON p.id = e.place / 68719476736 WHERE p.topic = ? AND instr(event, ?) > 0 LIMIT 1)',
      )
      .run(from, to, topic, from);
    expect(rows.changes).toBe(1);
    database.exec('UPDATE events SET checksum = crc(event)');
    database.close();
  }
  const asWhole = ({ since: _since, reason: _reason, unproven: _unproven, ...result }: Record<string, unknown>) =>
    result;
  const whole = async () => asWhole({ ...(await auditLogFile(file, { code: 'now' })) });

  it('is of all where there was none, and comes to the same as one of all, on threads', async () => {
    const first = await sinceLast();
    expect(first).toMatchObject({ ok: true, since: null });
    expect(asWhole({ ...first })).toEqual(await whole());
    expect(keptStanding(file)).toMatchObject({ entries: first.decisions, code: 'now', build: 'b' });
  });

  it('goes on from there, and comes to the same', async () => {
    const { decisions } = await sinceLast();
    await append(after);
    let checked = 0;
    const second = await sinceLast({ onProgress: () => checked++ });
    expect(second).toMatchObject({ ok: true, decisions: DECISIONS, since: { entries: decisions } });
    expect(checked).toBe(DECISIONS - decisions);
    expect(asWhole({ ...second })).toEqual(await whole());
    expect(await sinceLast()).toMatchObject({ ok: true, since: { entries: DECISIONS } });
  });

  it.each([
    ['is cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 9)],
    ['has one byte changed', (bytes: Buffer) => bytes.fill(bytes[400] === 7 ? 8 : 7, 400, 401)],
    ['is none', () => Buffer.from('nothing')],
  ])('is of all where what was kept %s', async (_, harm) => {
    await sinceLast();
    writeFileSync(keptAuditOf(file), harm(readFileSync(keptAuditOf(file))));
    expect(await sinceLast()).toMatchObject({ ok: true, since: null, reason: 'what was kept cannot be read' });
    expect(await sinceLast()).toMatchObject({ since: { entries: expect.any(Number) } });
  });

  it('is of all where another build checked it, or by other keys', async () => {
    await sinceLast();
    expect(await sinceLast({ build: 'another' })).toMatchObject({
      ok: true,
      since: null,
      reason: 'another build checked it before',
    });
    const held = await sinceLast({ build: 'another', witness: { publicKeys: ['k'] } });
    expect(held).toMatchObject({ since: null, reason: 'it was held to other keys before' });
  });

  it('sees a change before that, in a topic that no decision stands on as in one that does', async () => {
    await sinceLast();
    change(
      'contentflow.content',
      '"type":"contentflow.generator.generation-claimed.v1"',
      '"type":"contentflow.generator.generation-claimed.v2"',
    );
    await append(after);
    const found = await sinceLast();
    expect(found).toMatchObject({ ok: false, since: null });
    expect(found.differences[0]).toMatchObject({
      eventId: '(last audit)',
      field: expect.stringMatching(/^contentflow.content\//),
    });
    // Nothing is kept over it.
    expect((await sinceLast()).ok).toBe(false);
  });

  it('sees one in what came since, and names it as one of all does', async () => {
    const { decisions } = await sinceLast();
    await append(after);
    change('contentflow.ledger', `"seq":${decisions + 3},`, `"seq":${decisions + 4},`);
    const found = await sinceLast();
    expect(found).toMatchObject({ ok: false, since: null });
    expect(found.differences).toEqual((await auditLogFile(file, { code: 'now' })).differences);
    expect(found.differences[0]).toMatchObject({ seq: decisions + 3 });
  });

  it('goes on where it was killed', async () => {
    await append(after);
    let now = 0;
    let rests = 0;
    const killed = sinceLast({
      clock: { now: () => (now += 50_000) },
      rest: async () => {
        if (keptStanding(file) && ++rests > 40) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    const entries = keptStanding(file)?.entries ?? 0;
    expect(entries).toBeGreaterThan(0);
    expect(entries).toBeLessThan(DECISIONS);
    const resumed = await sinceLast();
    expect(resumed).toMatchObject({ ok: true, since: { entries } });
    expect(asWhole({ ...resumed })).toEqual(await whole());
  });
});
