import fc from 'fast-check';
import {
  admit,
  type BreakerOutcome,
  type BreakerPolicy,
  type BreakerState,
  closedBreaker,
  isHeldBack,
  settle,
  type Traits,
  tripped,
} from './circuit-breaker.ts';

const policy: BreakerPolicy = {
  consecutiveFailures: 3,
  failureShare: 0.5,
  windowCalls: 10,
  coolDownMs: 1000,
  maxCoolDownMs: 8000,
};

const after = (outcomes: readonly BreakerOutcome[], state = closedBreaker(policy), now = 0): BreakerState =>
  outcomes.reduce((s, outcome) => settle(s, { epoch: s.epoch, outcome }, now, policy), state);
const times = (n: number, outcome: BreakerOutcome): BreakerOutcome[] => Array<BreakerOutcome>(n).fill(outcome);

describe('a circuit breaker', () => {
  it('opens after so many failures in a row', () => {
    expect(after(times(2, 'failure')).phase).toBe('closed');
    expect(after(times(3, 'failure'))).toMatchObject({ phase: 'open', retryAt: 1000 });
  });

  it('opens when half of the last calls failed, in whatever order', () => {
    const mixed = times(5, 'success').flatMap((s) => [s, 'failure' as const]);
    expect(after(mixed.slice(0, 9)).phase).toBe('closed');
    expect(after(mixed).phase).toBe('open');
  });

  it('is not moved by calls that say nothing of the target', () => {
    expect(after([...times(2, 'failure'), ...times(50, 'nothing')]).phase).toBe('closed');
  });

  it('lets nobody through while open, and one as a probe when it is due', () => {
    const open = after(times(3, 'failure'));
    expect(admit(open, 999, policy).admitted).toBe(false);
    const probe = admit(open, 1000, policy);
    expect(probe).toMatchObject({ admitted: true, state: { phase: 'half_open' } });
    expect(admit(probe.state, 1001, policy).admitted).toBe(false);
  });

  it('closes when the probe answers, and waits twice as long when it does not', () => {
    const { state } = admit(after(times(3, 'failure')), 1000, policy);
    expect(settle(state, { epoch: state.epoch, outcome: 'success' }, 1100, policy)).toMatchObject({
      phase: 'closed',
      seen: 0,
      consecutive: 0,
    });
    expect(settle(state, { epoch: state.epoch, outcome: 'failure' }, 1100, policy)).toMatchObject({
      phase: 'open',
      retryAt: 3100,
    });
  });

  it('sends another probe at once when the first was cancelled', () => {
    const { state } = admit(after(times(3, 'failure')), 1000, policy);
    const open = settle(state, { epoch: state.epoch, outcome: 'nothing' }, 1100, policy);
    expect(admit(open, 1100, policy).admitted).toBe(true);
  });

  it('takes no word from calls of an earlier epoch', () => {
    const { state } = admit(after(times(3, 'failure')), 1000, policy);
    expect(settle(state, { epoch: 0, outcome: 'success' }, 1100, policy)).toBe(state);
    expect(settle(state, { epoch: 0, outcome: 'failure' }, 1100, policy)).toBe(state);
  });

  it('can be opened by hand', () => {
    const state = tripped(closedBreaker(policy), 500, 60_000, policy);
    expect(admit(state, 60_499, policy).admitted).toBe(false);
    expect(admit(state, 60_500, policy).admitted).toBe(true);
  });
});

