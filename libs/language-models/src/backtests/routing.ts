import { ownValue, type Random, seededRandom } from '@contentflow/kernel';
import { mean, sum } from '@contentflow/statistics';
import { fitVectorizer, promptFeatures } from '../routing/prompt-features.ts';
import { fitLogistic, fitRidge, logistic, predict } from '../routing/linear-models.ts';

/** One prompt, and what each model made of it. */
export interface RoutedPrompt {
  readonly prompt: string;
  readonly quality: Readonly<Record<string, number>>;
  /** US dollars, or any unit that all models share. */
  readonly cost: Readonly<Record<string, number>>;
}

/** How a share of calls to the most expensive model, the most promising first, recovers its lead over the cheapest. */
export interface CurvePoint {
  readonly share: number;
  readonly quality: number;
  readonly cost: number;
  /** 0 for the cheapest model's quality, 1 for the most expensive's. */
  readonly gapRecovered: number;
}

export interface RoutingSummary {
  readonly cheapest: string;
  readonly mostExpensive: string;
  readonly rows: number;
  readonly curve: readonly CurvePoint[];
  /** The same for the longest prompts first. */
  readonly curveByLength: readonly CurvePoint[];
  /** Under gapRecovered over share: 0.5 for a random order. */
  readonly area: number;
  readonly areaByLength: number;
  readonly oracleArea: number;
  /** area − areaByLength, with its paired 95 % interval over prompts. */
  readonly gainOverLength: { readonly difference: number; readonly lower: number; readonly upper: number };
}

export interface RoutingRow {
  readonly row: number;
  /** The predicted gain of the most expensive model over the cheapest, in the unit of quality. */
  readonly score: number;
}

const POINTS = 20;
const RESAMPLES = 1000;

/**
 * Learns from the first part of the prompts which of the others gain by the most expensive model.
 * @param train  share of rows to learn from, in (0, 1)
 * @throws RangeError where there are too few rows, or fewer than two models
 */
export function backtestRouting(
  prompts: readonly RoutedPrompt[],
  train: number,
  seed: number = 1,
): { readonly rows: readonly RoutingRow[]; readonly summary: RoutingSummary } {
  const cut = Math.floor(prompts.length * train);
  if (cut < 10 || cut >= prompts.length) throw new RangeError(`cannot learn from ${cut} of ${prompts.length} rows`);
  const models = extremes(prompts);
  const model = learnGain(prompts.slice(0, cut), models);
  const rows = prompts.slice(cut).map(({ prompt }, i) => ({ row: cut + i, score: model(prompt) }));
  return { rows, summary: judged(prompts.slice(cut), rows, models, seededRandom(seed)) };
}

/** Every prompt scored by a model that learned from the other folds. */
export function crossValidateRouting(
  prompts: readonly RoutedPrompt[],
  folds: number = 5,
  seed: number = 1,
): { readonly rows: readonly RoutingRow[]; readonly summary: RoutingSummary } {
  const random = seededRandom(seed);
  const models = extremes(prompts);
  const foldOf = random.shuffled(prompts.map((_, row) => row % folds));
  const scores = new Array<number>(prompts.length);
  for (let fold = 0; fold < folds; fold++) {
    const model = learnGain(
      prompts.filter((_, row) => foldOf[row] !== fold),
      models,
    );
    prompts.forEach(({ prompt }, row) => {
      if (foldOf[row] === fold) scores[row] = model(prompt);
    });
  }
  const rows = scores.map((score, row) => ({ row, score }));
  return { rows, summary: judged(prompts, rows, models, random) };
}

interface Extremes {
  readonly cheapest: string;
  readonly mostExpensive: string;
}

function extremes(prompts: readonly RoutedPrompt[]): Extremes {
  const names = Object.keys(prompts[0]?.quality ?? {});
  if (names.length < 2) throw new RangeError('routing needs the quality of two models at least');
  const cost = (name: string): number => mean(prompts.map((prompt) => ownValue(prompt.cost, name) ?? 0));
  const sorted = names.sort((a, b) => cost(a) - cost(b));
  return { cheapest: sorted[0] as string, mostExpensive: sorted.at(-1) as string };
}

const gain = ({ quality }: RoutedPrompt, { cheapest, mostExpensive }: Extremes): number =>
  (ownValue(quality, mostExpensive) ?? 0) - (ownValue(quality, cheapest) ?? 0);

/** How far weights are held back. A squared error curves four times as much as a logistic loss, where that curves most. */
const PENALTY = 30;
const RIDGE_PENALTY = 4 * PENALTY;

/**
 * Two ways to foresee a gain, and their mean: the gain itself by ridge regression, and how well each of the two models
 * does by logistic regression, the one minus the other. The second knows that nobody does better than well.
 */
