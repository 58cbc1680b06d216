import { type Clock, ContentFlowError } from '@contentflow/kernel';
import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';

/** Of the grace that a stop has: what is left is for events in hand and for letting go of the engines. */
const SHARE_OF_GRACE = 0.6;

/** Of a server whose requests are drained: Fastify's own refusal says neither what it is nor when to come again. */
export const drainedServer = { forceCloseConnections: true, return503OnClosing: false } as const;

/** Takes a request in hand until its response has closed; false where none is taken any more. */
export type TakeInHand = (response: ServerResponse) => boolean;

/** When the server closes, requests in hand are answered first, as far as the grace allows; what comes then is refused with 503. */
export function drainRequests(server: FastifyInstance, clock: Pick<Clock, 'sleep'>, graceMs: () => number): TakeInHand {
  let inHand = 0;
  let isClosing = false;
  let whenNone: (() => void) | undefined;
  const take: TakeInHand = (response) => {
    inHand++;
    // Also where the caller hung up before there was an answer.
    response.once('close', () => {
      if (--inHand === 0) whenNone?.();
    });
    return !isClosing;
  };
  server.addHook('onRequest', (_request, reply, done) => done(take(reply.raw) ? undefined : stopping()));
  server.addHook('preClose', async () => {
    isClosing = true;
    if (inHand === 0) return;
    const drained = new AbortController();
    whenNone = () => drained.abort();
    await clock.sleep(SHARE_OF_GRACE * graceMs(), drained.signal);
  });
  return (response) => !isClosing && take(response);
}

const stopping = (): ContentFlowError =>
  new ContentFlowError('stopping', 'this process is stopping', { fix: 'send it again, on another connection' });
