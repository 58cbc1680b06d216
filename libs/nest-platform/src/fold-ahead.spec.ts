import { BreakerClosed, fold, newEvent, topics } from '@contentflow/contracts';
import { decodedLog, type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { type Fold, type NewEvent, systemClock } from '@contentflow/kernel';
import { pino } from 'pino';
import { foldAhead } from './fold-ahead.ts';
import { HostedFold } from './hosted-fold.ts';
import type { Snapshots } from './snapshots.ts';

const closed = (provider: string, index: number): NewEvent =>
  newEvent(BreakerClosed, {
    subject: provider,
    time: index,
    cause: { id: `${index}` },
    data: { provider, model: 'm' },
  });

describe('folds of a log that are made ahead', () => {
  let log: EmbeddedLog;
  let kept: Map<string, unknown>;
  const snapshots: Snapshots = {
    read: async (name) => kept.get(name),
    write: async (name, value) => void kept.set(name, structuredClone(value)),
  };
  beforeEach(async () => {
    kept = new Map();
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline', onError: () => {} });
  });
  afterEach(() => log.close());

  let handled = 0;
  const closings = fold<string[]>(() => []).on(BreakerClosed, (all, { data: { provider } }) => {
    handled++;
    if (provider === 'poison') throw new Error('cannot be told');
    return [...all, provider];
  });
  const count = fold<{ n: number }>(() => ({ n: 0 })).on(BreakerClosed, ({ n }) => ({ n: n + 1 }));
  const folds = new Map<string, Fold<unknown>>([
    ['closings', closings],
    ['count', count],
  ]);

  const hosted = async <State>(name: string, each: Fold<State>): Promise<HostedFold<State>> => {
    const logger = pino({ level: 'silent' });
    const platform = { clock: systemClock, log: decodedLog(log), storedLog: log, logger, snapshots };
    const started = new HostedFold(name, each, { platform });
    await started.start();
    await started.caughtUpTo(await log.ends(each.topics));
    return started;
  };

  it('are what those have who fold by themselves, and are gone on from', async () => {
    await log.append(['a', 'b', 'c', 'd', 'e', 'a'].map(closed));
    const alone = new Map([...folds].map(([name, each]) => [name, hosted(`alone.${name}`, each)]));
    expect(await foldAhead(decodedLog(log), folds, snapshots)).toBe(true);
    handled = 0;
    for (const [name, each] of folds) {
      const [ahead, by] = [await hosted(name, each), await alone.get(name)];
      expect(ahead.folded()).toEqual(by?.folded());
      expect(ahead.parts().flat()).not.toEqual([]);
      await Promise.all([ahead.stop(), by?.stop()]);
    }
    expect(handled).toBe(0);

    await log.append([closed('f', 7)]);
    const ahead = await hosted('closings', closings);
    expect(ahead.parts().flat()).toContain('f');
    expect(handled).toBe(1);
    await ahead.stop();
  });

  it('are not kept where one cannot take an event in', async () => {
    await log.append(['a', 'poison', 'b'].map(closed));
    expect(await foldAhead(decodedLog(log), folds, snapshots)).toBe(false);
    expect(kept.size).toBe(0);
  });
});
