import type { LoadObserved, EventData } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';

/** What all workers together saw in one minute. Levels are kept as level × milliseconds, so that reports of any length add up. */
export interface LoadMinute {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly accepted: number;
  readonly completed: number;
  /** Worker × milliseconds that reports speak for. */
  readonly workerMs: number;
  readonly inFlightMs: number;
  readonly capacityMs: number;
  readonly cpuMs: number;
  readonly memoryMs: number;
  readonly queueMs: number;
  readonly responseMs: number;
}

/** The service as a whole, over some minutes. Shares of one; waiting briefs; milliseconds. */
export interface ServiceLoad {
  readonly cpu: number;
  readonly memory: number;
  readonly queue: number;
  readonly responseTimeMs: number;
}

/** Two days and the longest horizon: enough to know what the same hour was like yesterday. */
export const MINUTES_KEPT = 50 * 60;
/** A worker that has been silent for so long is gone. */
const SILENT_MS = 3 * MINUTE_MS;
/** A report speaks for an hour at most: what was longer ago tells nothing of the load. */
const LONGEST_REPORT_MS = 60 * MINUTE_MS;

export type LoadReport = EventData<typeof LoadObserved>;

/** The minutes with one more report in them, spread over the time it speaks for. */
export function withReport(minutes: readonly LoadMinute[], report: LoadReport, at: number): readonly LoadMinute[] {
  const lasted = Math.min(LONGEST_REPORT_MS, Math.max(1, report.sinceMs));
  const from = at - lasted;
  const result = minutes.slice();
  for (let minute = Math.floor(from / MINUTE_MS); minute * MINUTE_MS < at; minute++) {
    const ms = Math.min(at, (minute + 1) * MINUTE_MS) - Math.max(from, minute * MINUTE_MS);
    recordPart(result, partOf(report, minute, ms, ms / lasted));
  }
  return result.length > MINUTES_KEPT ? result.slice(-MINUTES_KEPT) : result;
}

const partOf = (report: LoadReport, minute: number, ms: number, share: number): LoadMinute => ({
  minute,
  accepted: report.accepted * share,
  completed: report.completed * share,
  workerMs: ms,
  inFlightMs: report.inFlight * ms,
  capacityMs: report.capacity * ms,
  cpuMs: report.cpu * ms,
  memoryMs: report.memory * ms,
  queueMs: report.queue * ms,
  responseMs: report.responseTimeMs * ms,
});

/** Reports come nearly in order, so the place is near the end. */
function recordPart(minutes: LoadMinute[], part: LoadMinute): void {
  let place = minutes.length;
  while (place > 0 && (minutes[place - 1] as LoadMinute).minute > part.minute) place--;
  const known = minutes[place - 1];
  if (known?.minute === part.minute) minutes[place - 1] = sumOf(known, part);
  else minutes.splice(place, 0, part);
}

const sumOf = (a: LoadMinute, b: LoadMinute): LoadMinute => ({
  minute: a.minute,
  accepted: a.accepted + b.accepted,
  completed: a.completed + b.completed,
  workerMs: a.workerMs + b.workerMs,
  inFlightMs: a.inFlightMs + b.inFlightMs,
  capacityMs: a.capacityMs + b.capacityMs,
  cpuMs: a.cpuMs + b.cpuMs,
  memoryMs: a.memoryMs + b.memoryMs,
  queueMs: a.queueMs + b.queueMs,
  responseMs: a.responseMs + b.responseMs,
});

/** When each worker last reported. */
export type Workers = Readonly<Record<string, number>>;

/** The workers after one more report; those long silent are forgotten. */
export function withWorker(workers: Workers, worker: string, at: number): Workers {
  const kept = Object.entries(workers).filter(([, seenAt]) => at - seenAt <= SILENT_MS);
  return { ...Object.fromEntries(kept), [worker]: at };
}

/** Up to when every living worker has reported; undefined where none lives. */
export function observedUntil(workers: Workers, at: number): number | undefined {
  const times = Object.values(workers).filter((seenAt) => at - seenAt <= SILENT_MS);
  return times.length === 0 ? undefined : Math.min(...times);
}

/**
 * Mean levels over the minutes before `until`, so that a moment is not taken for a load. Queues add up; the other
 * levels are means over workers. Null where nobody reported.
 */
export function loadOver(minutes: readonly LoadMinute[], until: number, count: number): ServiceLoad | null {
  const inside = minutesBefore(minutes, until, count);
  const total = (level: (minute: LoadMinute) => number): number => inside.reduce((sum, each) => sum + level(each), 0);
  const workerMs = total((minute) => minute.workerMs);
  if (workerMs === 0) return null;
  return {
    cpu: total(({ cpuMs }) => cpuMs) / workerMs,
    memory: total(({ memoryMs }) => memoryMs) / workerMs,
    queue: total(({ queueMs }) => queueMs) / (inside.length * MINUTE_MS),
    responseTimeMs: total(({ responseMs }) => responseMs) / workerMs,
  };
}

/** Briefs accepted per minute in the minutes before `until`; undefined where nobody reported. */
export function loadBefore(minutes: readonly LoadMinute[], until: number, count: number): number | undefined {
  const inside = minutesBefore(minutes, until, count);
  if (inside.length === 0) return undefined;
  return inside.reduce((sum, { accepted }) => sum + accepted, 0) / inside.length;
}

/** Those reported on, oldest first. */
function minutesBefore(minutes: readonly LoadMinute[], until: number, count: number): readonly LoadMinute[] {
  const end = until / MINUTE_MS;
  let after = minutes.length;
  while (after > 0 && (minutes[after - 1] as LoadMinute).minute >= end) after--;
  let first = after;
  while (first > 0 && (minutes[first - 1] as LoadMinute).minute >= end - count) first--;
  return minutes.slice(first, after);
}
