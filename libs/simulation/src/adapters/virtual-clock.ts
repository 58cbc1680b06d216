import type { Clock } from '@contentflow/kernel';
import { TimerHeap, type Timer } from '../timer-heap.ts';

/** A clock whose time is what the simulation makes it. */
export interface VirtualClock extends Clock {
  /**
   * Releases sleepers until nothing is left to wake before `untilMs`, and leaves the clock at `untilMs`.
   * An aborted signal stops it where it is.
   */
  run(untilMs: number, options?: RunOptions): Promise<void>;
  /** How many are asleep. */
  readonly sleepers: number;
}

export interface RunOptions {
  /** Told the new time before anyone who sleeps until then is woken. */
  readonly onAdvance?: (now: number) => void;
  readonly signal?: AbortSignal;
}

export interface VirtualClockOptions {
  readonly startMs: number;
  /** Whether the log is drained and no handler is at work other than in a sleep. */
  readonly isQuiet: () => boolean;
  /** Virtual milliseconds for each real one, for demonstrations; as fast as it goes when left out. */
  readonly speed?: number;
}

/** Turns of the event loop to wait for quiet before it is real input or output that is waited for, and can be polled. */
const TURNS_BEFORE_POLLING = 1000;
/** Real milliseconds after which a paced clock looks whether it was told to stop. */
const PACE_MS = 50;

/** A clock that moves on only when all handlers are finished or asleep, one sleeper at a time, by (time, sequence). */
export function createVirtualClock({ startMs, isQuiet, speed }: VirtualClockOptions): VirtualClock {
  const timers = new TimerHeap();
  const bySignal = new WeakMap<AbortSignal, Set<Timer>>();
  let now = startMs;
  let sequence = 0;
  let pace: { readonly fromVirtual: number; readonly fromReal: number; until: number } | undefined;

  /** While a paced clock waits for the next sleeper, time passes for those who ask from outside. */
  const current = (): number => {
    if (pace && speed)
      now = Math.max(
        now,
        Math.min(pace.until, Math.floor(pace.fromVirtual + (performance.now() - pace.fromReal) * speed)),
      );
    return now;
  };

  /** Who sleeps under a signal. One listener for all: a signal looks through its listeners one by one. */
  const sleepersUnder = (signal: AbortSignal): Set<Timer> => {
    const known = bySignal.get(signal);
    if (known) return known;
    const sleepers = new Set<Timer>();
    bySignal.set(signal, sleepers);
    const wakeAll = (): void => {
      for (const timer of sleepers) {
        timers.remove(timer);
        timer.wake();
      }
    };
    signal.addEventListener('abort', wakeAll, { once: true });
    return sleepers;
  };

  const timerAfter = (ms: number, wake: () => void): Timer => {
    const timer: Timer = { time: Math.round(current() + Math.max(0, ms)), sequence: sequence++, wake, index: -1 };
    timers.add(timer);
    if (pace) pace.until = Math.min(pace.until, timer.time);
    return timer;
  };

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleepers = signal && sleepersUnder(signal);
      const timer = timerAfter(ms, () => {
        sleepers?.delete(timer);
        resolve();
      });
      sleepers?.add(timer);
    });

  const alarm = (ms: number, ring: () => void): (() => void) => {
    const timer = timerAfter(ms, ring);
    return () => timers.remove(timer);
  };

  /** Lets real time catch up with the next sleeper, who may change while we wait. */
  const keepPace = async (untilMs: number, times: number, signal?: AbortSignal): Promise<void> => {
    const next = (): number => Math.min(timers.first()?.time ?? untilMs, untilMs);
    pace = { fromVirtual: now, fromReal: performance.now(), until: next() };
    while (!signal?.aborted && current() < next()) {
      pace.until = next();
      await realTime(Math.min(PACE_MS, Math.ceil((next() - now) / times)));
    }
    pace = undefined;
    await quiet(isQuiet, signal);
  };

  const run = async (untilMs: number, { onAdvance, signal }: RunOptions = {}): Promise<void> => {
    for (;;) {
      await quiet(isQuiet, signal);
      if (speed) await keepPace(untilMs, speed, signal);
      if (signal?.aborted) return;
      const next = timers.first();
      if (!next || next.time > untilMs) break;
      timers.takeFirst();
      if (next.time > now) {
        now = next.time;
        onAdvance?.(now);
      }
      next.wake();
    }
    if (untilMs > now) {
      now = untilMs;
      onAdvance?.(now);
    }
  };

  return {
    now: current,
    sleep,
    alarm,
    run,
    get sleepers() {
      return timers.size;
    },
  };
}

/** A turn of the event loop runs every microtask there is; what is not quiet then waits for the real world. */
async function quiet(isQuiet: () => boolean, signal?: AbortSignal): Promise<void> {
  await turn();
  for (let turns = 0; !isQuiet() && !signal?.aborted; turns++)
    await (turns < TURNS_BEFORE_POLLING ? turn() : realTime(1));
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const realTime = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
