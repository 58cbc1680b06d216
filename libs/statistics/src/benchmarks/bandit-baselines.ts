import type { Random } from '@contentflow/kernel';
import { addArm, observeReward, outlook, type Outlook, startBandit } from '../bandit.ts';

/** A learner that a benchmark drives; it remembers in place. */
export interface Learner {
  choose(context: readonly number[], arms: readonly number[], random: Random): number;
  reward(arm: number, context: readonly number[], reward: number): void;
}

/** Count, mean and variance of what each arm brought. */
function runningSums() {
  const arms = new Map<number, { n: number; sum: number; square: number }>();
  const of = (arm: number) => arms.get(arm) ?? { n: 0, sum: 0, square: 0 };
  const mean = (arm: number): number => of(arm).sum / of(arm).n;
  return {
    n: (arm: number): number => of(arm).n,
    mean,
    variance: (arm: number): number => Math.max(0, of(arm).square / of(arm).n - mean(arm) ** 2),
    add(arm: number, reward: number, times = 1): void {
      const { n, sum, square } = of(arm);
      arms.set(arm, { n: n + times, sum: sum + times * reward, square: square + times * reward * reward });
    },
  };
}

const argmax = (arms: readonly number[], score: (arm: number) => number): number => {
  const scores = arms.map(score);
  return arms[scores.indexOf(Math.max(...scores))] as number;
};

/** ε = min(1, rate ÷ √t); exploration that does not decay with `decays` false. Source: Sutton and Barto (2018), ch. 2 */
export function epsilonGreedy(rate: number, decays = true): Learner {
  const sums = runningSums();
  let t = 0;
  return {
    choose(_context, arms, random) {
      t++;
      const unseen = arms.filter((arm) => sums.n(arm) === 0);
      if (unseen.length > 0) return random.pick(unseen);
      if (random.next() < Math.min(1, decays ? rate / Math.sqrt(t) : rate)) return random.pick(arms);
      return argmax(arms, (arm) => sums.mean(arm));
    },
    reward: (arm, _context, reward) => sums.add(arm, reward),
  };
}

/** Source: Auer, Cesa-Bianchi, Fischer (2002), UCB1-tuned; `width` scales its bonus */
export function ucbTuned(width: number): Learner {
  const sums = runningSums();
  let t = 0;
  return {
    choose(_context, arms, random) {
      t++;
      const unseen = arms.filter((arm) => sums.n(arm) === 0);
      if (unseen.length > 0) return random.pick(unseen);
      return argmax(arms, (arm) => {
        const log = Math.log(t) / sums.n(arm);
        return sums.mean(arm) + width * Math.sqrt(log * (sums.variance(arm) + Math.sqrt(2 * log)));
      });
    },
    reward: (arm, _context, reward) => sums.add(arm, reward),
  };
}

/** Source: Trovò et al. (2020), sliding-window Thompson sampling, JAIR 68, with Gaussian rewards */
export function slidingWindowThompson(window: number): Learner {
  const sums = runningSums();
  const recent: [number, number][] = [];
  return {
    choose(_context, arms, random) {
      const unseen = arms.filter((arm) => sums.n(arm) < 1);
      if (unseen.length > 0) return random.pick(unseen);
      return argmax(
        arms,
        (arm) => sums.mean(arm) + Math.sqrt((sums.variance(arm) + 0.01) / sums.n(arm)) * random.normal(),
      );
    },
    reward(arm, _context, reward) {
      sums.add(arm, reward);
      recent.push([arm, reward]);
      const old = recent.length > window ? recent.shift() : undefined;
      if (old) sums.add(old[0], old[1], -1);
    },
  };
}

/** One learner for each of the four segments that two features cut a brief's context into. */
export function perSegment(learner: () => Learner): Learner {
  const learners = Array.from({ length: 4 }, learner);
  const of = ([, first = 0, second = 0]: readonly number[]): Learner =>
    learners[(first > 0 ? 1 : 0) + (second > 0 ? 2 : 0)] as Learner;
  return {
    choose: (context, arms, random) => of(context).choose(context, arms, random),
    reward: (arm, context, reward) => of(context).reward(arm, context, reward),
  };
}

/** Source: Li et al. (2010), LinUCB, arXiv:1003.0146; with a discount below 1: Russac et al. (2019), D-LinUCB, arXiv:1909.09146 */
export function linUcb(features: number, width: number, discount: number): Learner {
  let state = startBandit([], { features, discount });
  return {
    choose(context, arms) {
      for (const arm of arms)
        if (!state.arms.some(({ name }) => name === String(arm))) state = addArm(state, String(arm));
      const outlooks = outlook(state, context);
      return argmax(arms, (arm) => {
        const { mean, error } = outlooks.find((each) => each.arm === String(arm)) as Outlook;
        return mean + width * error;
      });
    },
    reward(arm, context, reward) {
      state = observeReward(state, String(arm), context, reward);
    },
  };
}
