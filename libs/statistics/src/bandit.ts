import type { Random } from '@contentflow/kernel';
import { backSolved, cholesky, forwardSolved } from './cholesky.ts';

/**
 * A contextual bandit: Thompson sampling on one Bayesian linear model per arm, whose evidence fades so that drift is
 * followed. Rewards may come late and in any order, each with the context it was earned in; arms may come and go.
 * State is plain data.
 *
 * Sources: Agrawal and Goyal (2013), linear Thompson sampling, arXiv:1209.3352; discounting, Raj and Kalyani (2017),
 * arXiv:1707.09727. Regret beside tuned baselines: docs/benchmarks/statistics.md
 */
export interface BanditOptions {
  /** Length of a context; its first entry is best 1, for the arm's own level. */
  readonly features: number;
  /** What remains of the evidence after one reward, in (0, 1]; 1 where nothing drifts. */
  readonly discount: number;
  /** Least probability of every arm, whatever is known, in [0, 1 ÷ arms]. */
  readonly floor: number;
  /** Weight of the prior, in rewards: large trusts it. */
  readonly priorWeight: number;
  /** Width of the posterior that is drawn from, as a share of the exact one's standard deviation. */
  readonly exploration: number;
}

export interface BanditArm {
  readonly name: string;
  /** Faded Σ x xᵀ by rows, and Σ x · reward, about the prior mean. */
  readonly precision: readonly (readonly number[])[];
  readonly weighted: readonly number[];
  /** Expected coefficients before any reward. */
  readonly prior: readonly number[];
  /** The bandit's step when this arm last learned. */
  readonly at: number;
  readonly rewards: number;
}

export interface BanditState {
  readonly options: BanditOptions;
  /** Rewards seen. */
  readonly step: number;
  readonly arms: readonly BanditArm[];
  /** Faded count and sum of squared errors of prediction, for the noise. */
  readonly noiseCount: number;
  readonly noiseSum: number;
}

/** An arm's reward as expected in a context, with the standard deviation of that expectation. */
export interface Outlook {
  readonly arm: string;
  readonly mean: number;
  readonly error: number;
}

const DEFAULTS: BanditOptions = { features: 1, discount: 0.998, floor: 0.005, priorWeight: 0.5, exploration: 0.7 };
/** The first guess of the noise's variance counts as this many rewards. */
const NOISE_PRIOR = { count: 2, variance: 1 };

/** @throws RangeError for options out of their range */
export function startBandit(arms: readonly string[], options: Partial<BanditOptions> = {}): BanditState {
  const full = { ...DEFAULTS, ...options };
  if (!(full.discount > 0 && full.discount <= 1)) throw new RangeError(`discount lies in (0, 1], got ${full.discount}`);
  if (!(full.features >= 1)) throw new RangeError(`a context has at least one feature, got ${full.features}`);
  if (!(full.floor >= 0 && full.floor <= 1)) throw new RangeError(`floor lies in [0, 1], got ${full.floor}`);
  const empty: BanditState = {
    options: full,
    step: 0,
    arms: [],
    noiseCount: NOISE_PRIOR.count,
    noiseSum: NOISE_PRIOR.count * NOISE_PRIOR.variance,
  };
  return arms.reduce((state, name) => addArm(state, name), empty);
}

/** A new arm is expected to do as the others do on average, and is unsure of it. @throws RangeError for a known name */
export function addArm(
  state: BanditState,
  name: string,
  prior: readonly number[] = usualCoefficients(state),
): BanditState {
  if (state.arms.some((arm) => arm.name === name)) throw new RangeError(`arm ${name} is there already`);
  const { features } = state.options;
  const zeros = new Array<number>(features).fill(0);
  const arm: BanditArm = {
    name,
    precision: zeros.map(() => zeros),
    weighted: zeros,
    prior,
    at: state.step,
    rewards: 0,
  };
  return { ...state, arms: [...state.arms, arm] };
}

export const removeArm = (state: BanditState, name: string): BanditState => ({
  ...state,
  arms: state.arms.filter((arm) => arm.name !== name),
});

/** What every arm would bring in this context. */
export function outlook(state: BanditState, context: readonly number[]): Outlook[] {
  const noise = state.noiseSum / state.noiseCount;
  return state.arms.map((arm) => {
    const direction = solve(posteriorPrecision(state, arm), context);
    const fade = state.options.discount ** (state.step - arm.at);
    const mean = dot(arm.prior, context) + fade * dot(arm.weighted, direction);
    return { arm: arm.name, mean, error: Math.sqrt(Math.max(0, noise * dot(direction, context))) };
  });
}

/**
 * Draws an arm by Thompson sampling, or at the floor's rate any arm.
 * @param isEligible which arms may be drawn, as by a constraint on cost or quality
 * @throws RangeError where none may
 */
export function chooseArm(
  state: BanditState,
  context: readonly number[],
  random: Random,
  isEligible: (outlook: Outlook) => boolean = () => true,
): string {
  const eligible = outlook(state, context).filter(isEligible);
  if (eligible.length === 0) throw new RangeError('no arm may be chosen');
  if (random.next() < state.options.floor * eligible.length) return random.pick(eligible).arm;
  let best: { arm: string; draw: number } | undefined;
  for (const { arm, mean, error } of eligible) {
    const draw = mean + state.options.exploration * error * random.normal();
    if (best === undefined || draw > best.draw) best = { arm, draw };
  }
  return (best as { arm: string }).arm;
}

/** Learns a reward, however late. A reward of an arm that is gone teaches nothing. */
export function observeReward(
  state: BanditState,
  name: string,
  context: readonly number[],
  reward: number,
): BanditState {
  const index = state.arms.findIndex((arm) => arm.name === name);
  const arm = state.arms[index];
  if (arm === undefined) return state;
  const { discount } = state.options;
  const step = state.step + 1;
  const fade = discount ** (step - arm.at);
  const surprise = reward - (outlook({ ...state, arms: [arm] }, context)[0] as Outlook).mean;
  const residual = reward - dot(arm.prior, context);
  const next: BanditArm = {
    ...arm,
    precision: arm.precision.map((row, i) =>
      row.map((value, j) => fade * value + (context[i] as number) * (context[j] as number)),
    ),
    weighted: arm.weighted.map((value, i) => fade * value + (context[i] as number) * residual),
    at: step,
    rewards: arm.rewards + 1,
  };
  return {
    ...state,
    step,
    arms: state.arms.with(index, next),
    noiseCount: discount * state.noiseCount + 1,
    noiseSum: discount * state.noiseSum + surprise * surprise,
  };
}

function posteriorPrecision({ step, options }: BanditState, arm: BanditArm): number[][] {
  const fade = options.discount ** (step - arm.at);
  return arm.precision.map((row, i) => row.map((value, j) => fade * value + (i === j ? options.priorWeight : 0)));
}

function usualCoefficients(state: BanditState): number[] {
  const known = state.arms.filter((arm) => arm.rewards > 0);
  const zeros = new Array<number>(state.options.features).fill(0);
  return zeros.map((_, i) => {
    const unit = zeros.map((_zero, j) => (j === i ? 1 : 0));
    const coefficients = outlook({ ...state, arms: known }, unit).map(({ mean }) => mean);
    return coefficients.length === 0 ? 0 : coefficients.reduce((a, b) => a + b, 0) / coefficients.length;
  });
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const lower = cholesky(matrix);
  return backSolved(lower, forwardSolved(lower, right));
}
