import { ALARM_THRESHOLD, Detector } from '../detector.ts';
import { stepOf, stepsPerDay, type SeriesRow } from './series.ts';

export interface DetectedRow extends SeriesRow {
  readonly anomaly_score: number;
}

export interface DetectBacktest {
  readonly rows: readonly DetectedRow[];
  readonly summary: { readonly rows: number; readonly alarms: number; readonly alarmThreshold: number };
}

/**
 * `backtest detect`: a score in [0, 1] per row, from the rows before it and itself.
 * @param probation rows only to learn from; their score stays below the alarm line
 */
export function backtestDetect(
  rows: readonly SeriesRow[],
  { probation = 100 }: { readonly probation?: number } = {},
): DetectBacktest {
  // The season's length is part of the configuration; only rows of the probation tell it here.
  const step = stepOf(rows.slice(0, Math.max(2, probation)));
  const start = rows[0]?.timestamp ?? 0;
  const detector = new Detector({ period: stepsPerDay(step), probation });
  let alarms = 0;
  const scored = rows.map((row) => {
    const place = step > 0 ? Math.round((row.timestamp - start) / step) : undefined;
    const { score, isAlarm } = detector.judge(row.value, place);
    if (isAlarm) alarms++;
    return { ...row, anomaly_score: score };
  });
  return { rows: scored, summary: { rows: rows.length, alarms, alarmThreshold: ALARM_THRESHOLD } };
}
