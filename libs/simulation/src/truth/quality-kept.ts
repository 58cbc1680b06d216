import { HOUR_MS, MINUTE_MS, ownValueOrNew } from '@contentflow/kernel';
import { mean } from '@contentflow/statistics';
import type { World } from '../world/world.ts';
import { turningPoints } from './oracle.ts';
import type { TruthRow } from './truth-rows.ts';

/** What a day's learning did to true quality, in points out of 10 against generation 0, outside the holdback. `null` where there is nothing to tell. */
export interface QualityKept {
  /** Share of what the oracle gains in quality, over the last twelve hours; null where it gains less than a tenth of a point. */
  readonly shareOfOracleQuality: number | null;
  /** Mean loss of the content type that lost most, over the last two hours; below zero where all gained. */
  readonly qualityLossAtEnd: number | null;
  /** Mean loss over the first three hours. */
  readonly qualityLossFirstHours: number | null;
  /** From the last time that a model became worse until hardly any content is worse than the margin any more, in milliseconds. */
  readonly lateHarmMs: number | null;
}

const FIRST_MS = 3 * HOUR_MS;
const LAST_MS = 2 * HOUR_MS;
const ORACLE_MS = 12 * HOUR_MS;
const MIN_GAIN = 0.1;

export function qualityKept(
  rows: readonly TruthRow[],
  { world, startMs, endMs, margin }: { world: World; startMs: number; endMs: number; margin: number },
): QualityKept {
  const current = rows.filter(({ holdback }) => !holdback);
  const within = (from: number, until: number): TruthRow[] =>
    current.filter(({ time }) => time >= from && time < until);
  const gained = meanOf(within(endMs - ORACLE_MS, Infinity), gainOf);
  const gainable = meanOf(within(endMs - ORACLE_MS, Infinity), (row) => row.oracle.quality - row.generation0.quality);
  const first = meanOf(within(startMs, startMs + FIRST_MS), lossOf);
  const atEnd = byType(within(endMs - LAST_MS, Infinity)).map((each) => meanOf(each, lossOf) ?? 0);
  return {
    shareOfOracleQuality: gained === null || gainable === null || gainable < MIN_GAIN ? null : gained / gainable,
    qualityLossAtEnd: atEnd.length === 0 ? null : Math.max(...atEnd),
    qualityLossFirstHours: first,
    lateHarmMs: lateHarm(current, lastTurnOfAModel(world), startMs, margin),
  };
}

const gainOf = ({ own, generation0 }: TruthRow): number => own.quality - generation0.quality;
const lossOf = (row: TruthRow): number => -gainOf(row);
const meanOf = (rows: readonly TruthRow[], of: (row: TruthRow) => number): number | null =>
  rows.length === 0 ? null : mean(rows.map(of));

function byType(rows: readonly TruthRow[]): TruthRow[][] {
  const types: Record<string, TruthRow[]> = {};
  for (const row of rows) ownValueOrNew(types, row.contentType, () => []).push(row);
  return Object.values(types);
}

/** A change of a model for good, after the first hours: what was right before may be wrong from then on. */
function lastTurnOfAModel({ schedule, ...world }: World): number | undefined {
  const lasting = schedule.filter((each) => each.for === null && each.at > FIRST_MS);
  return turningPoints({
    ...world,
    schedule: lasting,
    effects: [],
    readers: { ...world.readers, schedule: [] },
  }).findLast((at) => at > 0);
}

const SPAN_MS = 10 * MINUTE_MS;
/** Of a span's contents: those that go without an improvement or try another are not what is in force. */
const NEGLIGIBLE_SHARE = 0.15;

/** Until the first of three spans of ten minutes in a row in which hardly any content is worse than the margin. */
function lateHarm(rows: readonly TruthRow[], turn: number | undefined, startMs: number, margin: number): number | null {
  if (turn === undefined) return null;
  const from = startMs + turn;
  const after = rows.filter(({ time }) => time >= from);
  const spans: { made: number; harmed: number }[] = [];
  for (const row of after) {
    const span = (spans[Math.floor((row.time - from) / SPAN_MS)] ??= { made: 0, harmed: 0 });
    span.made++;
    if (lossOf(row) > margin) span.harmed++;
  }
  const isHarmed = (index: number): boolean => {
    const { made, harmed } = spans[index] ?? { made: 0, harmed: 0 };
    return harmed > NEGLIGIBLE_SHARE * made;
  };
  const last = spans.length;
  for (let span = 0; span < last; span++)
    if (![span, span + 1, span + 2].some((each) => each < last && isHarmed(each))) return span * SPAN_MS;
  return last * SPAN_MS;
}
