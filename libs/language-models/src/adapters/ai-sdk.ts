import { ownValue, parseWithAllDigits } from '@contentflow/kernel';
import { ProviderError } from '../model-provider.ts';
import type { Secrets } from './error-document.ts';
import {
  failedAnswer,
  failedDocument,
  failedTransport,
  forwardedHeaders,
  MAX_ERROR_BYTES,
  MAX_REPLY_BYTES,
  retryAfterMsOf,
  tooLong,
} from './failures.ts';

/** The SDK writes paths behind its base: a query of the base is added to each address by `guardedFetch`. */
export function splitBase(baseUrl: string | undefined): { readonly baseURL?: string; readonly search: string } {
  if (baseUrl === undefined) return { search: '' };
  const url = new URL(baseUrl);
  const { search } = url;
  url.search = '';
  return { baseURL: url.href.replace(/\/+$/, ''), search };
}

/** No redirect takes the key elsewhere, and no reply fills the memory. */
export const guardedFetch =
  (name: string, search: string): typeof fetch =>
  async (input, init) => {
    const answer = await fetch(`${String(input)}${search}`, { ...init, redirect: 'manual' });
    if (!answer.body) return answer;
    let size = 0;
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        size += chunk.length;
        if (size > MAX_REPLY_BYTES) throw tooLong(name);
        controller.enqueue(chunk);
        if (!answer.ok && size >= MAX_ERROR_BYTES) controller.terminate();
      },
    });
    return new Response(answer.body.pipeThrough(counting), answer);
  };

/** An error of the SDK as one with a class, by its fields: the SDK's own classes differ between the versions that its packages bring. */
export function classified(provider: string, error: unknown, secrets: Secrets): ProviderError {
  if (error instanceof ProviderError) return error;
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const status = thrown['statusCode'];
  const body = typeof thrown['responseBody'] === 'string' ? thrown['responseBody'] : '';
  // The SDK reports an unreadable first event of a stream as status 500, which the server never sent.
  if (String(thrown['message']).startsWith('JSON parsing failed') || body.startsWith('{"name":"AI_'))
    return new ProviderError('malformed_reply', `${provider} sent a reply that cannot be read`);
  if (typeof status === 'number' && status !== 200) {
    const headers = (thrown['responseHeaders'] ?? {}) as Record<string, string>;
    const retryAfterMs = retryAfterMsOf((name) => ownValue(headers, name));
    return failedAnswer({
      provider,
      status,
      retryAfterMs,
      body,
      secrets,
      headers: forwardedHeaders(Object.entries(headers)),
    });
  }
  const reported = status === 200 ? errorIn(body) : undefined;
  if (reported) return failedDocument(provider, reported, secrets);
  if (!('cause' in thrown) && 'type' in thrown && 'message' in thrown) return failedDocument(provider, thrown, secrets);
  return failedTransport(provider, error);
}

/** The error that a server reported with status 200. */
function errorIn(body: string): unknown {
  const document = jsonOrText(body);
  return typeof document === 'object' && document !== null && 'error' in document ? document.error : undefined;
}

export function jsonOrText(text: string): unknown {
  try {
    return parseWithAllDigits(text);
  } catch {
    return text;
  }
}
