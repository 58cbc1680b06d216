import type { LoadObserved, EventData } from '@contentflow/contracts';

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
}

/** The last that one worker said. */
export interface WorkerLoad {
  readonly at: number;
  readonly queue: number;
  readonly cpu: number;
  readonly memory: number;
  readonly responseTimeMs: number;
}

/** The service as a whole, now. Shares of one; waiting briefs; milliseconds. */
export interface ServiceLoad {
  readonly cpu: number;
  readonly memory: number;
  readonly queue: number;
  readonly responseTimeMs: number;
}

export const MINUTE_MS = 60_000;
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
    put(result, partOf(report, minute, ms, ms / lasted));
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
});

/** Reports come nearly in order, so the place is near the end. */
function put(minutes: LoadMinute[], part: LoadMinute): void {
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
});

export type Workers = Readonly<Record<string, WorkerLoad>>;

/** The workers after one more report; those long silent are forgotten. */
export function withWorker(workers: Workers, report: LoadReport, at: number): Workers {
  const { worker, queue, cpu, memory, responseTimeMs } = report;
  const kept = Object.entries(workers).filter(([, { at: seenAt }]) => at - seenAt <= SILENT_MS);
  return { ...Object.fromEntries(kept), [worker]: { at, queue, cpu, memory, responseTimeMs } };
}

const alive = (workers: Workers, at: number): WorkerLoad[] =>
  Object.values(workers).filter(({ at: seenAt }) => at - seenAt <= SILENT_MS);

/** Up to when every living worker has reported; undefined where none lives. */
export function observedUntil(workers: Workers, at: number): number | undefined {
  const times = alive(workers, at).map((worker) => worker.at);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Queues add up; the other levels are means over the living workers. */
export function loadNow(workers: Workers, at: number): ServiceLoad | null {
  const living = alive(workers, at);
  if (living.length === 0) return null;
  const total = (level: (worker: WorkerLoad) => number): number => living.reduce((sum, each) => sum + level(each), 0);
  return {
    cpu: total(({ cpu }) => cpu) / living.length,
    memory: total(({ memory }) => memory) / living.length,
    queue: total(({ queue }) => queue),
    responseTimeMs: total(({ responseTimeMs }) => responseTimeMs) / living.length,
  };
}

/** Briefs accepted per minute in the minutes before `until`; undefined where nobody reported. */
export function loadBefore(minutes: readonly LoadMinute[], until: number, count: number): number | undefined {
  const end = until / MINUTE_MS;
  let sum = 0;
  let known = 0;
  for (let at = minutes.length - 1; at >= 0; at--) {
    const { minute, accepted } = minutes[at] as LoadMinute;
    if (minute < end - count) break;
    if (minute >= end) continue;
    sum += accepted;
    known++;
  }
  return known === 0 ? undefined : sum / known;
}

/** The value below which that share of the values lies, between neighbours on a straight line. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