function learnGain(prompts: readonly RoutedPrompt[], models: Extremes): (prompt: string) => number {
  const features = prompts.map(({ prompt }) => promptFeatures(prompt));
  const vectorizer = fitVectorizer(features);
  const rows = features.map(vectorizer.vector);
  const gains = prompts.map((prompt) => gain(prompt, models));
  const scale = qualityScale(prompts, models);
  const qualityOf = (name: string): number[] =>
    prompts.map(({ quality }) => ((ownValue(quality, name) ?? 0) - scale.low) / scale.width);

  const direct = fitRidge(rows, gains, vectorizer.size, RIDGE_PENALTY);
  const mostExpensive = fitLogistic(rows, qualityOf(models.mostExpensive), vectorizer.size, PENALTY);
  const cheapest = fitLogistic(rows, qualityOf(models.cheapest), vectorizer.size, PENALTY);
  return (prompt) => {
    const row = vectorizer.vector(promptFeatures(prompt));
    const apart = logistic(predict(mostExpensive, row)) - logistic(predict(cheapest, row));
    return (predict(direct, row) + scale.width * apart) / 2;
  };
}

/** From the worst to the best that either model did. */
function qualityScale(prompts: readonly RoutedPrompt[], { cheapest, mostExpensive }: Extremes) {
  let [low, high] = [Infinity, -Infinity];
  for (const { quality } of prompts)
    for (const name of [cheapest, mostExpensive]) {
      low = Math.min(low, ownValue(quality, name) ?? 0);
      high = Math.max(high, ownValue(quality, name) ?? 0);
    }
  return { low, width: high - low || 1 };
}

/** Under the share of the whole gain recovered, by the trapezoid rule; 0.5 where there is no gain to recover. */
export function areaUnder(gains: readonly number[], scores: readonly number[]): number {
  const order = orderBy(scores);
  const whole = sum(gains);
  if (whole === 0) return 0.5;
  let recovered = 0;
  let area = 0;
  for (const row of order) {
    const before = recovered;
    recovered += gains[row] ?? 0;
    area += (before + recovered) / 2;
  }
  return area / (whole * gains.length);
}

const orderBy = (scores: readonly number[]): number[] =>
  scores.map((_, row) => row).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);

function judged(
  prompts: readonly RoutedPrompt[],
  rows: readonly RoutingRow[],
  models: Extremes,
  random: Random,
): RoutingSummary {
  const gains = prompts.map((prompt) => gain(prompt, models));
  const scores = rows.map(({ score }) => score);
  const lengths = prompts.map(({ prompt }) => prompt.length);
  const area = areaUnder(gains, scores);
  const areaByLength = areaUnder(gains, lengths);
  return {
    ...models,
    rows: prompts.length,
    curve: curveOf(prompts, scores, models),
    curveByLength: curveOf(prompts, lengths, models),
    area,
    areaByLength,
    oracleArea: areaUnder(gains, gains),
    gainOverLength: { difference: area - areaByLength, ...pairedInterval(gains, scores, lengths, random) },
  };
}

/** Percentile bootstrap over prompts, both orders on the same resample. Source: Efron (1979), Annals of Statistics 7(1). */
function pairedInterval(gains: number[], scores: number[], lengths: number[], random: Random) {
  const differences = Array.from({ length: RESAMPLES }, () => {
    const drawn = gains.map(() => random.below(gains.length));
    const of = (values: number[]): number[] => drawn.map((row) => values[row] as number);
    const resampled = of(gains);
    return areaUnder(resampled, of(scores)) - areaUnder(resampled, of(lengths));
  }).sort((a, b) => a - b);
  const at = (p: number): number => differences[Math.floor(p * (RESAMPLES - 1))] as number;
  return { lower: at(0.025), upper: at(0.975) };
}

function curveOf(
  prompts: readonly RoutedPrompt[],
  scores: readonly number[],
  { cheapest, mostExpensive }: Extremes,
): CurvePoint[] {
  const order = orderBy(scores);
  const qualityOf = (name: string): number => mean(prompts.map(({ quality }) => ownValue(quality, name) ?? 0));
  const [low, high] = [qualityOf(cheapest), qualityOf(mostExpensive)];
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const share = i / POINTS;
    const sent = new Set(order.slice(0, Math.round(share * prompts.length)));
    const chosen = prompts.map((prompt, row) => ({ prompt, name: sent.has(row) ? mostExpensive : cheapest }));
    const quality = mean(chosen.map(({ prompt, name }) => ownValue(prompt.quality, name) ?? 0));
    const cost = mean(chosen.map(({ prompt, name }) => ownValue(prompt.cost, name) ?? 0));
    return { share, quality, cost, gapRecovered: high === low ? 0 : (quality - low) / (high - low) };
  });
}
