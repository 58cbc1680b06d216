import { MINUTE_MS } from '@contentflow/kernel';
import { quantile } from '@contentflow/statistics';
import type { Scaling } from './scaler-state.ts';
import type { LoadMinute } from './load.ts';

/** Minutes that capacity is learned from. */
const WINDOW = 120;
/** How long after a scaling decision the workers are as many as it says. */
const SETTLING_MS = 10 * MINUTE_MS;
/** Fewer completions say nothing of how long one takes. */
const MIN_COMPLETED = 5;

/**
 * Generations per minute that one instance can make: what it may do at once, times how often one of these ends.
 * A slot in use ends `completed ÷ in flight` times a minute (Little's law), whether the load is high or low.
 * @param instances how many there are now, for the minutes before the first scaling decision
 * @returns undefined while too little has been completed
 */
export function capacityPerInstance(
  minutes: readonly LoadMinute[],
  scalings: readonly Scaling[],
  instances: number,
): number | undefined {
  const recent = minutes.slice(-WINDOW);
  const completed = recent.reduce((sum, minute) => sum + minute.completed, 0);
  const inFlight = recent.reduce((sum, minute) => sum + minute.inFlightMs, 0) / MINUTE_MS;
  const slots = slotsPerInstance(recent, scalings, instances);
  if (completed < MIN_COMPLETED || inFlight === 0 || slots === undefined) return undefined;
  return (slots * completed) / inFlight;
}

/** The median over settled minutes, so that instances that are starting or down do not make the others look small. */
function slotsPerInstance(
  minutes: readonly LoadMinute[],
  scalings: readonly Scaling[],
  instances: number,
): number | undefined {
  const slots = (settlesMs: number): number[] =>
    minutes.flatMap(({ minute, capacityMs, workerMs }) => {
      const end = (minute + 1) * MINUTE_MS;
      const last = scalings.findLast(({ at }) => at < end);
      const isSettled = !last || end - last.at > settlesMs;
      const then = last?.to ?? scalings[0]?.from ?? instances;
      // Half-reported minutes would show half the slots.
      return isSettled && workerMs >= MINUTE_MS ? [capacityMs / MINUTE_MS / then] : [];
    });
  const settled = slots(SETTLING_MS);
  const seen = settled.length > 0 ? settled : slots(0);
  return seen.length === 0 ? undefined : quantile(seen, 0.5);
}
