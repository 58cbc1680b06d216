/** Real time in milliseconds with its fractions: a benchmark is about nothing else. */
// eslint-disable-next-line no-restricted-properties
export const realTime = (): number => performance.now();

export async function secondsOf(work: () => Promise<void> | void): Promise<number> {
  const start = realTime();
  await work();
  return (realTime() - start) / 1000;
}

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
