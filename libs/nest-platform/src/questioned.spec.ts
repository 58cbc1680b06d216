import { Questioned } from './questioned.ts';

describe('a server that is asked whether it answers', () => {
  it('does', async () => {
    expect(await new Questioned(async () => 'something').problem()).toBeNull();
  });

  it('answers with what is wrong', async () => {
    const failing = new Questioned(() => Promise.reject(new Error('no broker')));
    expect(await failing.problem()).toBe('no broker');
  });

  it('is said to be silent after a moment, is asked once meanwhile, and anew once it has answered', async () => {
    let asked = 0;
    let answer: () => void = () => undefined;
    const asking = (): Promise<void> => {
      asked++;
      return new Promise((resolve) => (answer = resolve));
    };
    const silent = new Questioned(asking, 20);
    const silence = 'it has not answered for 0.02 s';
    expect(await Promise.all([silent.problem(), silent.problem()])).toEqual([silence, silence]);
    expect(await silent.problem()).toBe(silence);
    expect(asked).toBe(1);

    const last = silent.problem();
    answer();
    expect(await last).toBeNull();
    void silent.problem();
    expect(asked).toBe(2);
  });
});
