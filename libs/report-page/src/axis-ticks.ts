import { HOUR_MS } from '@contentflow/kernel';

const timeSteps = [1 / 6, 0.5, 1, 2, 3, 6, 12, 24, 48, 168].map((hours) => hours * HOUR_MS);

/** About so many round values from least to most. */
export function valueTicks(least: number, most: number, about = 4): number[] {
  const rough = (most - least) / about;
  if (!(rough > 0)) return [least];
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * magnitude).find((each) => each >= rough) as number;
  return multiples(step, least, most);
}

/** Round times of the day, UTC. */
export function timeTicks(from: number, to: number, about = 8): number[] {
  const step = timeSteps.find((each) => (to - from) / each <= about) ?? (timeSteps.at(-1) as number);
  return multiples(step, from, to);
}

function multiples(step: number, least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + step * 1e-9; n++) ticks.push(n * step);
  return ticks;
}

/** `06:00`, and the date where a day begins. */
export const timeLabel = (time: number): string => {
  const text = new Date(time).toISOString();
  return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
};
