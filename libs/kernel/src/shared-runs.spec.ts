import { SharedRuns } from './shared-runs.ts';

describe('work that is done for all who ask for it together', () => {
  let ends: (() => void)[];
  let runs: SharedRuns<number>;
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => {
    let begun = 0;
    ends = [];
    runs = new SharedRuns(async () => {
      const number = ++begun;
      await new Promise<void>((resolve) => ends.push(resolve));
      if (number === 2) throw new Error('the second failed');
      return number;
    });
  });

  it('is one run for those who asked before it began', async () => {
    const both = Promise.all([runs.ask(), runs.ask()]);
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    expect(await both).toEqual([1, 1]);
  });

  it('is a later run, shared too, for those who asked while one went on, and begins when that has ended', async () => {
    const first = runs.ask();
    await settled();
    const later = [runs.ask(), runs.ask()];
    await settled();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    expect(await first).toBe(1);
    await settled();
    expect(ends).toHaveLength(2);
    ends[1]?.();
    for (const each of later) await expect(each).rejects.toThrow('the second failed');
  });

  it('goes on after a run that failed', async () => {
    const first = runs.ask();
    await settled();
    const failing = runs.ask();
    ends[0]?.();
    await first;
    await settled();
    const after = runs.ask();
    ends[1]?.();
    await expect(failing).rejects.toThrow();
    await settled();
    ends[2]?.();
    expect(await after).toBe(3);
  });
});
