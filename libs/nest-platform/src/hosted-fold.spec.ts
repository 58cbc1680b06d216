import { BreakerClosed, fold, newEvent, Topic, topics } from '@contentflow/contracts';
import { decodedLog, type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { messageOf, type NewEvent, partitionKey, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { snapshotFiles } from './adapters/snapshot-files.ts';
import { HostedFold, type DeadLetterSink } from './hosted-fold.ts';
import type { Snapshots } from './snapshots.ts';

const key = partitionKey(Topic.operations, 0);
const closed = (provider: string): NewEvent =>
  newEvent(BreakerClosed, { subject: 'p', time: 0, cause: { id: provider }, data: { provider, model: 'm' } });

function nested(levels: number): object {
  let inner: object = { provider: 'p', model: 'm' };
  for (let level = 0; level < levels; level++) inner = { inner };
  return inner;
}

describe('a fold that is kept up with the log', () => {
  let folder: string;
  let log: EmbeddedLog;
  let handled: string[];
  let setAsideOnes: string[];
  let isLogDown: boolean;
  const openLog = () =>
    openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline', onError: () => {} });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-fold-'));
    log = await openLog();
    handled = [];
    setAsideOnes = [];
    isLogDown = false;
  });
  afterEach(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });

  /** The providers whose breakers closed; it stumbles over one of them. */
  const closings = fold<Map<string, number>>(() => new Map()).on(BreakerClosed, (counts, { data: { provider } }) => {
    handled.push(provider);
    if (provider === 'poison') throw new Error('cannot be counted');
    return counts.set(provider, (counts.get(provider) ?? 0) + 1);
  });
  const setAside: DeadLetterSink['setAside'] = async (consumer, event, error) => {
    if (isLogDown) throw new Error('the log takes nothing');
    setAsideOnes.push(`${consumer} ${event.offset}: ${messageOf(error)}`);
  };
  const hosted = (snapshots?: Snapshots, on = log) =>
    new HostedFold('closings', closings, {
      platform: {
        clock: systemClock,
        log: decodedLog(on),
        storedLog: on,
        logger: pino({ level: 'silent' }),
        snapshots,
      },
      deadLetters: { setAside },
    });
  async function startedOn(on: EmbeddedLog, snapshots?: Snapshots) {
    const started = hosted(snapshots, on);
    await started.start();
    await started.caughtUpTo(await on.ends([Topic.operations]));
    return started;
  }

  it('says when it has read so far, and how far behind it is', async () => {
    const started = await startedOn(log);
    const caughtUp = started.caughtUpTo({ [key]: 2 });
    await log.append([closed('a'), closed('b')]);
    await caughtUp;
    expect(started.parts()).toEqual([new Map(Object.entries({ a: 1, b: 1 }))]);
    expect(await started.lag()).toBe(0);
    await started.stop();
    await log.append([closed('c')]);
    expect(await started.lag()).toBe(1);
  });

  it.each([
    ['its handler throws on', closed('poison'), 'closings 1: cannot be counted'],
    ['its contract refuses', { ...closed('p'), data: { provider: 7 } }, /^closings 1: .*data\.provider/],
    ['holds nothing at all', { ...closed('p'), data: null }, /^closings 1: data/],
    ['is nested deeper than its contract can be asked', { ...closed('p'), data: nested(3_000) }, /^closings 1: /],
  ])('sets an event aside that %s, and goes on', async (_what, poison, said) => {
    await log.append([closed('a'), poison, closed('b')]);
    const started = await startedOn(log);
    expect([...(started.parts()[0]?.keys() ?? [])]).toEqual(['a', 'b']);
    expect(setAsideOnes).toEqual([typeof said === 'string' ? said : expect.stringMatching(said)]);
    await started.stop();
  });

  it('keeps what it cannot set aside until the log takes it, and no snapshot hides it', async () => {
    const snapshots = snapshotFiles(folder, 'build 1');
    await log.append([closed('poison'), closed('b')]);
    isLogDown = true;
    const started = hosted(snapshots);
    await started.start();
    await until(() => handled.length === 2);
    await started.stop();
    expect(readdirSync(folder)).toEqual([]);
    isLogDown = false;
    await (await startedOn(log, snapshots)).stop();
    expect(setAsideOnes).toEqual(['closings 0: cannot be counted']);
  });

  it('begins where it stopped, and comes to the same as from event zero', async () => {
    const snapshots = snapshotFiles(folder, 'build 1');
    await log.append([closed('a'), closed('b')]);
    await (await startedOn(log, snapshots)).stop();
    await log.append([{ ...closed('a'), id: 'again' }]);
    handled = [];
    const again = await startedOn(log, snapshots);
    expect(handled).toEqual(['a']);
    const fromStart = await startedOn(log);
    expect(again.folded()).toEqual(fromStart.folded());
    await Promise.all([again.stop(), fromStart.stop()]);
  });

  it.each([
    ['another build wrote it', () => snapshotFiles(folder, 'build 2')],
    [
      'it was cut short',
      () => {
        const [file = ''] = readdirSync(folder);
        writeFileSync(join(folder, file), readFileSync(join(folder, file)).subarray(0, 40));
        return snapshotFiles(folder, 'build 1');
      },
    ],
  ])('folds from event zero where %s', async (_why, reopened) => {
    await log.append([closed('a'), closed('b')]);
    await (await startedOn(log, snapshotFiles(folder, 'build 1'))).stop();
    handled = [];
    await (await startedOn(log, reopened())).stop();
    expect(handled).toEqual(['a', 'b']);
  });

  it('folds from event zero where the log is another one', async () => {
    const snapshots = snapshotFiles(folder, 'build 1');
    await log.append([closed('a'), closed('b')]);
    await (await startedOn(log, snapshots)).stop();
    const other = await openLog();
    await other.append([closed('c'), closed('d'), closed('e')]);
    handled = [];
    const started = await startedOn(other, snapshots);
    expect(handled).toEqual(['c', 'd', 'e']);
    await started.stop();
    await other.close();
  });
});
