import type { Assignment } from '@contentflow/contracts';
import { DAY_MS, HOUR_MS, seededRandom } from '@contentflow/kernel';
import { accountsOf } from './portfolio.ts';
import { learningCostOfDay, mergeSpent, noSpend, type Spent, withPromptCost, withSpending } from './spending.ts';
import { initialSystemState, type SystemState } from './system-state.ts';
import type { Experiment } from './system-state/experiments.ts';
import type { Improvement } from './system-state/improvements.ts';

/** Many generations that cost about so much, each under this assignment. */
function spent(
  from: Spent,
  assignment: Partial<Assignment>,
  { cost, count = 200, time = HOUR_MS }: { cost: number; count?: number; time?: number },
): Spent {
  const random = seededRandom(JSON.stringify(assignment) + cost);
  let state = from;
  for (let i = 0; i < count; i++) {
    const metrics = { cost: random.logNormal(cost, 0.2) };
    const full = { exposures: [], withheld: [], improvements: [], ...assignment };
    state = withSpending(state, { assignment: full, metrics } as never, time);
  }
  return state;
}
const exposed = (experiment: string, variant: 'control' | 'treatment') => ({
  exposures: [{ experiment, variant, epoch: 0 }],
});

const experiment = (experimentId: string, over: Partial<Experiment> = {}): Experiment =>
  ({
    experimentId,
    origin: { kind: 'hypothesis', id: experimentId },
    contentType: 'email',
    lever: 'prompt',
    metric: 'cost',
    design: { alpha: 0.05, unitsPerArm: 200 },
    status: 'concluded',
    verdict: 'none',
    concludedAt: HOUR_MS,
    effect: { value: 0, lower: -0.1, upper: 0.1 },
    units: 400,
    ...over,
  }) as Experiment;
const improvement = (improvementId: string, experimentId: string, over: Partial<Improvement> = {}): Improvement =>
  ({
    improvementId,
    experimentId,
    contentType: 'email',
    lever: 'prompt',
    status: 'applied',
    appliedAt: 2 * HOUR_MS,
    ...over,
  }) as Improvement;
const system = (experiments: Experiment[], improvements: Improvement[]): SystemState => ({
  ...initialSystemState,
  experiments: Object.fromEntries(experiments.map((each) => [each.experimentId, each])),
  improvements,
});

const won = experiment('won', {
  verdict: 'treatment',
  concludedAt: 2 * HOUR_MS,
  effect: { value: -0.3, lower: -0.42, upper: -0.18 },
});

