import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  decideTest,
  isRejected,
  levelOfNext,
  startFdr,
  startTest,
  type FdrProcedure,
  type FdrState,
} from './online-fdr.ts';

const reference = JSON.parse(readFileSync(new URL('./online-fdr.reference.json', import.meta.url), 'utf8')) as {
  pValues: number[];
  cases: {
    procedure: FdrProcedure;
    when: string;
    decidedAt: number[];
    alpha: number;
    wealth: number;
    levels: number[];
    rejected: boolean[];
  }[];
  published: Record<FdrProcedure, (number | null)[]>;
};

/** Starts tests one after another; each is decided once so many have been started. */
function replay(start: FdrState, pValues: readonly number[], decidedAt: readonly number[]): FdrState {
  let state = start;
  pValues.forEach((_, i) => {
    state = startTest(state, String(i)).state;
    pValues.forEach((p, j) => {
      if (j <= i && decidedAt[j] === i + 1) state = decideTest(state, String(j), p).state;
    });
  });
  return state;
}

describe('online false-discovery control', () => {
  it.each(reference.cases)('$procedure, $when: levels of the paper', (want) => {
    const state = replay(
      startFdr(want.procedure, want.alpha, { wealth: want.wealth }),
      reference.pValues,
      want.decidedAt,
    );
    state.tests.forEach((test, i) => {
      expect(test.level).toBeCloseTo(want.levels[i] as number, 12);
      if (test.p !== undefined) expect(isRejected(test)).toBe(want.rejected[i]);
    });
  });

  it.each(['lord++', 'saffron', 'addis'] as const)('%s: published levels of R', (procedure) => {
    const each = reference.pValues.map((_, i) => i + 1);
    const state = replay(startFdr(procedure, 0.05, { wealth: 0.025 }), reference.pValues, each);
    reference.published[procedure].forEach((level, i) => {
      if (level !== null) expect(state.tests[i]?.level).toBeCloseTo(level, 5);
    });
  });

  it('never spends more on nulls than its level allows, whatever happens', () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 6 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (rows) => {
        const state = replay(
          startFdr('lord++', 0.05),
          rows.map(([p]) => p),
          rows.map(([, delay], i) => i + delay),
        );
        const spent = state.tests.reduce((sum, test) => sum + test.level, 0);
        const discoveries = state.tests.filter(isRejected).length;
        expect(spent).toBeLessThanOrEqual(0.05 * Math.max(1, discoveries) + 1e-9);
      }),
    );
  });

  it('gives a lower level while others run than after they failed to be candidates or were found', () => {
    const running = startTest(startFdr('saffron', 0.05), 'a').state;
    const found = decideTest(running, 'a', 1e-6).state;
    expect(levelOfNext(running)).toBeLessThan(levelOfNext(found));
  });

  it('is plain data', () => {
    const state = replay(startFdr('addis', 0.05), [0.01, 0.6, 1e-7], [1, 3, 3]);
    expect(levelOfNext(JSON.parse(JSON.stringify(state)) as FdrState)).toBe(levelOfNext(state));
  });

  it('refuses to start or decide a test twice', () => {
    const { state } = startTest(startFdr('addis', 0.05), 'a');
    expect(() => startTest(state, 'a')).toThrow(RangeError);
    expect(() => decideTest(decideTest(state, 'a', 0.5).state, 'a', 0.5)).toThrow(RangeError);
  });
});
