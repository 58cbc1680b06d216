import { HOUR_MS, MINUTE_MS, ownValue, type Random, seededRandom, setOwnValue } from '@contentflow/kernel';
import { addToBivariate, addToMoments, exactInterval, type Interval } from '@contentflow/statistics';
import { compareArms } from '../domain/report/comparison.ts';
import { REPORT_WINDOW_MS } from '../domain/report/report.ts';
import {
  type Arm,
  type Cell,
  cellKey,
  type Cells,
  emptyCell,
  mergeCells,
  RECENT_BUCKET_MS,
} from '../domain/report/traffic.ts';

/** A day on which the holdback and all other traffic are made alike. */
export interface AlikeDay {
  readonly name: string;
  readonly perHour: number;
  readonly holdbackShare: number;
  readonly contentTypes: number;
  /** Standard deviation of the logarithm of times and costs. */
  readonly spread: number;
  readonly successRate: number;
}

const days: readonly AlikeDay[] = [
  { name: '800 an hour', perHour: 800, holdbackShare: 0.05, contentTypes: 4, spread: 0.5, successRate: 0.9 },
  { name: '150 an hour', perHour: 150, holdbackShare: 0.1, contentTypes: 4, spread: 0.5, successRate: 0.9 },
  { name: 'skewed', perHour: 800, holdbackShare: 0.05, contentTypes: 4, spread: 1, successRate: 0.9 },
  { name: 'a trickle', perHour: 60, holdbackShare: 0.1, contentTypes: 2, spread: 0.5, successRate: 0.98 },
  { name: 'many content types', perHour: 300, holdbackShare: 0.1, contentTypes: 12, spread: 0.5, successRate: 0.995 },
];

export interface HeadlineRate {
  readonly name: string;
  /** Share of days on which any look at any figure claimed a difference. */
  readonly rate: number;
  readonly interval: Interval;
}

const MINUTES = (24 * HOUR_MS) / MINUTE_MS;

/** How often the report ever claims a difference on a day on which nothing differs, looked at each minute. */
export function benchHeadlines(
  { runs = 400, seed = 1, of = days }: { runs?: number; seed?: number; of?: readonly AlikeDay[] },
  report: (line: string) => void,
): HeadlineRate[] {
  report(
    `A/A: ${runs} days each, a look each minute at four figures over six hours; days with any claim, aim 5 % at most`,
  );
  return of.map((day) => {
    let claimed = 0;
    for (let run = 0; run < runs; run++) if (isEverClaimed(day, seededRandom(`${seed}/${day.name}/${run}`))) claimed++;
    const interval = exactInterval({ n: runs, successes: claimed });
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    report(`  ${day.name}: ${percent(claimed / runs)} [${percent(interval[0])}, ${percent(interval[1])}]`);
    return { name: day.name, rate: claimed / runs, interval };
  });
}

function isEverClaimed(day: AlikeDay, random: Random): boolean {
  const closed: Cells[] = [];
  let before: Cells = {};
  let open: Record<string, Cell> = {};
  for (let minute = 0; minute < MINUTES; minute++) {
    if (minute % (RECENT_BUCKET_MS / MINUTE_MS) === 0) {
      closed.push(open);
      open = {};
      if (closed.length > REPORT_WINDOW_MS / RECENT_BUCKET_MS) closed.shift();
      before = mergeCells(closed);
    }
    for (let n = arrivals(day, minute, random); n > 0; n--) addContent(open, day, minute, random);
    const { change } = compareArms(mergeCells([before, open]));
    if (Object.values(change).some((each) => each && (each.lower > 0 || each.upper < 0))) return true;
  }
  return false;
}

/** Poisson, three times as many at noon as at midnight. Source: Knuth (1969), 3.4.1, algorithm Q */
function arrivals({ perHour }: AlikeDay, minute: number, random: Random): number {
  const limit = Math.exp((-perHour / 60) * (1 - 0.5 * Math.cos((2 * Math.PI * minute) / MINUTES)));
  let n = 0;
  for (let product = random.next(); product > limit; product *= random.next()) n++;
  return n;
}

function addContent(cells: Record<string, Cell>, day: AlikeDay, minute: number, random: Random): void {
  // The second content type is half as frequent as the first, and so on; they differ in all that is measured.
  const type = Math.min(day.contentTypes - 1, Math.floor(-Math.log2(1 - random.next())));
  const arm: Arm = random.next() < day.holdbackShare ? 'holdback' : 'current';
  const key = cellKey(`type ${type}`, arm);
  const cell = ownValue(cells, key) ?? emptyCell;
  const isSuccess = random.next() < day.successRate;
  const quality = 7 - type / 10 + 0.3 * Math.sin((2 * Math.PI * minute) / 300) + random.normal();
  setOwnValue(cells, key, {
    ...cell,
    accepted: cell.accepted + 1,
    time: isSuccess ? addToMoments(cell.time, random.logNormal(5000 * (type + 1), day.spread)) : cell.time,
    quality: isSuccess ? addToMoments(cell.quality, Math.min(10, quality)) : cell.quality,
    cost: addToBivariate(cell.cost, isSuccess ? 1 : 0, random.logNormal(0.01 * (type + 1), day.spread)),
  });
}
