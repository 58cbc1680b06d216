import { ALARM_THRESHOLD, detect, startDetector } from '../detector.ts';
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
  const period = stepsPerDay(stepOf(rows.slice(0, Math.max(2, probation))));
  let state = startDetector({ period, probation });
  let alarms = 0;
  const scored = rows.map((row) => {
    const next = detect(state, row.value);
    state = next.state;
    if (next.detection.isAlarm) alarms++;
    return { ...row, anomaly_score: next.detection.score };
  });
  return { rows: scored, summary: { rows: rows.length, alarms, alarmThreshold: ALARM_THRESHOLD } };
}
