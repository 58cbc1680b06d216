import { until } from '@contentflow/kernel/testing';
import type { Cursor } from './partition-fetcher.ts';
import { ShownPositions } from './shown-positions.ts';

const at = (partition: number, next: number): Cursor => ({ topic: 't', partition, next });

describe('positions that are shown', () => {
  it('are told together, the latest of each partition', async () => {
    const told: (readonly Cursor[])[] = [];
    const shown = new ShownPositions(async (cursors) => void told.push(cursors), 5);
    shown.reached([at(0, 1), at(1, 1)]);
    shown.reached([at(0, 7)]);
    await until(() => told.length === 1);
    shown.reached([at(1, 9)]);
    await until(() => told.length === 2);
    shown.end();
    expect(told).toEqual([[at(0, 7), at(1, 1)], [at(1, 9)]]);
  });

  it('are told later where that failed, but for what is newer', async () => {
    const told: (readonly Cursor[])[] = [];
    let isAway = true;
    const shown: ShownPositions = new ShownPositions(async (cursors) => {
      if (!isAway) return void told.push(cursors);
      isAway = false;
      shown.reached([at(0, 2)]);
      throw new Error('no coordinator');
    }, 5);
    shown.reached([at(0, 1), at(1, 1)]);
    await until(() => told.length === 1);
    shown.end();
    expect(told).toEqual([[at(0, 2), at(1, 1)]]);
  });

  it('are told to nobody once it is over, whatever was under way', async () => {
    let tries = 0;
    let fail: (error: Error) => void = () => undefined;
    const shown = new ShownPositions(() => {
      tries++;
      return new Promise((_, reject) => (fail = reject));
    }, 1);
    shown.reached([at(0, 1)]);
    await until(() => tries === 1);
    shown.end();
    fail(new Error('disconnected'));
    await new Promise((later) => setTimeout(later, 30));
    expect(tries).toBe(1);
  });
});
