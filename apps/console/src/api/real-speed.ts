import { useEffect, useRef, useState } from 'react';

interface Sample {
  readonly at: number;
  readonly real: number;
}

/** So long is looked back on: what is shown is the speed of now. */
const WINDOW_MS = 60_000;
const LEAST_MS = 8000;

/** How many times as fast as a clock the times of the answers move on; undefined until that is known. */
export function useRealSpeed(at: number | undefined): number | undefined {
  const samples = useRef<readonly Sample[]>([]);
  const [speed, setSpeed] = useState<number>();
  useEffect(() => {
    if (at === undefined) return;
    const real = performance.now();
    samples.current = [...samples.current.filter((each) => real - each.real < WINDOW_MS), { at, real }];
    setSpeed(speedOf(samples.current));
  }, [at]);
  return speed;
}

export function speedOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.real - first.real < LEAST_MS) return undefined;
  return (last.at - first.at) / (last.real - first.real);
}
