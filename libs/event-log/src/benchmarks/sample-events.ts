import { derivedId, type NewEvent } from '@contentflow/kernel';

/** Events of the size of a real measurement, about 400 bytes of JSON; made before the stopwatch runs. */
export function sampleEvents(count: number, topic: string): NewEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: derivedId('benchmark', i),
    topic,
    type: 'contentflow.monitor.content-measured.v1',
    source: 'monitor',
    subject: `content-${i % 997}`,
    time: 1_780_000_000_000 + i,
    correlationId: derivedId('brief', i % 997),
    data: { quality: 0.82, lower: 0.78, upper: 0.86, tokensIn: 412, tokensOut: 655, cost: 0.0021, recipe: 'r-17' },
  }));
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Works through the batches with so many under way at once, as a service with several requests does. */
export async function withInFlight<T>(
  batches: readonly T[],
  inFlight: number,
  work: (batch: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < batches.length) await work(batches[next++]!);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}