describe('a breaker that some requests open', () => {
  const ofAnn = { caller: 'ann', said: 'a' };
  const failedAs = (state: BreakerState, ...traits: readonly Traits[]): BreakerState =>
    traits.reduce((s, each) => settle(s, { epoch: s.epoch, outcome: 'failure', traits: each }, 0, policy), state);
  const openedBy = (...traits: readonly Traits[]): BreakerState => failedAs(closedBreaker(policy), ...traits);
  const passes = (state: BreakerState, traits: Traits): boolean => admit(state, 1, policy, () => traits).admitted;

  it.each<[what: string, failed: Traits[], heldBack: Traits, passing: Traits[]]>([
    [
      'one request',
      [ofAnn, ofAnn, ofAnn],
      ofAnn,
      [
        { ...ofAnn, said: 'b' },
        { ...ofAnn, caller: 'bob' },
      ],
    ],
    [
      'one caller',
      ['a', 'b', 'c'].map((said) => ({ ...ofAnn, said })),
      { caller: 'ann' },
      [{ caller: 'bob', said: 'a' }],
    ],
    [
      'what is said',
      ['ann', 'bob', 'cy'].map((caller) => ({ ...ofAnn, caller })),
      { said: 'a' },
      [{ ...ofAnn, said: 'b' }],
    ],
  ])('by %s holds that back alone', (_what, failed, heldBack, passing) => {
    const state = openedBy(...failed);
    expect(state).toMatchObject({ phase: 'open', heldBack });
    expect(failed.map((traits) => passes(state, traits))).toEqual([false, false, false]);
    expect(passing.map((traits) => passes(state, traits))).toEqual(passing.map(() => true));
  });

  it.each<[string, Traits[]]>([
    ['have nothing in common', [ofAnn, ofAnn, { caller: 'bob', said: 'b' }]],
    ['were never asked', [ofAnn, {}, ofAnn]],
  ])('holds all back where those that failed %s', (_what, failed) => {
    expect(passes(openedBy(...failed), { caller: 'cy', said: 'c' })).toBe(false);
  });

  it('looks at those failures alone that open it', () => {
    const early = failedAs(closedBreaker(policy), { caller: 'bob', said: 'b' });
    const state = failedAs(after(['success'], early), ofAnn, ofAnn, ofAnn);
    expect(state).toMatchObject({ phase: 'open', heldBack: ofAnn });
    const mixed = [...times(5, 'success')].reduce(
      (s, outcome) => failedAs(after([outcome], s), ofAnn),
      closedBreaker(policy),
    );
    expect(mixed).toMatchObject({ phase: 'open', heldBack: ofAnn });
  });

  it('closes when another is answered, and holds more back where another fails', () => {
    const state = openedBy(ofAnn, ofAnn, ofAnn);
    expect(settle(state, { epoch: state.epoch, outcome: 'success' }, 1, policy).phase).toBe('closed');
    const wider = failedAs(state, { ...ofAnn, said: 'b' });
    expect(wider).toMatchObject({ phase: 'open', heldBack: { caller: 'ann' }, retryAt: state.retryAt });
    expect(failedAs(wider, { caller: 'bob', said: 'c' })).toMatchObject({ phase: 'open', heldBack: {} });
  });

  it('lets others through beside its probe', () => {
    const { state } = admit(openedBy(ofAnn, ofAnn, ofAnn), 1000, policy, () => ofAnn);
    expect(state.phase).toBe('half_open');
    expect(isHeldBack(state, ofAnn)).toBe(true);
    expect(passes(state, { ...ofAnn, said: 'b' })).toBe(true);
  });
});

type Move = { wait: number; ask: boolean; report: BreakerOutcome; which: number };
const moves = fc.array(
  fc.record({
    wait: fc.nat(3000),
    ask: fc.boolean(),
    report: fc.constantFrom<BreakerOutcome>('success', 'failure', 'nothing'),
    which: fc.nat(),
  }),
  { maxLength: 200 },
);

/** Asks and reports in any order, as concurrent calls do. */
function played(sequence: readonly Move[], look: (state: BreakerState, now: number, underWay: number[]) => void) {
  let state = closedBreaker(policy);
  let now = 0;
  const underWay: number[] = [];
  for (const { wait, ask, report, which } of sequence) {
    now += wait;
    if (ask) {
      const asked = admit(state, now, policy);
      state = asked.state;
      if (asked.admitted) underWay.push(state.epoch);
    } else if (underWay.length > 0) {
      const [epoch = 0] = underWay.splice(which % underWay.length, 1);
      state = settle(state, { epoch, outcome: report }, now, policy);
    }
    look(state, now, underWay);
  }
}

describe('a circuit breaker under any sequence', () => {
  it('has at most one probe under way per epoch', () => {
    fc.assert(
      fc.property(moves, (sequence) => {
        played(sequence, (state, _now, underWay) => {
          if (state.phase === 'half_open')
            expect(underWay.filter((epoch) => epoch === state.epoch).length).toBeLessThanOrEqual(1);
        });
      }),
    );
  });

  it('never stays shut for longer than the longest cool-down', () => {
    fc.assert(
      fc.property(moves, (sequence) => {
        played(sequence, (state, now) => expect(admit(state, now + policy.maxCoolDownMs, policy).admitted).toBe(true));
      }),
    );
  });

  it('never goes from open to closed but through a probe, and its epochs only rise', () => {
    fc.assert(
      fc.property(moves, (sequence) => {
        let before = closedBreaker(policy);
        played(sequence, (state) => {
          if (before.phase === 'open') expect(state.phase).not.toBe('closed');
          const risen = state.epoch - before.epoch;
          // A probe given up for lost makes way for another, in a new epoch of the same phase.
          if (state.phase === 'half_open' && before.phase === 'half_open') expect([0, 1]).toContain(risen);
          else expect(risen).toBe(state.phase === before.phase ? 0 : 1);
          before = state;
        });
      }),
    );
  });

  it('stays closed while fewer than half fail and never three in a row', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 2, 3), { maxLength: 60 }), (runs) => {
        const outcomes = runs.flatMap((n) => ['failure' as const, ...times(n + 1, 'success')]);
        expect(after(outcomes).phase).toBe('closed');
      }),
    );
  });
});
