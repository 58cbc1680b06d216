import { until } from './until.ts';

describe('waiting for a condition', () => {
  it('ends with the first answer that will do', async () => {
    let asked = 0;
    expect(
      await until(
        () => ++asked,
        (answer) => answer === 4,
      ),
    ).toBe(4);
    expect(asked).toBe(4);
  });

  it('goes on where the question cannot be asked yet', async () => {
    let asked = 0;
    const ask = (): string => {
      if (++asked < 3) throw new Error('nobody listens');
      return 'here';
    };
    expect(await until(ask)).toBe('here');
  });

  it('fails with what was awaited and what was seen last', async () => {
    const waiting = until(
      () => ({ status: 503, items: [] }),
      ({ status }) => status === 200,
      20,
    );
    await expect(waiting).rejects.toThrow(/in vain for .*status.* === 200\nseen last: \{ status: 503, items: \[\] \}/);
  });

  it('fails with the error that came last', async () => {
    const waiting = until(() => Promise.reject(new Error('nobody listens')), Boolean, 20);
    await expect(waiting).rejects.toThrow(/seen last: Error: nobody listens/);
  });
});
