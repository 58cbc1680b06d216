/** Starts now; tells how many seconds have gone by. The machine's own time, whatever clock runs: for metrics alone. */
export function startStopwatch(): () => number {
  const from = performance.now();
  return () => (performance.now() - from) / 1000;
}
