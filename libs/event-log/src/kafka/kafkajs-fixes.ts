import Broker from 'kafkajs/src/broker/index.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { hideAborted } from './aborted-transactions.ts';

/** kafkajs 2.2.4 is its last release; what it gets wrong for us is put right here, for its consumers and our own readers. */

const fetch = Broker.prototype.fetch;
Broker.prototype.fetch = async function fetchCommitted(this: Broker, request) {
  const response = await fetch.call(this, request);
  for (const { partitions } of response.responses) for (const partition of partitions) hideAborted(partition);
  return response;
};

/**
 * It sets a timer after every request even when nothing is pending, to a time in the far past, of which Node 24 warns on
 * stderr. Without anything pending or throttled there is nothing to wait for.
 */
const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleIfPending(this: RequestQueue): void {
  if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
};
