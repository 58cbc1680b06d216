import type { Clock } from '@contentflow/kernel';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventLog } from '../event-log.ts';
import { latencyFigure, type Figure } from './figures.ts';
import { sampleEvents } from './sample-events.ts';
import { realTime } from './stopwatch.ts';

const PER_SECOND = 500;
const NANOSECONDS_PER_MS = 1e6;

/** From `append` to a follower's hands at a steady pace, and how late the event loop was meanwhile. */
export async function latencyFigures(
  engine: string,
  log: EventLog,
  options: { topic: string; seconds: number; medianBelowMs: number; clock: Clock },
): Promise<Figure[]> {
  const { topic, seconds, medianBelowMs, clock } = options;
  const events = sampleEvents(PER_SECOND * seconds, topic);
  const begun = new Map<string, number>();
  const latencies: number[] = [];
  const follower = await log.follow({
    topics: [topic],
    from: await log.ends([topic]),
    handle: async (batch) => {
      const now = realTime();
      for (const { id } of batch) latencies.push(now - begun.get(id)!);
    },
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const start = realTime();
  const appends: Promise<unknown>[] = [];
  for (const [i, event] of events.entries()) {
    const due = start + (i * 1_000) / PER_SECOND;
    while (realTime() < due) await clock.sleep(1);
    begun.set(event.id, realTime());
    appends.push(log.append([event]));
  }
  await Promise.all(appends);
  while (latencies.length < events.length) await clock.sleep(1);
  delay.disable();
  await follower.stop();
  const at = `at ${PER_SECOND} events/s`;
  return [
    latencyFigure(`${engine}: append to follower ${at}, median`, latencies, 0.5, medianBelowMs),
    latencyFigure(`${engine}: append to follower ${at}, 99th percentile`, latencies, 0.99),
    latencyFigure(
      `${engine}: event-loop delay meanwhile, 99th percentile`,
      [delay.percentile(99) / NANOSECONDS_PER_MS],
      0.5,
      20,
    ),
  ];
}
