import {
  AutonomyPaused,
  type DecisionSequenced,
  type EventData,
  newEvent,
  Topic,
  topics,
} from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { audit } from './domain/audit.ts';

const root = resolve(import.meta.dirname, '../../..');
const DECISIONS = 240;
const KILLS = 2;

describe('a sequencer that is killed again and again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-crash-'));
  const file = join(folder, 'log.sqlite');
  let log: EmbeddedLog;
  let child: ChildProcess;

  beforeAll(async () => {
    log = await openEmbeddedLog({ file, topics, clock: systemClock, writer: 'thread' });
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await log.close();
    rmSync(folder, { recursive: true });
  });

  it('leaves out no decision and gives none two places', async () => {
    const appending = appendSlowly();
    for (let life = 0; life <= KILLS; life++) {
      child = startSequencer();
      await once(child, 'message');
      if (life === KILLS) break;
      await until(async () => (await entries()) > (life * DECISIONS) / 6);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await appending;
    await append(DECISIONS);
    await until(async () => (await lastReason()) === `because of ${DECISIONS}`);
    expect(await entries()).toBe(DECISIONS + 1);
    const source = { isAtRest: true, ends: log.ends.bind(log), read: log.read.bind(log) };
    expect(await audit({ source, procedures: {}, code: 'test' })).toMatchObject({
      ok: true,
      decisions: DECISIONS + 1,
      differences: [],
    });
  });

  function startSequencer(): ChildProcess {
    return fork(join(import.meta.dirname, 'testing/sequencer-process.ts'), [file], {
      cwd: root,
      execArgv: ['--no-warnings', '--import', join(root, 'tools/register.mjs')],
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async function appendSlowly(): Promise<void> {
    for (let i = 0; i < DECISIONS; i++) {
      await append(i);
      await systemClock.sleep(8);
    }
  }

  async function append(i: number): Promise<void> {
    const data = { reason: `because of ${i}`, by: 'ada' };
    await log.append([newEvent(AutonomyPaused, { subject: 's', data, time: i, cause: { id: `cause-${i}` } })]);
  }

  const entries = async (): Promise<number> => (await log.ends([Topic.ledger]))[`${Topic.ledger}/0`] ?? 0;

  async function lastReason(): Promise<unknown> {
    const to = await entries();
    for await (const [entry] of log.read({ topic: Topic.ledger, partition: 0, from: to - 1, to }))
      return ((entry?.data as EventData<typeof DecisionSequenced>).decision.data as { reason: string }).reason;
    return undefined;
  }
});
