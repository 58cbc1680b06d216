import { ContentFlowError, type NewEvent } from '@contentflow/kernel';
import { CompletionRecords, MAX_UNDER_WAY } from './completion-records.ts';

const event = (subject: string) => ({ subject }) as NewEvent;

function recordsOn(failure: Error) {
  const written: string[] = [];
  const disk = { isFull: true };
  const log = {
    append: async (events: readonly NewEvent[]) => {
      if (disk.isFull) throw failure;
      written.push(...events.map(({ subject }) => subject));
    },
  };
  const records = new CompletionRecords({ log, logger: { error: () => undefined } } as never);
  return { records, written, disk };
}

it('lets no call begin while the disk is full, and then writes what it had no room for', async () => {
  const { records, written, disk } = recordsOn(new ContentFlowError('log-disk-full', 'full'));
  expect(records.ready()).toBeUndefined();
  void records.record(event('one'));
  await records.settled();

  const [first, second] = await Promise.allSettled([records.ready(), records.ready()]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  await expect(records.ready()).rejects.toThrow('full');
  disk.isFull = false;
  await records.ready();

  expect(written).toEqual(['one']);
  expect(records.ready()).toBeUndefined();
  expect(records.record(event('two'))).toBeUndefined();
});

it('tries no event again that the log refuses for another reason', async () => {
  const { records } = recordsOn(new Error('too large'));
  void records.record(event('one'));
  await records.settled();

  expect(records.ready()).toBeUndefined();
  await expect(records.record(event('two'))).rejects.toThrow('too large');
});

it('lets no more be answered than a crash may lose while the disk takes its time', async () => {
  const synced = Promise.withResolvers<void>();
  const log = { append: () => synced.promise };
  const records = new CompletionRecords({ log, logger: { error: () => undefined } } as never);
  const waits = Array.from({ length: MAX_UNDER_WAY + 50 }, (_, i) => records.record(event(`${i}`)));
  expect(waits.filter((wait) => wait === undefined)).toHaveLength(MAX_UNDER_WAY);
  expect(waits.slice(MAX_UNDER_WAY).every((wait) => wait !== undefined)).toBe(true);
  synced.resolve();
  await Promise.all(waits.filter((wait) => wait !== undefined));
  expect(records.record(event('next'))).toBeUndefined();
});
