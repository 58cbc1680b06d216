import { until } from '@contentflow/kernel/testing';
import { RequestTurns } from './request-turns.ts';

describe('requests that come in at once', () => {
  const turns = async (costs: readonly number[]): Promise<string[]> => {
    let now = 0;
    const seen: string[] = [];
    const line = new RequestTurns(() => now);
    const ends = setImmediateLoop(() => seen.push('-'));
    costs.forEach((cost, index) =>
      line.begin(() => {
        now += cost;
        seen.push(String(index));
      }),
    );
    await until(() => seen.includes(String(costs.length - 1)));
    ends();
    return seen.join('').split(/-+/).filter(Boolean);
  };

  it('are begun in their order, as many in a turn of the event loop as a few milliseconds allow', async () => {
    expect(await turns([2, 2, 2, 2, 2, 2, 2])).toEqual(['012', '345', '6']);
  });

  it('have a turn for themselves where one takes longer', async () => {
    expect(await turns([1, 30, 30, 1, 1])).toEqual(['01', '2', '34']);
  });

  it('let none be forgotten that come while others are begun', async () => {
    const seen: string[] = [];
    const line = new RequestTurns(() => 0);
    line.begin(() => {
      seen.push('first');
      line.begin(() => seen.push('second'));
    });
    await until(() => seen.length === 2);
    line.begin(() => seen.push('third'));
    await until(() => seen.length === 3);
    expect(seen).toEqual(['first', 'second', 'third']);
  });
});

/** What others do in each turn. */
function setImmediateLoop(work: () => void): () => void {
  let isOver = false;
  const next = (): void => {
    work();
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  return () => (isOver = true);
}
