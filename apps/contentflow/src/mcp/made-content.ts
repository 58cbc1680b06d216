import type { ContentDocument } from '@contentflow/contracts';
import { repeatedly, SECOND_MS, systemClock } from '@contentflow/kernel';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ask, open, type RunningOptions } from '../operate/running-system.ts';

/** @param progress  seconds so far */
export type Progress = (progress: number, message: string) => Promise<void>;

/** Shorter than the minute after which clients give a call up that they were told nothing of. */
const LONGEST_WAIT_MS = 45 * SECOND_MS;
const TOLD_EVERY_MS = 5 * SECOND_MS;

/**
 * A content item once it has its result, or as far as it is when that takes too long.
 * @param signal  of who waits: the brief is made all the same
 */
export async function made(
  asked: RunningOptions,
  id: string,
  signal: AbortSignal,
  tell: Progress,
): Promise<Record<string, unknown>> {
  const path = `/v1/content/${encodeURIComponent(id)}`;
  const startedAt = systemClock.now();
  const over = new AbortController();
  let latest = 'accepted';
  const say = (): Promise<void> =>
    tell((systemClock.now() - startedAt) / SECOND_MS, `content ${id}: ${latest}`).catch(() => undefined);
  await say();
  void repeatedly(systemClock, () => TOLD_EVERY_MS, over.signal, say);
  try {
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_WAIT_MS)]);
    for await (const event of happening(asked, `${path}/events`, waiting)) {
      if (event === latest) continue;
      latest = event;
      await say();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isTimeout(error)) throw error;
  } finally {
    over.abort();
  }
  return ask<ContentDocument>(asked, 'GET', path, undefined, signal);
}

/** What happens to a content item, in the words of the product, until its end. */
async function* happening(asked: RunningOptions, path: string, signal: AbortSignal): AsyncGenerator<string> {
  const response = await open(asked, 'GET', path, undefined, signal);
  const events = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of events ?? []) {
    const { step, state } = JSON.parse(data) as { step?: unknown; state?: unknown };
    yield typeof step === 'string' ? `${step} ${String(state)}` : (event ?? '');
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
