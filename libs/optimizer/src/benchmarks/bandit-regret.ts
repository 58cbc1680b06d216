import { type Random, seededRandom } from '@contentflow/kernel';
import { momentsOf, studentQuantile, varianceOf } from '@contentflow/statistics';
import {
  epsilonGreedy,
  type Learner,
  linearThompson,
  linUcb,
  perSegment,
  slidingWindowThompson,
  ucbTuned,
} from './bandit-baselines.ts';
import { liveAllocation } from './live-allocation.ts';

export interface RegretOptions {
  readonly seeds?: number;
  readonly rounds?: number;
  /** Whether it is also compared with learners that see the brief; so by default. */
  readonly withSeeing?: boolean;
}

export interface RegretRatio {
  readonly against: string;
  /** Mean over seeds of the allocation's regret ÷ the mean of the other's, with its paired 95 % interval. */
  readonly ratio: number;
  readonly interval: readonly [lower: number, upper: number];
}

const FEATURES = 3;
const DELAY = 20;
const NOISE = 0.5;

/** Learners by family; of each family the best in hindsight is the one compared with. */
const FAMILIES: Record<string, Record<string, () => Learner>> = {
  'decayed ε-greedy': Object.fromEntries([0.5, 1, 3, 8].map((rate) => [`rate ${rate}`, () => epsilonGreedy(rate)])),
  'UCB1-tuned': Object.fromEntries([0.1, 0.3, 1].map((width) => [`width ${width}`, () => ucbTuned(width)])),
  'sliding-window Thompson': Object.fromEntries(
    [200, 500, 1000].map((window) => [`window ${window}`, () => slidingWindowThompson(window)]),
  ),
  'fixed exploration 10 %': { 'rate .1': () => epsilonGreedy(0.1, false) },
};

/** Learners that see the brief too, as the allocation does. */
const CONTEXTUAL_LEARNERS: typeof FAMILIES = {
  'decayed ε-greedy per segment': Object.fromEntries(
    [0.5, 1, 3, 8].map((rate) => [`rate ${rate}`, () => perSegment(() => epsilonGreedy(rate))]),
  ),
  'UCB1-tuned per segment': Object.fromEntries(
    [0.1, 0.3, 1].map((width) => [`width ${width}`, () => perSegment(() => ucbTuned(width))]),
  ),
  'sliding-window Thompson per segment': Object.fromEntries(
    [100, 200, 500].map((window) => [`window ${window}`, () => perSegment(() => slidingWindowThompson(window))]),
  ),
  LinUCB: Object.fromEntries([0.3, 1, 2].map((width) => [`width ${width}`, () => linUcb(FEATURES, width, 1)])),
  'discounted LinUCB': Object.fromEntries(
    [0.3, 1, 2].map((width) => [`width ${width}`, () => linUcb(FEATURES, width, 0.998)]),
  ),
  'discounted linear Thompson': { 'width .7, floor .005': () => linearThompson(FEATURES, 0.7, 0.998, 0.005) },
};

/**
 * The allocation that runs live as a bandit: cumulative regret against an oracle that knows every model's expected reward, paired over seeds: four models, a
 * fifth from the middle on, rewards that depend on the brief, drift slowly and once abruptly, and come twenty briefs late.
 */
export function benchBanditRegret(report: (line: string) => void, options: RegretOptions = {}): RegretRatio[] {
  const { seeds = 100, rounds = 4000, withSeeing = true } = options;
  report(
    `Models by brief as a bandit: ${seeds} seeds, ${rounds} briefs, 4 then 5 models, drift, rewards ${DELAY} briefs late`,
  );
  const regretsOf = (learner: () => Learner): number[] =>
    Array.from({ length: seeds }, (_, seed) => regretOf(learner(), seed, rounds));
  const ours = regretsOf(liveAllocation);
  report(`  the allocation: mean regret ${momentsOf(ours).mean.toFixed(1)}`);
  return Object.entries(withSeeing ? { ...FAMILIES, ...CONTEXTUAL_LEARNERS } : FAMILIES).map(([family, learners]) => {
    const [name, theirs] = Object.entries(learners)
      .map(([each, learner]): [string, number[]] => [each, regretsOf(learner)])
      .reduce((best, each) => (momentsOf(each[1]).mean < momentsOf(best[1]).mean ? each : best));
    const result = { against: `${family} (${name})`, ...pairedRatio(ours, theirs) };
    const [low, high] = result.interval;
    report(`  against ${result.against}: ratio ${result.ratio.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`);
    return result;
  });
}

/** Ratio of paired means. Source: delta method on the residuals ours − ratio × theirs */
function pairedRatio(ours: readonly number[], theirs: readonly number[]): Omit<RegretRatio, 'against'> {
  const base = momentsOf(theirs).mean;
  const ratio = momentsOf(ours).mean / base;
  const residuals = momentsOf(ours.map((regret, i) => regret - ratio * (theirs[i] as number)));
  const width = (studentQuantile(0.975, residuals.n - 1) * Math.sqrt(varianceOf(residuals) / residuals.n)) / base;
  return { ratio, interval: [ratio - width, ratio + width] };
}

function regretOf(learner: Learner, seed: number, rounds: number): number {
  const world = seededRandom(`bandit world ${seed}`);
  const random = seededRandom(`bandit learner ${seed}`);
  let models = Array.from({ length: 4 }, () => coefficients(world));
  const waiting: { arm: number; context: readonly number[]; reward: number }[] = [];
  let regret = 0;
  for (let round = 0; round < rounds; round++) {
    if (round === Math.floor(rounds / 3)) models = [...models, coefficients(world)];
    if (round === Math.floor((2 * rounds) / 3))
      models = models.map((model, i) => (i < 2 ? coefficients(world) : model));
    models = models.map((model) => model.map((value) => value + 0.003 * world.normal()));
    const context = [1, world.normal(), world.normal()];
    const expected = models.map((model) => model.reduce((sum, value, i) => sum + value * (context[i] as number), 0));
    const noise = NOISE * world.normal();
    const arm = learner.choose(context, [...models.keys()], random);
    regret += Math.max(...expected) - (expected[arm] as number);
    waiting.push({ arm, context, reward: (expected[arm] as number) + noise });
    const due = waiting.length > DELAY ? waiting.shift() : undefined;
    if (due) learner.reward(due.arm, due.context, due.reward);
  }
  return regret;
}

const coefficients = (world: Random): number[] => [0.5 * world.normal(), 0.15 * world.normal(), 0.15 * world.normal()];
