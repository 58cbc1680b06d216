import type { SeriesRow } from './series.ts';

/** Instances that a load fills, one at least. */
export const needed = (load: number, capacity: number): number => Math.max(1, Math.ceil(load / capacity));

const REACTIVE = { up: 0.8, down: 0.2 };

/** One instance up or down where use leaves its band. */
export function reactive(rows: readonly SeriesRow[], capacity: number): number[] {
  let instances = needed(rows[0]?.value ?? 0, capacity);
  return rows.map(({ value }) => {
    const use = value / (instances * capacity);
    if (use > REACTIVE.up) instances++;
    else if (use < REACTIVE.down) instances = Math.max(1, instances - 1);
    return instances;
  });
}

/** The horizontal autoscaler as shipped: checks every 15 s, 10 % tolerance, five minutes before it scales down. */
const HPA = { target: 0.8, tolerance: 0.1, stabilisationMs: 300_000 };

/** Source: the algorithm in Kubernetes' documentation of the HorizontalPodAutoscaler, autoscaling/v2, on use of capacity */
export function kubernetes(rows: readonly SeriesRow[], capacity: number): number[] {
  const stabilised = stabilisation(needed(rows[0]?.value ?? 0, capacity));
  return rows.map((row) =>
    stabilised(row.timestamp, (instances) => {
      const use = row.value / (instances * capacity) / HPA.target;
      return Math.abs(use - 1) <= HPA.tolerance ? instances : Math.max(1, Math.ceil(instances * use));
    }),
  );
}

/** KEDA as shipped: polls every 30 s, none at all after five minutes without load, the rest by an autoscaler of its own. */
const KEDA = { cooldownMs: 300_000 };

/** Source: KEDA's documentation of ScaledObject; its autoscaler's metric is load per instance (`AverageValue`) */
export function keda(rows: readonly SeriesRow[], capacity: number): number[] {
  const stabilised = stabilisation(needed(rows[0]?.value ?? 0, capacity));
  let activeAt = rows[0]?.timestamp ?? 0;
  return rows.map(({ timestamp, value }) => {
    if (value > 0) activeAt = timestamp;
    const instances = stabilised(timestamp, (before) => {
      const wanted = value / (HPA.target * capacity);
      return Math.abs(wanted / before - 1) <= HPA.tolerance ? before : Math.max(1, Math.ceil(wanted));
    });
    return timestamp - activeAt >= KEDA.cooldownMs ? 0 : instances;
  });
}

/** The most that was wanted within the window before a time: up at once, down when the window has passed. */
function stabilisation(first: number): (timestamp: number, want: (instances: number) => number) => number {
  let instances = first;
  const wanted: { timestamp: number; count: number }[] = [];
  return (timestamp, want) => {
    wanted.push({ timestamp, count: want(instances) });
    while ((wanted[0]?.timestamp ?? timestamp) < timestamp - HPA.stabilisationMs) wanted.shift();
    instances = wanted.reduce((most, { count }) => Math.max(most, count), 1);
    return instances;
  };
}
