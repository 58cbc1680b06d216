import type { Changes, Estimate, Report } from '@contentflow/contracts';
import { DAY_MS, HOUR_MS } from '@contentflow/kernel';
import { savingsIn } from './comparison.ts';
import { type Bucket, type Cells, mergeCells } from './traffic.ts';

export type Payback = Report['system_evolution']['payback'];

interface PaybackEvidence {
  readonly changes: Changes;
  /** Of everything since the beginning, what learning cost included: all traffic but the holdback bears that. */
  readonly savings: Estimate | null;
  /** The last hours, and how long they are. */
  readonly recent: Cells;
  readonly recentMs: number;
  readonly hours: readonly Bucket[];
  readonly at: number;
}

/** When what was spent on learning has come back, or will at the rate of the last hours. Nothing is claimed that an interval does not show. */
export function paybackOf({ changes, savings, recent, recentMs, hours, at }: PaybackEvidence): Payback {
  if (changes === 'none_yet') return { status: 'nothing_changed', at: null, per_day: null };
  const rate = savingsIn(recent);
  const per_day = rate && scaled(rate, DAY_MS / recentMs);
  if (!savings) return { status: 'too_early', at: null, per_day };
  if (savings.lower > 0) return { status: 'paid_back', at: paidBackSince(hours, at), per_day };
  if (savings.value >= 0 || !per_day) return { status: 'too_early', at: null, per_day };
  if (per_day.lower > 0) return { status: 'pays_back', at: at + (-savings.value / per_day.value) * DAY_MS, per_day };
  return { status: savings.upper < 0 ? 'not_in_sight' : 'too_early', at: null, per_day };
}

const scaled = ({ value, lower, upper }: Estimate, by: number): Estimate => ({
  value: value * by,
  lower: lower * by,
  upper: upper * by,
});

/** The end of the first hour from which on all that was made until then has never cost more than generation 0 would have; null where that was before the hours kept. */
function paidBackSince(hours: readonly Bucket[], at: number): number | null {
  const inOrder = hours.filter(({ from }) => from <= at).toSorted((one, other) => one.from - other.from);
  let until: Cells = {};
  let since: number | null = null;
  let isFirst = true;
  for (const { from, cells } of inOrder) {
    until = mergeCells([until, cells]);
    const saved = savingsIn(until);
    const isPaid = saved !== null && saved.value >= 0;
    if (!isPaid) since = null;
    else since ??= isFirst ? null : Math.min(at, from + HOUR_MS);
    isFirst = false;
  }
  return since;
}
