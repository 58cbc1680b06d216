import { ownValue, type Random, seededRandom } from '@contentflow/kernel';
import { mean, sum } from '@contentflow/statistics';
import { learnGain } from '../routing/expected-gain.ts';
import { topicsOf } from '../routing/topics.ts';
import { withinCost } from '../routing/within-cost.ts';

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
  /** area − areaByLength, with its paired 95 % interval: over topics where they were kept apart, else over prompts. */
  readonly gainOverLength: { readonly difference: number; readonly lower: number; readonly upper: number };
}

export interface RoutingRow {
  readonly row: number;
  /** The predicted gain of the most expensive model over the cheapest, in the unit of quality. */
  readonly score: number;
}

/** What sending prompts in the file's order came to, with a mean cost that may not be passed. */
export interface CostKept {
  readonly target: number;
  /** Of prompts, those that went to the most expensive model. */
  readonly share: number;
  /** Means of a prompt. */
  readonly quality: number;
  readonly cost: number;
  /** Of all beginnings of the file, the highest mean cost. */
  readonly highestCost: number;
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
  const model = learned(prompts.slice(0, cut), models);
  const rows = prompts.slice(cut).map(({ prompt }, i) => ({ row: cut + i, score: model(prompt) }));
  return { rows, summary: judged(prompts.slice(cut), rows, models, seededRandom(seed)) };
}

export interface Folds {
  readonly folds?: number;
  readonly seed?: number;
  /** So many topics, found by the prompts' words, that are scored by what was learned from others. */
  readonly topics?: number;
}

/** Every prompt scored by a model that learned from the other folds. */
export function crossValidateRouting(
  prompts: readonly RoutedPrompt[],
  { folds = 5, seed = 1, topics }: Folds = {},
): { readonly rows: readonly RoutingRow[]; readonly summary: RoutingSummary } {
  const random = seededRandom(seed);
  const models = extremes(prompts);
  const each = prompts.map((_, row) => row);
  const topicOf = topics === undefined ? each : topicsOf(textsOf(prompts), topics, random);
  const names = random.shuffled([...new Set(topicOf)]);
  const foldOf = topicOf.map((topic) => names.indexOf(topic) % folds);
  const scores = new Array<number>(prompts.length);
  for (let fold = 0; fold < folds; fold++) {
    const others = prompts.filter((_, row) => foldOf[row] !== fold);
    if (others.length === prompts.length) continue;
    const model = learned(others, models);
    prompts.forEach(({ prompt }, row) => {
      if (foldOf[row] === fold) scores[row] = model(prompt);
    });
  }
  const rows = scores.map((score, row) => ({ row, score }));
  return { rows, summary: judged(prompts, rows, models, random, topicOf) };
}

/** The scored prompts one by one, under a target for the mean cost. */
export function routedWithinCost(
  prompts: readonly RoutedPrompt[],
  rows: readonly RoutingRow[],
  target: number,
): CostKept {
  const { cheapest, mostExpensive } = extremes(prompts);
  const send = withinCost(target);
  let [sent, quality, cost, highestCost] = [0, 0, 0, 0];
  rows.forEach(({ row, score }, i) => {
    const prompt = prompts[row] as RoutedPrompt;
    const costOf = (name: string): number => ownValue(prompt.cost, name) ?? 0;
    const isSent = send(score, { cheapest: costOf(cheapest), mostExpensive: costOf(mostExpensive) });
    const name = isSent ? mostExpensive : cheapest;
    sent += Number(isSent);
    quality += ownValue(prompt.quality, name) ?? 0;
    cost += costOf(name);
    highestCost = Math.max(highestCost, cost / (i + 1));
  });
  const n = Math.max(1, rows.length);
  return { target, share: sent / n, quality: quality / n, cost: cost / n, highestCost };
}

const textsOf = (prompts: readonly RoutedPrompt[]): string[] => prompts.map(({ prompt }) => prompt);

const learned = (prompts: readonly RoutedPrompt[], models: Extremes): ((prompt: string) => number) =>
  learnGain(
    textsOf(prompts),
    prompts.map((prompt) => gain(prompt, models)),
  );

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
  groups: readonly number[] = prompts.map((_, row) => row),
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
    gainOverLength: { difference: area - areaByLength, ...pairedInterval({ gains, scores, lengths }, groups, random) },
  };
}

interface Compared {
  readonly gains: readonly number[];
  readonly scores: readonly number[];
  readonly lengths: readonly number[];
}

/** Percentile bootstrap over groups of rows, both orders on the same resample. Source: Efron (1979), Annals of Statistics 7(1). */
function pairedInterval({ gains, scores, lengths }: Compared, groups: readonly number[], random: Random) {
  const members = [...Map.groupBy(groups.keys(), (row) => groups[row]).values()];
  const differences = Array.from({ length: RESAMPLES }, () => {
    const drawn = members.flatMap(() => random.pick(members));
    const of = (values: readonly number[]): number[] => drawn.map((row) => values[row] as number);
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
