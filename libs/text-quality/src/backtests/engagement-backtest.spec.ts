import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { seededRandom } from '@contentflow/kernel';
import { engagementRate, learnEngagement } from '../learning/engagement-model.ts';
import { engagementBacktest, readEngagementRow, type EngagementRow } from './engagement-backtest.ts';
import { isUnreadable } from './unreadable.ts';

const shared = process.env['CONTENTFLOW_SHARED'] ?? resolve(process.cwd(), '../shared');
const headlines = resolve(shared, 'data/headlines/upworthy_dev_third.csv.gz');

function made(groups: number): EngagementRow[] {
  const random = seededRandom(7);
  const subjects = ['a lamp', 'the garden', 'old trains', 'wild birds', 'a bakery', 'two rivers'];
  return Array.from({ length: groups }, (_, g) => {
    const subject = random.pick(subjects);
    const base = 0.02 + 0.02 * random.next();
    return [`See what ${subject} did next`, `News about ${subject} from town`].map((text, i) => {
      const rate = base * (i === 0 ? 1.3 : 1);
      const clicks = Array.from({ length: 2000 }, () => Number(random.next() < rate)).reduce(
        (sum, click) => sum + click,
        0,
      );
      return { row: 2 * g + i, group: `g${g}`, text, impressions: 2000, clicks };
    });
  }).flat();
}

describe('the engagement backtest', () => {
  it('learns which wording wins, whatever the level of its group', () => {
    const { results, summary } = engagementBacktest(made(80), 0.5);
    expect(results).toHaveLength(80);
    expect(summary.clearPairs.accuracy).toBeGreaterThan(0.95);
    expect(summary.pairwise.interval[0]).toBeLessThan(summary.pairwise.accuracy);
  });

  it('gives the same for the same seed', () => {
    expect(engagementBacktest(made(20), 0.5, 3)).toEqual(engagementBacktest(made(20), 0.5, 3));
  });

  it('keeps a group on one side of the split, in file order', () => {
    const rows = made(10);
    const { results } = engagementBacktest(rows, 0.3);
    expect(new Set(results.map(({ group }) => group))).toEqual(new Set(rows.slice(6).map(({ group }) => group)));
  });

  it('expects the overall rate where nothing was learned', () => {
    const model = learnEngagement([{ group: 'a', text: 'One', impressions: 1000, clicks: 50 }]);
    expect(engagementRate(model, 'Another')).toBeCloseTo(0.05, 2);
    expect(engagementBacktest([], 0.5).summary.pairwise.pairs).toBe(0);
  });

  it.each([
    [{ text: 'x', impressions: '5', clicks: '1' }, 'group: is missing'],
    [{ group: 'g', text: 'x', impressions: 'many', clicks: '1' }, 'impressions: is not a number from 0'],
    [{ group: 'g', text: 'x', impressions: '5', clicks: '6' }, 'clicks: is not a number from 0 to impressions'],
  ])('names what it cannot read: %j', (record, problem) => {
    expect(readEngagementRow(record, 0)).toEqual({ problem });
  });
});

(existsSync(headlines) ? describe : describe.skip)(
  'on the headline tests of the Upworthy Research Archive (CC BY 4.0)',
  () => {
    it('ranks unseen tests better than chance', () => {
      const records = parse(gunzipSync(readFileSync(headlines)), { columns: true }) as Record<string, string>[];
      const rows = records
        // Sample-ratio mismatch is documented for these weeks.
        .filter(({ test_week = '' }) => test_week < '201325' || test_week > '201401')
        .map((record, i) =>
          readEngagementRow({ ...record, group: record['clickability_test_id'], text: record['headline'] }, i),
        )
        .filter((row): row is EngagementRow => !isUnreadable(row));
      const { summary } = engagementBacktest(rows, 0.5);
      if (process.env['CONTENTFLOW_FIGURES']) console.log(JSON.stringify(summary));
      expect(summary.pairwise.interval[0]).toBeGreaterThan(0.54);
      expect(summary.clearPairs.accuracy).toBeGreaterThan(0.62);
    });
  },
);
