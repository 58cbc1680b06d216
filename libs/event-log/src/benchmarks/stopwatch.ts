/** Real time in milliseconds with its fractions: a benchmark is about nothing else. */
// eslint-disable-next-line no-restricted-properties
export const realTime = (): number => performance.now();

/** Operations per second of the work. */
export async function rateOf(operations: number, work: () => Promise<void> | void): Promise<number> {
  const start = realTime();
  await work();
  return (operations / (realTime() - start)) * 1_000;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
