import { seededRandom } from '@contentflow/kernel';
import { Z95 } from '@contentflow/statistics';
import { engagementRate, learnEngagement, type CompetingText } from '../learning/engagement-model.ts';
import { numberField, textField, type FileRecord, type UnreadableRow } from './unreadable.ts';

export interface EngagementRow extends CompetingText {
  readonly row: number;
}

export interface EngagementResult {
  readonly group: string;
  readonly text: string;
  /** Click rate to expect, [0, 1]. */
  readonly expected: number;
}

export interface PairwiseAccuracy {
  readonly pairs: number;
  readonly accuracy: number;
  /** 95 %, by a bootstrap over groups. */
  readonly interval: readonly [lower: number, upper: number];
}

export interface EngagementSummary {
  readonly trainedGroups: number;
  readonly testedGroups: number;
  /** Over all pairs of different texts in a tested group whose click rates differ; a tie of expectations counts half. */
  readonly pairwise: PairwiseAccuracy;
  /** Over those pairs alone whose click rates differ by more than chance (two-sided z-test at 5 %). */
  readonly clearPairs: PairwiseAccuracy;
}

export function readEngagementRow(record: FileRecord, row: number): EngagementRow | UnreadableRow {
  const group = textField(record, 'group');
  const text = textField(record, 'text');
  if (group === undefined) return { problem: 'group: is missing' };
  if (text === undefined) return { problem: 'text: is missing' };
  const impressions = numberField(record, 'impressions');
  const clicks = numberField(record, 'clicks');
  if (impressions === undefined || impressions < 0) return { problem: 'impressions: is not a number from 0' };
  if (clicks === undefined || clicks < 0 || clicks > impressions)
    return { problem: 'clicks: is not a number from 0 to impressions' };
  return { row, group, text, impressions, clicks };
}

/**
 * Learns from the first share of the groups, in the order in which they begin in the file, and ranks the texts of the rest.
 * @param train  share of groups, in (0, 1)
 * @param seed   of the bootstrap
 */
export function engagementBacktest(
  rows: readonly EngagementRow[],
  train: number,
  seed: number | string = 1,
): { results: EngagementResult[]; summary: EngagementSummary } {
  const groups = [...new Set(rows.map(({ group }) => group))];
  const trainedGroups = new Set(groups.slice(0, Math.round(groups.length * train)));
  const model = learnEngagement(rows.filter(({ group }) => trainedGroups.has(group)));
  const tested = rows.filter(({ group }) => !trainedGroups.has(group));
  const results = tested.map(({ group, text }) => ({ group, text, expected: engagementRate(model, text) }));
  const tallies = groupTallies(tested, results);
  return {
    results,
    summary: {
      trainedGroups: trainedGroups.size,
      testedGroups: groups.length - trainedGroups.size,
      pairwise: accuracyOf(
        tallies.map(({ all }) => all),
        seed,
      ),
      clearPairs: accuracyOf(
        tallies.map(({ clear }) => clear),
        seed,
      ),
    },
  };
}

interface Tally {
  readonly right: number;
  readonly pairs: number;
}

const noPairs: Tally = { right: 0, pairs: 0 };
const resamples = 1000;

function groupTallies(
  rows: readonly EngagementRow[],
  results: readonly EngagementResult[],
): { all: Tally; clear: Tally }[] {
  const members = new Map<string, number[]>();
  rows.forEach(({ group }, i) => members.set(group, [...(members.get(group) ?? []), i]));
  return [...members.values()].map((indices) => {
    let all = noPairs;
    let clear = noPairs;
    for (const [first, second] of pairsOf(indices)) {
      const [a, b] = [rows[first], rows[second]];
      if (!a || !b || a.text === b.text || a.impressions === 0 || b.impressions === 0) continue;
      const z = differenceInErrors(a, b);
      if (z === 0) continue;
      const right = agreement(z, (results[first]?.expected ?? 0) - (results[second]?.expected ?? 0));
      all = { right: all.right + right, pairs: all.pairs + 1 };
      if (Math.abs(z) > Z95) clear = { right: clear.right + right, pairs: clear.pairs + 1 };
    }
    return { all, clear };
  });
}

function pairsOf(indices: readonly number[]): [number, number][] {
  return indices.flatMap((first, i) => indices.slice(i + 1).map((second): [number, number] => [first, second]));
}

/** The difference of two click rates in units of its standard error (pooled). */
function differenceInErrors(a: CompetingText, b: CompetingText): number {
  const pooled = (a.clicks + b.clicks) / (a.impressions + b.impressions);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / a.impressions + 1 / b.impressions));
  return error === 0 ? 0 : (a.clicks / a.impressions - b.clicks / b.impressions) / error;
}

function agreement(actual: number, expected: number): number {
  return expected === 0 ? 0.5 : Number(Math.sign(actual) === Math.sign(expected));
}

function accuracyOf(tallies: readonly Tally[], seed: number | string): PairwiseAccuracy {
  const informative = tallies.filter(({ pairs }) => pairs > 0);
  const total = summed(informative);
  if (total.pairs === 0) return { pairs: 0, accuracy: 0.5, interval: [0, 1] };
  const random = seededRandom(`engagement-backtest/${seed}`);
  const accuracies = Array.from({ length: resamples }, () => {
    const drawn = summed(informative.map(() => random.pick(informative)));
    return drawn.right / drawn.pairs;
  }).sort((a, b) => a - b);
  const at = (share: number): number => accuracies[Math.floor(share * (resamples - 1))] ?? 0;
  return { pairs: total.pairs, accuracy: total.right / total.pairs, interval: [at(0.025), at(0.975)] };
}

function summed(tallies: readonly Tally[]): Tally {
  let right = 0;
  let pairs = 0;
  for (const tally of tallies) {
    right += tally.right;
    pairs += tally.pairs;
  }
  return { right, pairs };
}
