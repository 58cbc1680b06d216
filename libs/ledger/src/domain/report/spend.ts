import type { Call, Report } from '@contentflow/contracts';
import { DAY_MS } from '@contentflow/kernel';

/** What was paid for calls to models, by whom they were answered; US dollars. */
export interface SpendOfSpan {
  /** Its first instant, epoch milliseconds, UTC. */
  readonly from: number;
  readonly by: readonly SpendOfModel[];
}
interface SpendOfModel extends Paid {
  /** Null for what is recorded as one sum over several: trials on held-out briefs. */
  readonly provider: string | null;
  readonly model: string | null;
}
interface Paid {
  readonly usd: number;
  readonly calls: number;
}

/** The latest days and months with spending, in order of time. */
export interface Spend {
  readonly days: readonly SpendOfSpan[];
  readonly months: readonly SpendOfSpan[];
}
export const nothingSpent: Spend = { days: [], months: [] };

/** Two months and a few days; ten years. */
const DAYS_KEPT = 66;
const MONTHS_KEPT = 120;
/** Shown of them. */
const DAYS_SHOWN = 31;

/** Calls, on the day that their end was told of. */
export const withCalls = (spend: Spend, time: number, calls: readonly Call[] = []): Spend =>
  withSpent(
    spend,
    time,
    // What the cache answered is no call, and free.
    calls
      .filter(({ attempt }) => attempt > 0)
      .map(({ provider, model, cost }) => ({ provider, model, usd: cost, calls: 1 })),
  );

/** A sum over several models, of so many calls. */
export const withSum = (spend: Spend, time: number, usd: number, calls: number): Spend =>
  withSpent(spend, time, [{ provider: null, model: null, usd, calls }]);

function withSpent(spend: Spend, time: number, more: readonly SpendOfModel[]): Spend {
  if (more.length === 0) return spend;
  return {
    days: inSpan(spend.days, dayOf(time), more, DAYS_KEPT),
    months: inSpan(spend.months, monthOf(time), more, MONTHS_KEPT),
  };
}

const dayOf = (time: number): number => Math.floor(time / DAY_MS) * DAY_MS;
function monthOf(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** Events come nearly in order, so the span is among the last; what is older than the oldest kept is let go. */
function inSpan(
  spans: readonly SpendOfSpan[],
  from: number,
  more: readonly SpendOfModel[],
  kept: number,
): readonly SpendOfSpan[] {
  let at = spans.length;
  while (at > 0 && (spans[at - 1] as SpendOfSpan).from > from) at--;
  const found = spans[at - 1];
  if (found?.from === from) return spans.with(at - 1, { from, by: added(found.by, more) });
  if (at === 0 && spans.length >= kept) return spans;
  return spans.toSpliced(at, 0, { from, by: added([], more) }).slice(-kept);
}

function added(known: readonly SpendOfModel[], more: readonly SpendOfModel[]): readonly SpendOfModel[] {
  const by = [...known];
  for (const each of more) {
    const at = by.findIndex(({ provider, model }) => provider === each.provider && model === each.model);
    const before = by[at];
    if (before) by[at] = { ...before, usd: before.usd + each.usd, calls: before.calls + each.calls };
    else by.push(each);
  }
  return by;
}

/**
 * As the report shows it, from the partitions in partition order.
 * @param isEstimate  whether no price of a model is known, so that another stands in
 */
export function spendOf(
  parts: readonly Spend[],
  at: number,
  isEstimate: (provider: string, model: string) => boolean,
): Report['spend'] {
  const days = merged(parts.map((each) => each.days)).filter(({ from }) => from <= at);
  const months = merged(parts.map((each) => each.months)).filter(({ from }) => from <= at);
  const shown = (spans: readonly SpendOfSpan[], from: number): Report['spend']['today'] => {
    const by = spans.find((each) => each.from === from)?.by ?? [];
    const by_model = by
      .map((each) => ({
        ...each,
        is_estimate: each.provider !== null && each.model !== null && isEstimate(each.provider, each.model),
      }))
      .toSorted((one, other) => other.usd - one.usd);
    return { from, ...sumOf(by), by_model };
  };
  return {
    today: shown(days, dayOf(at)),
    month: shown(months, monthOf(at)),
    days: days.slice(-DAYS_SHOWN).map(({ from, by }) => ({ from, ...sumOf(by) })),
    months: months.map(({ from, by }) => ({ from, ...sumOf(by) })),
  };
}

function merged(each: readonly (readonly SpendOfSpan[])[]): SpendOfSpan[] {
  const spans = new Map<number, readonly SpendOfModel[]>();
  for (const { from, by } of each.flat()) spans.set(from, added(spans.get(from) ?? [], by));
  return [...spans].map(([from, by]) => ({ from, by })).sort((one, other) => one.from - other.from);
}

const sumOf = (by: readonly SpendOfModel[]): Paid =>
  by.reduce<Paid>((sum, { usd, calls }) => ({ usd: sum.usd + usd, calls: sum.calls + calls }), { usd: 0, calls: 0 });
