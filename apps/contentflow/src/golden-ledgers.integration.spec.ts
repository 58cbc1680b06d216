import { decodedOrRefused } from '@contentflow/contracts';
import { folded, type FoldedState, emptyFold, type StoredEvent } from '@contentflow/kernel';
import { audit, openExportedLog } from '@contentflow/ledger';
import { codeVersion } from '@contentflow/nest-platform';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { procedures } from '@contentflow/services';

/** What each release wrote, kept for ever: whatever is changed since, its chain holds and its decisions are recomputed. */
const ledgers = [
  { release: '0.1.0', file: '../../../docs/real-run/ledger.jsonl.gz', decisions: 41, recomputed: 31 },
  { release: '0.2.0', file: '../../../docs/ledgers/0.2.0.jsonl.gz', decisions: 247, recomputed: 243 },
];

describe.each(ledgers)('the ledger of release $release', ({ file, decisions, recomputed }) => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-golden-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const written = (text: string): string => {
    const path = join(folder, 'ledger.jsonl');
    writeFileSync(path, text);
    return path;
  };
  const text = gunzipSync(readFileSync(new URL(file, import.meta.url))).toString();
  const audited = async (input: string) =>
    audit({
      source: await openExportedLog(written(input)),
      procedures: Object.fromEntries(procedures),
      code: codeVersion,
    });

  it('audits clean', async () => {
    expect(await audited(text)).toMatchObject({ ok: true, decisions, recomputed, differences: [] });
  });

  it('does not audit clean with one figure changed', async () => {
    const changed = text.replace(/"alpha":0\.00/, '"alpha":0.01');
    expect(changed).not.toBe(text);
    const { ok, differences } = await audited(changed);
    expect(ok).toBe(false);
    expect(differences.map(({ field }) => field)).toContain('digest');
  });
});

describe('what services keep in memory', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-golden-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let source: Awaited<ReturnType<typeof openExportedLog>>;
  beforeAll(async () => {
    const path = join(folder, 'ledger.jsonl');
    writeFileSync(path, gunzipSync(readFileSync(new URL(ledgers[1]?.file ?? '', import.meta.url))));
    source = await openExportedLog(path);
  });

  const copied = (state: FoldedState<unknown>) => deserialize(serialize(state)) as FoldedState<unknown>;
  async function eventsOf(topics: readonly string[]): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    for (const [key, to] of Object.entries(await source.ends(topics))) {
      const [topic = '', partition] = key.split('/');
      for await (const batch of source.read({ topic, partition: Number(partition), from: 0, to }))
        events.push(...batch);
    }
    return events.map(decodedOrRefused);
  }

  it.each([...procedures.values()])('for $name comes to the same by way of a snapshot', async ({ fold }) => {
    const events = await eventsOf(fold.topics);
    const after = (before: FoldedState<unknown>, some: readonly StoredEvent[]) =>
      some.reduce((state, event) => folded(fold, state, event), before);
    const half = Math.floor(events.length / 2);
    const kept = copied(after(emptyFold(), events.slice(0, half)));
    const whole = after(emptyFold(), events);
    expect(Object.keys(whole.parts)).not.toHaveLength(0);
    const resumed = after(kept, events.slice(half));
    expect(isDeepStrictEqual(copied(resumed), copied(whole))).toBe(true);
  });
});
