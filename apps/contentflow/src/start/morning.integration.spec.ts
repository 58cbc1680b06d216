import { ContentGenerated, type EventData, type Report, Topic } from '@contentflow/contracts';
import { MINUTE_MS, type StoredEvent } from '@contentflow/kernel';
import { audit } from '@contentflow/ledger';
import { codeVersion, openSigningKeys } from '@contentflow/nest-platform';
import { procedures } from '@contentflow/services';
import { openSimulatedDay, type SimulatedDay } from '@contentflow/simulated-day';
import { loadWorld } from '@contentflow/simulation';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMorning, unpackMorning } from './morning.ts';
import { folderForSimulatedDay } from './simulated-folder.ts';

describe('the morning that a demo opens on', () => {
  const parent = mkdtempSync(join(tmpdir(), 'contentflow-morning-'));
  const folder = join(parent, 'simulated-day');
  const morning = readMorning();
  let day: SimulatedDay;
  beforeAll(async () => {
    await unpackMorning(folder, morning);
    day = await openSimulatedDay({
      world: loadWorld(morning.world),
      seed: 'afternoon',
      folder,
      goesOnAtMs: morning.endsAtMs,
    });
  });
  afterAll(async () => {
    await day.close();
    rmSync(parent, { recursive: true });
  });

  const report = async (): Promise<Report> => {
    const { payload } = await day.app.inject({ url: '/v1/report' });
    return JSON.parse(payload) as Report;
  };
  const contents = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (const [place, to] of Object.entries(await day.platform.log.ends([Topic.content])))
      for await (const events of day.platform.log.read({
        topic: Topic.content,
        partition: Number(place.split('/')[1]),
        from: 0,
        to,
      }))
        for (const event of events)
          if (event.type === ContentGenerated.type)
            ids.push((event as StoredEvent<EventData<typeof ContentGenerated>>).data.contentId);
    return ids;
  };

  it('shows an improvement that its ledger proves, before anything else was made', async () => {
    const witness = { publicKeys: [openSigningKeys(folder).current.publicKey] };
    const audited = await audit({
      source: day.platform.storedLog,
      procedures: Object.fromEntries(procedures),
      code: codeVersion,
      witness,
    });
    expect(audited).toMatchObject({ ok: true, differences: [] });

    const { system_evolution: evolution } = await report();
    expect(evolution.improvements_applied.filter(({ status }) => status !== 'rolled_back').length).toBeGreaterThan(2);
    expect(evolution.change.avg_generation_time?.upper).toBeLessThan(0);
    expect(await contents()).toHaveLength(morning.contents);
  });

  it('goes on: what is made after it is new, and decided on what it knew', async () => {
    const before = await report();
    await day.run(20 * MINUTE_MS);
    const ids = await contents();
    expect(ids.length).toBeGreaterThan(morning.contents + 50);
    expect(new Set(ids).size).toBe(ids.length);
    const after = await report();
    expect(after.at).toBeGreaterThan(before.at);
    expect(after.system_evolution.ledger_entries).toBeGreaterThan(before.system_evolution.ledger_entries);
  });

  it('makes room for the next one like any day', async () => {
    const other = join(parent, 'other');
    await unpackMorning(join(other, 'simulated-day'), morning);
    expect(folderForSimulatedDay(join(other, 'data')).leftAlone).toEqual([]);
  });
});
