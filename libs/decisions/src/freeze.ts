import type { Policy } from '@contentflow/contracts';
import { DAY_MS, MINUTE_MS } from '@contentflow/kernel';

/**
 * When the freeze ends that this time lies in; undefined outside of all. A window is from one instant until another, or from one time of day
 * (UTC) until another, every day; one that ends before it begins passes midnight.
 */
export function frozenUntil(windows: Policy['freezeWindows'], at: number): number | undefined {
  const ends = windows.map((window) => endOf(window, at)).filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function endOf({ from, until }: Policy['freezeWindows'][number], at: number): number | undefined {
  if (!isTimeOfDay(from)) return at >= Date.parse(from) && at < Date.parse(until) ? Date.parse(until) : undefined;
  const midnight = Math.floor(at / DAY_MS) * DAY_MS;
  const [start, end] = [ofDay(from), ofDay(until)];
  const time = at - midnight;
  if (start < end) return time >= start && time < end ? midnight + end : undefined;
  if (time >= start) return midnight + DAY_MS + end;
  return time < end ? midnight + end : undefined;
}

const isTimeOfDay = (text: string): boolean => text.length === 'HH:MM'.length;

function ofDay(text: string): number {
  const [hours, minutes] = text.split(':').map(Number) as [number, number];
  return (hours * 60 + minutes) * MINUTE_MS;
}
