import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEPT_MS, type KeptResponse } from '../protocols/kept-responses.ts';
import { sqliteKeptResponses } from './sqlite-kept-responses.ts';

const NOW = 1_800_000_000_000;
const response = (id: string, more: Partial<KeptResponse> = {}): KeptResponse => ({
  id,
  at: NOW,
  input: [{ role: 'user', content: 'hello' }],
  document: { output: [{ id: 'msg', type: 'message' }] },
  ...more,
});

describe('responses that are kept', () => {
  it('are found by another process, and after a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kept-responses-'));
    const file = join(folder, 'responses.sqlite');
    const one = sqliteKeptResponses(file);
    await one.keep(response('resp_1', { previous: 'resp_0' }));
    const other = sqliteKeptResponses(file);
    expect(await other.find('resp_1')).toEqual(response('resp_1', { previous: 'resp_0' }));
    await one.close();
    await other.close();
    const restarted = sqliteKeptResponses(file);
    expect(await restarted.find('resp_1')).toMatchObject({ id: 'resp_1' });
    expect(await restarted.remove('resp_1')).toBe(true);
    expect(await restarted.remove('resp_1')).toBe(false);
    expect(await restarted.find('resp_1')).toBeUndefined();
    await restarted.close();
    rmSync(folder, { recursive: true });
  });

  it.each<[string, { count: number; bytes: number }, (kept: number) => boolean]>([
    ['no more than so many', { count: 10, bytes: 1e9 }, (kept) => kept >= 10 && kept < 10 + 64],
    ['no more than so large together', { count: 1e6, bytes: 2000 }, (kept) => kept >= 10 && kept < 20 + 64],
  ])('are %s, the latest', async (_what, limits, isBounded) => {
    const kept = sqliteKeptResponses(':memory:', limits);
    for (let number = 0; number < 300; number++) await kept.keep(response(`resp_${number}`));
    const found = [];
    for (let number = 0; number < 300; number++) if (await kept.find(`resp_${number}`)) found.push(number);
    expect(isBounded(found.length)).toBe(true);
    expect(found.at(-1)).toBe(299);
    await kept.close();
  });

  it('are forgotten after their time', async () => {
    const kept = sqliteKeptResponses(':memory:');
    await kept.keep(response('resp_old', { at: NOW - KEPT_MS }));
    await kept.keep(response('resp_new'));
    expect(await kept.find('resp_old')).toBeUndefined();
    expect(await kept.find('resp_new')).toBeDefined();
    await kept.close();
  });
});
