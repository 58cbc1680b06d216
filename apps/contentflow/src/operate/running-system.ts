import { configurationError, messageOf, usageError } from '@contentflow/kernel';

export interface RunningOptions {
  readonly url: string;
  readonly by: string;
  /** Where it asks for one. */
  readonly key?: string;
  readonly json?: boolean;
}

type Method = 'GET' | 'POST' | 'PUT';

/**
 * Asks a running system.
 * @throws ContentFlowError `usage` where it does not answer, or says no: then with what it said
 */
export async function ask<Answer>(
  asked: RunningOptions,
  method: Method,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const response = await open(asked, method, path, body, signal);
  const answer: unknown = await response.json().catch(() => undefined);
  if (answer === undefined) throw usageError(`what ${path} answered is no JSON`, 'name ContentFlow with --url');
  return answer as Answer;
}

/** The same, and leaves it to its caller to read the answer. */
export async function open(
  asked: RunningOptions,
  method: Method,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Response> {
  const response = await reach(asked, method, path, { body, signal });
  if (response.ok) return response;
  throw usageError(await refusalIn(response));
}

interface Asking {
  readonly body?: object | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What makes a repeat of the same request the same request. */
  readonly idempotencyKey?: string;
}

/**
 * The same, whatever it answers.
 * @throws ContentFlowError `usage` where nothing does
 */
export async function reach(
  { url, by, key }: RunningOptions,
  method: Method,
  path: string,
  { body, signal, idempotencyKey }: Asking = {},
): Promise<Response> {
  return fetch(addressOf(path, url), {
    method,
    headers: {
      'x-operator': headerOf(by),
      ...(key ? { authorization: `Bearer ${keyText(key)}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw usageError(`nothing answers at ${url}: ${messageOf(error)}`, 'start it, or name it with --url');
  });
}

/** What an answer that is none says is wrong. */
export async function refusalIn(response: Response): Promise<string> {
  const said = ((await response.json().catch(() => undefined)) ?? {}) as { detail?: unknown };
  return typeof said.detail === 'string'
    ? said.detail
    : `${new URL(response.url).pathname} answered ${response.status}`;
}

function addressOf(path: string, url: string): URL {
  const address = URL.canParse(path, url) ? new URL(path, url) : undefined;
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw configurationError('--url', `is not an address: "${url}"`, 'write http://127.0.0.1:4000');
}

/** A name in letters that no header can carry goes as RFC 8187 has it. */
const headerOf = (name: string): string =>
  /^[\x20-\x7e]*$/.test(name) ? name : `UTF-8''${encodeURIComponent(name.toWellFormed())}`;

function keyText(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw configurationError('--key', 'holds characters that are in no key', 'write it as it was shown when it was made');
}
