import { ImprovementConfirmed, RolloutWidened } from '@contentflow/contracts';
import { marginAccountOf } from './margin-account.ts';
import { change, Ledger } from './testing/ledger.ts';

const standing = (effect: number, isShown = true) => ({ margin: 0.3, effect, error: 0.03, isShown });

/** An improvement whose trial left its guardrails so. */
function applied(
  ledger: Ledger,
  id: string,
  guardrails: Record<string, ReturnType<typeof standing>>,
  over: object = { lever: 'model', change },
): void {
  ledger.register(`e-${id}`, over);
  ledger.start(`e-${id}`, 0);
  ledger.conclude(`e-${id}`, 'treatment', 0.001, 600);
  ledger.apply(id, `e-${id}`, { guardrails, ...over }, 600);
}

describe('the account of the margins', () => {
  const ledger = () => {
    const opened = new Ledger();
    for (const id of ['a', 'b']) applied(opened, id, { quality: standing(-0.1) });
    return opened;
  };
  const account = (of: Ledger) => marginAccountOf(of.state, 'email').quality;

  it('adds up what all changes in force have used, and says what is left', () => {
    const { effect, error, margin, left, changes } = account(ledger()) ?? {};
    expect([effect, error, margin, left]).toEqual([-0.2, expect.closeTo(0.03 * Math.SQRT2), 0.3, expect.closeTo(0.1)]);
    expect(changes?.map(({ improvementId }) => improvementId)).toEqual(['a', 'b']);
  });

  it('has nothing of texts from a change that tells the models the same words, whatever chance made of it', () => {
    const opened = ledger();
    const parallel = { lever: 'workflow', change: { kind: 'run_in_parallel', parallel: true } };
    applied(opened, 'p', { quality: standing(-0.1), satisfaction: standing(-0.1), time: standing(0.2) }, parallel);
    const { quality, satisfaction, time } = marginAccountOf(opened.state, 'email');
    expect(quality?.changes.map(({ improvementId }) => improvementId)).toEqual(['a', 'b']);
    expect([satisfaction, time?.effect]).toEqual([undefined, 0.2]);
  });

  it('gives back what a rolled back change had used', () => {
    const opened = ledger();
    opened.rollBack('a');
    expect(account(opened)?.left).toBeCloseTo(0.2);
  });

  it.each([
    ['a confirmation', ImprovementConfirmed, { impact: {} }],
    ['a wider roll-out', RolloutWidened, {}],
  ] as const)('follows later evidence: %s', (_what, definition, more) => {
    const opened = new Ledger();
    applied(opened, 'a', { quality: standing(-0.1, false) });
    opened.take(definition, { improvementId: 'a', guardrails: { quality: standing(0.05) }, ...more } as never, 2000);
    expect(account(opened)?.left).toBeCloseTo(0.35);
    expect(opened.state.improvements[0]).toMatchObject({ isPartial: false });
  });

  it('knows nothing of other content types, or where nothing is in force', () => {
    expect(marginAccountOf(ledger().state, 'headline')).toEqual({});
    expect(marginAccountOf(new Ledger().state, 'email')).toEqual({});
  });
});

it('what is applied without all guardrails shown is rolled out in part, until that is over', () => {
  const ledger = new Ledger();
  applied(ledger, 'a', { satisfaction: standing(0, false) });
  applied(ledger, 'b', { satisfaction: standing(0) });
  expect(ledger.state.improvements.map(({ isPartial }) => isPartial)).toEqual([true, false]);
  expect(ledger.take(RolloutWidened, { improvementId: 'b', guardrails: {} } as never)).toBe('it is rolled out to all');
  expect(ledger.take(RolloutWidened, { improvementId: 'c', guardrails: {} } as never)).toBe('no such improvement');
});
