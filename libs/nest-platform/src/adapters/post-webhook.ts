import { messageOf, ownValue } from '@contentflow/kernel';
import { retryAfterMsOf } from '@contentflow/language-models';
import ipaddr from 'ipaddr.js';
import { createHmac } from 'node:crypto';
import { type LookupAddress, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

export interface WebhookPost {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Base64, with or without `whsec_` before it, as the libraries of Standard Webhooks read it. Unsigned where left out. */
  readonly secret?: string | undefined;
  readonly allowPrivateAddresses: boolean;
  /** What allows them, as the configuration has it. */
  readonly setting?: string;
  /** Gives it up. */
  readonly signal?: AbortSignal;
}

/** What became of it. `isFinal`: no further try can help; `retryAfterMs`: how long the receiver wants to be left alone. */
export type PostOutcome =
  | { readonly ok: true; readonly status: number }
  | { readonly ok: false; readonly reason: string; readonly isFinal: boolean; readonly retryAfterMs?: number };

const TIMEOUT_MS = 15_000;
const GONE = 410;

/**
 * Posts a message as Standard Webhooks has it (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`. Any answer of 2xx will do; redirects are not followed. The address is judged where it is resolved for the connection
 * itself, so that a name cannot stand for another address a moment later.
 */
export async function postWebhook(post: WebhookPost): Promise<PostOutcome> {
  const url = new URL(post.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { setting = 'webhooks.allowPrivateAddresses' } = post;
  if (!post.allowPrivateAddresses && isIP(host) !== 0 && isPrivate(host)) return refusedAddress(host, setting);
  try {
    const { status, retryAfterMs } = await sent(url, post);
    if (status >= 200 && status < 300) return { ok: true, status };
    const reason = `answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}`;
    return { ok: false, reason, isFinal: status === GONE, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  } catch (error) {
    if (error instanceof PrivateAddress) return refusedAddress(error.message, setting);
    const isLate = error instanceof Error && error.name === 'AbortError' && !post.signal?.aborted;
    const reason = isLate ? `did not answer within ${TIMEOUT_MS / 1000} s` : messageOf(error);
    return { ok: false, reason: reason || 'broke the connection off', isFinal: false };
  }
}

/** @param setting  what would allow it */
export const refusedAddress = (address: string, setting: string): PostOutcome & { readonly ok: false } => ({
  ok: false,
  reason: `${address} is a private address, which ${setting} does not allow`,
  isFinal: true,
});

/** `v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`. */
export function webhookSignature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

interface Answered {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

function sent(url: URL, { id, body, at, secret, allowPrivateAddresses, signal }: WebhookPost): Promise<Answered> {
  const timestamp = Math.floor(at / 1000);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'contentflow-webhooks',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        ...(secret === undefined ? {} : { 'webhook-signature': webhookSignature(secret, id, timestamp, body) }),
      },
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
      agent: false,
      ...(allowPrivateAddresses ? {} : { lookup: publicLookup }),
    });
    request.once('response', (response) => {
      // What the receiver has to say beside its status is of no use.
      response.destroy();
      const { statusCode = 0, headers } = response;
      const retryAfterMs = retryAfterMsOf((name) => {
        const value = ownValue(headers, name);
        return typeof value === 'string' ? value : undefined;
      });
      resolve({ status: statusCode, retryAfterMs });
    });
    // Of a receiver that wants to speak something else from now on, or that has gone without a word.
    request.once('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, retryAfterMs: undefined });
    });
    request.once('close', () => reject(new Error('broke the connection off')));
    request.once('error', reject);
    request.end(body);
  });
}

class PrivateAddress extends Error {}

const publicLookup: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return answer(error, [], 0);
    const hidden = addresses.find(({ address }) => isPrivate(address));
    if (hidden) return answer(new PrivateAddress(`${hostname} (${hidden.address})`), [], 0);
    if (options.all) return answer(null, addresses);
    const [first] = addresses as [LookupAddress];
    answer(null, first.address, first.family);
  });
};

/** All of IPv6 that stands for one place on the Internet; what lies beyond has stood for other things, IPv4 addresses among them. Source: IANA, RFC 4291 */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Not of the public Internet, or not known to be: also those that stand for an IPv4 address behind a translator (NAT64, 6to4, Teredo), which
 * may be one of ours. An IPv4 address in IPv6's clothes is judged as what it is.
 */
export function isPrivate(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const meant = ipaddr.process(address);
  return meant.range() !== 'unicast' || (meant.kind() === 'ipv6' && !meant.match(GLOBAL_UNICAST));
}
