import { AutonomyPaused, newEvent } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { BackgroundAudit, LedgerModule } from '@contentflow/ledger';
import { openEmbeddedPlatform, type OpenPlatform } from '@contentflow/nest-platform';
import { startTestedService, type TestedService } from '@contentflow/nest-platform/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { auditProgram } from './background.ts';

const LEASE_MS = 30_000;

describe('an audit in the background', () => {
  let folder: string;
  let platform: OpenPlatform;
  let service: TestedService;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-background-'));
    platform = await openEmbeddedPlatform(folder, LEASE_MS);
    service = await startTestedService({
      services: [LedgerModule.auditedBy(auditProgram)],
      clock: platform.clock,
      log: platform.storedLog,
      folder,
      hasLedger: true,
    });
  });
  afterEach(async () => {
    await service.close();
    await platform.close();
    rmSync(folder, { recursive: true });
  });

  const say = async (reason: string): Promise<void> => {
    const before = Number((await service.get<{ entries: number }>('/v1/audit')).entries);
    const data = { reason, by: 'ada' };
    await platform.storedLog.append([
      newEvent(AutonomyPaused, { subject: 'system', data, time: 1, cause: { id: reason } }),
    ]);
    await until(
      () => service.get<{ entries: number }>('/v1/audit'),
      ({ entries }) => entries > before,
    );
  };
  const audit = () => service.app.get(BackgroundAudit).audit();

  it('says how far the ledger is in order, and goes on from there', async () => {
    await say('a');
    expect(await service.get('/v1/audit')).toMatchObject({ state: 'waiting', verifiedTo: null, differences: 0 });
    await audit();
    const first = await service.get<{ verifiedTo: { seq: number } }>('/v1/audit');
    expect(first).toMatchObject({ state: 'verified', verifiedTo: { at: expect.any(Number) } });
    await say('b');
    await audit();
    expect(await service.get('/v1/audit')).toMatchObject({
      state: 'verified',
      verifiedTo: { seq: first.verifiedTo.seq + 1 },
    });
  });

  it('says what differs, and up to where it was in order', async () => {
    await say('a');
    await audit();
    const { verifiedTo } = await service.get<{ verifiedTo: object }>('/v1/audit');
    const database = new DatabaseSync(join(folder, 'log.sqlite'));
    database.exec(`UPDATE events SET event = replace(event, '"by":"ada"', '"by":"eve"'), checksum = NULL`);
    database.close();
    await audit();
    expect(await service.get('/v1/audit')).toMatchObject({
      state: 'differs',
      verifiedTo,
      first: expect.stringContaining('(last audit)'),
    });
  });
});