describe('the account of an improvement', () => {
  const tried = ['lost', 'won'].reduce((state, id) => {
    const control = spent(state, exposed(id, 'control'), { cost: 1 });
    return spent(control, exposed(id, 'treatment'), { cost: id === 'lost' ? 1.5 : 1.1 });
  }, noSpend);
  const used = spent(
    spent(tried, { withheld: ['i'] }, { cost: 1, count: 100 }),
    { improvements: ['i'] },
    { cost: 0.7, count: 1000 },
  );

  it('holds what the search cost: its own experiment and the failed ones on its lever before it', () => {
    const state = system([experiment('lost'), won], [improvement('i', 'won')]);
    const { costToFind, experiments } = accountsOf(state, [used], 10 * HOUR_MS)['i']!;
    expect(experiments).toEqual(['lost', 'won']);
    expect(costToFind).toBeGreaterThan(200 * (0.5 + 0.1) * 0.8);
    expect(costToFind).toBeLessThan(200 * (0.5 + 0.1) * 1.2);
  });

  it('holds, of a prompt, what was drafted and tried offline for it: not for another lever, content type or prompt before', () => {
    const orders = ['before', 'its', 'elsewhere', 'later'].map((requestId, i) => ({
      requestId,
      contentType: requestId === 'elsewhere' ? 'blog' : 'email',
      parent: 'p',
      at: [0.5, 1.6, 1.6, 2.5][i]! * HOUR_MS,
    }));
    const paid = orders.reduce(
      (state, { requestId }) => withPromptCost(withPromptCost(state, { requestId, cost: 4 }), { requestId, cost: 3 }),
      used,
    );
    const before = improvement('first', 'early', { appliedAt: 1.5 * HOUR_MS });
    const accountIn = (lever: 'prompt' | 'model') => {
      const state = system([won], [{ ...before, lever }, improvement('i', 'won', { lever })]);
      return accountsOf({ ...state, promptRequests: orders }, [paid], 10 * HOUR_MS)['i']!;
    };
    expect(accountIn('prompt').screening).toBe(7);
    expect(accountIn('prompt').costToFind).toBeCloseTo(accountIn('model').costToFind + 7);
    expect(accountIn('model').screening).toBe(0);
  });

  it('leaves out what another lever, or the improvement before it, was found for', () => {
    const other = experiment('lost', { lever: 'model' });
    expect(accountsOf(system([other, won], [improvement('i', 'won')]), [used], 10 * HOUR_MS)['i']?.experiments).toEqual(
      ['won'],
    );
    const first = improvement('first', 'early', { appliedAt: 1.5 * HOUR_MS });
    const state = system([experiment('lost'), won], [first, improvement('i', 'won')]);
    const accounts = accountsOf(state, [used], 10 * HOUR_MS);
    expect(accounts['first']?.experiments).toEqual(['lost', 'early']);
    expect(accounts['i']?.experiments).toEqual(['won']);
  });

  it('holds what a generation saves beside its reverse holdback, times the generations, and when that has paid', () => {
    const account = accountsOf(system([won], [improvement('i', 'won')]), [used], 12 * HOUR_MS)['i']!;
    expect(account.generations).toBe(1000);
    expect(account.saved?.value).toBeGreaterThan(240);
    expect(account.saved?.value).toBeLessThan(account.savedRaw as number);
    expect(account.saved?.lower).toBeLessThan(300);
    expect(account.saved?.upper).toBeGreaterThan(300);
    // Some 290 in ten hours: 20 are back within the first hour.
    expect(account.paysBackOn).toBeGreaterThan(2 * HOUR_MS);
    expect(account.paysBackOn).toBeLessThan(3.5 * HOUR_MS);
  });

  it('never pays back what saves nothing, and not after it ended', () => {
    const dearer = spent(spent(tried, { withheld: ['i'] }, { cost: 1 }), { improvements: ['i'] }, { cost: 1.3 });
    expect(accountsOf(system([won], [improvement('i', 'won')]), [dearer], 9 * HOUR_MS)['i']?.paysBackOn).toBeNull();
    const ended = improvement('i', 'won', { status: 'rolled_back', endedAt: 2.001 * HOUR_MS });
    const brief = spent(
      spent(tried, { withheld: ['i'] }, { cost: 1 }),
      { improvements: ['i'] },
      { cost: 0.7, count: 20 },
    );
    expect(accountsOf(system([won], [ended]), [brief], 9 * HOUR_MS)['i']?.paysBackOn).toBeNull();
  });

  it('pays back on no day that no calendar has, where it saves next to nothing', () => {
    const cost = 1e-300;
    const hardly = spent(spent(tried, { withheld: ['i'] }, { cost }), { improvements: ['i'] }, { cost: 0.7 * cost });
    expect(accountsOf(system([won], [improvement('i', 'won')]), [hardly], 9 * HOUR_MS)['i']?.paysBackOn).toBeNull();
  });

  it('says nothing of savings before there are units without it', () => {
    const few = spent(spent(tried, { withheld: ['i'] }, { cost: 1, count: 3 }), { improvements: ['i'] }, { cost: 0.7 });
    expect(accountsOf(system([won], [improvement('i', 'won')]), [few], 9 * HOUR_MS)['i']).toMatchObject({
      generations: 200,
      saved: null,
      paysBackOn: null,
    });
  });

  it('believes less than was measured where experiments of its kind brought little', () => {
    const losers = Array.from({ length: 8 }, (_, i) => experiment(`lost-${i}`));
    const { effect, effectRaw } = accountsOf(system([...losers, won], [improvement('i', 'won')]), [], 9 * HOUR_MS)[
      'i'
    ]!;
    expect(effectRaw).toBeCloseTo(0.3);
    expect(effect?.value).toBeGreaterThan(0);
    expect(effect?.value).toBeLessThan(0.28);
  });

  it('has no winner’s curse: over many searches, what is believed of the winners is what they bring', () => {
    const random = seededRandom('searches');
    let [believed, measured, truth, winners] = [0, 0, 0, 0];
    for (let search = 0; search < 60; search++) {
      const tests = Array.from({ length: 20 }, (_, i) => {
        const gain = 0.05 + 0.08 * random.normal();
        const seen = gain + 0.06 * random.normal();
        const width = 0.06 * 2.4;
        const effect = { value: -seen, lower: -seen - width, upper: -seen + width };
        const isWon = seen > 0.12;
        return { gain, test: experiment(`${i}`, { effect, verdict: isWon ? 'treatment' : 'none' }) };
      });
      const applied = tests.filter(({ test }) => test.verdict === 'treatment');
      const state = system(
        tests.map(({ test }) => test),
        applied.map(({ test }) => improvement(test.experimentId, test.experimentId)),
      );
      const accounts = accountsOf(state, [], 0);
      for (const { gain, test } of applied) {
        winners++;
        truth += gain;
        believed += accounts[test.experimentId]?.effect?.value ?? 0;
        measured += accounts[test.experimentId]?.effectRaw ?? 0;
      }
    }
    expect(winners).toBeGreaterThan(100);
    expect(measured / winners - truth / winners).toBeGreaterThan(0.02);
    expect(Math.abs(believed / winners - truth / winners)).toBeLessThan(0.01);
  });
});

describe('what learning costs', () => {
  it('counts, for the day, what treated units cost beyond their controls; one experiment pays for no other', () => {
    let today = spent(noSpend, exposed('dear', 'control'), { cost: 1, time: DAY_MS });
    today = spent(today, exposed('dear', 'treatment'), { cost: 1.5, time: DAY_MS });
    today = spent(today, exposed('cheap', 'control'), { cost: 1, time: DAY_MS });
    today = spent(today, exposed('cheap', 'treatment'), { cost: 0.2, time: DAY_MS });
    expect(learningCostOfDay([today], DAY_MS + HOUR_MS)).toBeGreaterThan(80);
    expect(learningCostOfDay([today], DAY_MS + HOUR_MS)).toBeLessThan(120);
    expect(learningCostOfDay([today], 2 * DAY_MS)).toBe(0);
  });

  it('is the same however the log is partitioned', () => {
    const [a, b] = [
      spent(noSpend, exposed('e', 'control'), { cost: 1 }),
      spent(noSpend, exposed('e', 'treatment'), { cost: 2 }),
    ];
    const both = spent(a, exposed('e', 'treatment'), { cost: 2 });
    expect(mergeSpent([a, b])).toEqual(both);
    const asked = { requestId: 'r', cost: 2 };
    expect(mergeSpent([withPromptCost(a, asked), withPromptCost(b, asked)]).prompts).toEqual({ r: 4 });
  });
});
