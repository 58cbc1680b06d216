import { inTurns, Turns } from './turns.ts';

describe('turns of the event loop', () => {
  it('are one for each who asks, in order, and what others do comes between them', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    let isOver = false;
    const others = (): void => {
      seen.push('-');
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name) => {
        await turns.next();
        seen.push(name);
      }),
    );
    isOver = true;
    expect(seen.filter((name) => name !== '-')).toEqual(['a', 'b', 'c', 'd']);
    for (const [name, next] of [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
    ] as const)
      expect(seen.slice(seen.indexOf(name), seen.indexOf(next))).toContain('-');
  });
});

describe('work on many, in turns', () => {
  it('lets others have the event loop after some of them, and keeps the order', async () => {
    const seen: (number | string)[] = [];
    setImmediate(() => seen.push('another'));
    const results = await inTurns([...Array(60).keys()], (n) => {
      seen.push(n);
      return n * 2;
    });
    expect(results).toEqual([...Array(60).keys()].map((n) => n * 2));
    expect(seen.indexOf('another')).toBeGreaterThan(0);
    expect(seen.indexOf('another')).toBeLessThan(60);
  });

  it('fails as its work does', async () => {
    const work = async (n: number): Promise<number> => (n === 2 ? Promise.reject(new Error('no')) : n);
    await expect(inTurns([1, 2, 3], work)).rejects.toThrow('no');
  });
});
