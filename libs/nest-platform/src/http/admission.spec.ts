import { Admission, type AdmissionLimits } from './admission.ts';

/** Who was admitted and refused, in that order, by names such as `ann 1`. */
function admission(limits: Partial<AdmissionLimits> = {}) {
  const admission = new Admission({ atOnce: 1, waiting: 4, ...limits });
  const admitted: string[] = [];
  const refused: string[] = [];
  const ask = (caller: string, ...numbers: number[]): void => {
    for (const number of numbers) {
      const name = `${caller} ${number}`;
      admission.ask({ caller, since: number, admit: () => admitted.push(name), refuse: () => refused.push(name) });
    }
  };
  const leave = (times: number): void => {
    for (let i = 0; i < times; i++) admission.left();
  };
  return { admission, admitted, refused, ask, leave };
}

describe('admission', () => {
  it('begins as much at once as it may, and the rest as that ends', () => {
    const { admitted, ask, leave } = admission({ atOnce: 2 });
    ask('ann', 1, 2, 3, 4);
    expect(admitted).toEqual(['ann 1', 'ann 2']);
    leave(1);
    expect(admitted).toEqual(['ann 1', 'ann 2', 'ann 3']);
  });

  it('refuses what finds no room to wait', () => {
    const { admitted, refused, ask } = admission({ waiting: 2 });
    ask('ann', 1, 2, 3, 4);
    expect(refused).toEqual(['ann 4']);
    expect(admitted).toEqual(['ann 1']);
  });

  it('lets callers take turns, however many one sends', () => {
    const { admitted, ask, leave } = admission();
    ask('ann', 1, 2, 3, 4);
    ask('bob', 1);
    leave(4);
    expect(admitted).toEqual(['ann 1', 'ann 2', 'bob 1', 'ann 3', 'ann 4']);
  });

  it('makes room for a caller with little waiting by the youngest of the one with most', () => {
    const { admitted, refused, ask, leave } = admission();
    ask('ann', 1, 2, 3, 4, 5);
    ask('bob', 1, 2);
    expect(refused).toEqual(['ann 5', 'ann 4']);
    ask('bob', 3);
    expect(refused).toEqual(['ann 5', 'ann 4', 'bob 3']);
    leave(4);
    expect(admitted).toEqual(['ann 1', 'ann 2', 'bob 1', 'ann 3', 'bob 2']);
  });

  it('refuses who has waited too long, and nobody else', () => {
    const { admitted, refused, ask, leave, admission: it } = admission();
    ask('ann', 1, 2, 3);
    ask('bob', 4);
    it.refuseOlderThan(3);
    expect(refused).toEqual(['ann 2']);
    leave(2);
    expect(admitted).toEqual(['ann 1', 'ann 3', 'bob 4']);
    expect(it.counts()).toMatchObject({ atWork: 1, waiting: 0 });
  });

  it('works on half as much while the event loop is late, on an eighth at least, and comes back step by step', () => {
    const { admission: it, admitted, ask, leave } = admission({ atOnce: 16, waiting: 100 });
    const allowed: number[] = [];
    for (const isLate of [true, true, true, true, false, false]) {
      it.recordLoopDelay(isLate);
      allowed.push(it.counts().allowed);
    }
    expect(allowed).toEqual([8, 4, 2, 2, 3, 4]);
    ask('ann', ...Array.from({ length: 10 }, (_, n) => n));
    expect(admitted).toHaveLength(4);
    it.recordLoopDelay(false);
    expect(admitted).toHaveLength(5);
    it.recordLoopDelay(true);
    leave(3);
    // Two are still at work, and no more may be.
    expect(admitted).toHaveLength(5);
  });
});
