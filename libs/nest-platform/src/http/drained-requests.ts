import type { Clock } from '@contentflow/kernel';
import type { FastifyInstance } from 'fastify';

/** Of the grace that a stop has: what is left is for events in hand and for letting go of the engines. */
const SHARE_OF_GRACE = 0.6;

/** When the server closes, requests in hand are answered first, as far as the grace allows; what comes then is refused by Fastify with 503. */
export function drainRequests(server: FastifyInstance, clock: Pick<Clock, 'sleep'>, graceMs: () => number): void {
  let inHand = 0;
  let whenNone: (() => void) | undefined;
  server.addHook('onRequest', (_request, reply, done) => {
    inHand++;
    // Also where the caller hung up before there was an answer.
    reply.raw.once('close', () => {
      if (--inHand === 0) whenNone?.();
    });
    done();
  });
  server.addHook('preClose', async () => {
    if (inHand === 0) return;
    const drained = new AbortController();
    whenNone = () => drained.abort();
    await clock.sleep(SHARE_OF_GRACE * graceMs(), drained.signal);
  });
}
