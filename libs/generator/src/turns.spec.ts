import { Turns } from './turns.ts';

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
