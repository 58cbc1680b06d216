import { openExportedLog, audit } from '@contentflow/ledger';
import { codeVersion } from '@contentflow/nest-platform';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { procedures } from './services.ts';

/** What each release wrote, kept for ever: whatever is changed since, its chain holds and its decisions are taken again. */
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
