import { ownValue } from '@contentflow/kernel';
import { ProviderError, type FailureClass, type Refusal } from '../model-provider.ts';

/** What is known of an answer that is no reply. */
export interface FailedAnswer {
  readonly provider: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
  /** Never shown, whatever the server echoes. */
  readonly secrets: readonly (string | undefined)[];
}

const SHOWN_CHARACTERS = 300;

/** What is read of a reply at most, and of an error. */
export const MAX_REPLY_BYTES = 32 * 1024 * 1024;
export const MAX_ERROR_BYTES = 64 * 1024;

export const tooLong = (provider: string): ProviderError =>
  new ProviderError('malformed_reply', `${provider} sent more than ${MAX_REPLY_BYTES} bytes`);

/** The class of an HTTP answer outside 2xx, with the server's own words where it has any. */
export function failedAnswer(answer: FailedAnswer): ProviderError {
  const { code, message } = errorOf(answer.body);
  const failure = failureOfStatus(answer.status, `${code} ${message}`);
  const words = redacted(message || answer.body, answer.secrets).slice(0, SHOWN_CHARACTERS);
  const retryAfterMs = retryAfterMsOf(answer.retryAfter);
  const refusal = failure === 'bad_request' || failure === 'content_filter' ? refusalOf(answer) : undefined;
  return new ProviderError(failure, `${answer.provider} answered ${answer.status}${words ? `: ${words}` : ''}`, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(refusal && { refusal }),
  });
}

/** Applications decide by `code`: `context_length_exceeded` is one of them. */
function refusalOf({ body, secrets }: FailedAnswer): Refusal | undefined {
  try {
    const error = field(JSON.parse(body), 'error');
    const [message, type, code, param] = ['message', 'type', 'code', 'param'].map((name) => {
      const value = field(error, name);
      return typeof value === 'string' ? redacted(value, secrets) : undefined;
    });
    return message === undefined
      ? undefined
      : { message, ...(type && { type }), ...(code && { code }), ...(param && { param }) };
  } catch {
    return undefined;
  }
}

function failureOfStatus(status: number, words: string): FailureClass {
  if (/content_filter|content_policy|responsible_?ai/i.test(words)) return 'content_filter';
  if (status >= 300 && status < 400) return 'bad_request';
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 402 || status === 403) return 'authentication';
  if (status === 404 || /model_not_found|model.{0,60}(not found|does not exist)/i.test(words)) return 'unknown_model';
  if (status === 408 || status === 504) return 'timeout';
  return status >= 500 ? 'server_error' : 'bad_request';
}

/** An error document inside an answer of status 200, or inside a stream. */
export function failedDocument(provider: string, error: unknown, secrets: FailedAnswer['secrets']): ProviderError {
  const { code, message } = errorOf(JSON.stringify({ error }));
  const numeric = Number(code);
  const status = numeric >= 400 && numeric < 600 ? numeric : /rate.?limit/i.test(code) ? 429 : 500;
  const failure = failureOfStatus(status, `${code} ${message}`);
  return new ProviderError(
    failure,
    `${provider} reported: ${redacted(message || code || 'an error', secrets).slice(0, SHOWN_CHARACTERS)}`,
  );
}

function errorOf(body: string): { code: string; message: string } {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = field(parsed, 'error') ?? parsed;
    if (typeof error === 'string') return { code: '', message: error };
    const code = field(error, 'code') ?? field(error, 'type') ?? '';
    const message = field(error, 'message') ?? field(parsed, 'message') ?? '';
    return { code: String(code), message: typeof message === 'string' ? message : JSON.stringify(message) };
  } catch {
    return { code: '', message: '' };
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? ownValue(value as Record<string, unknown>, name) : undefined;

/**
 * The wait a server asks for, in milliseconds: seconds or an HTTP date.
 * Source: RFC 9110, section 10.2.3.
 */
export function retryAfterMsOf(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Keys that a server may echo, ours or in a well-known form, are never shown. */
export function redacted(text: string, secrets: readonly (string | undefined)[]): string {
  let shown = text;
  for (const secret of secrets) if (secret) shown = shown.replaceAll(secret, '[key]');
  return shown.replace(/\b(sk|pk|key)-[\w-]{8,}/g, '[key]').replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [key]');
}

const CONNECTION_CODES =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOST|ENET|EPROTO|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|UND_ERR_SOCKET|UND_ERR_CONNECT|UND_ERR_CLOSED|UND_ERR_DESTROYED)/;

/** The class of an error thrown below HTTP. Only its code is told: messages of sockets may hold headers. */
export function failedTransport(provider: string, error: unknown): ProviderError {
  const codes = [...causes(error)].map((cause) => String(field(cause, 'code') ?? '')).filter((code) => code !== '');
  if (codes.some((code) => /TIMEOUT|ETIMEDOUT/.test(code) && code !== 'UND_ERR_CONNECT_TIMEOUT'))
    return new ProviderError('timeout', `${provider} did not answer in time (${codes.join(', ')})`);
  const connection = codes.find((code) => CONNECTION_CODES.test(code));
  if (connection) return new ProviderError('connection', `${provider} cannot be reached, or hung up (${connection})`);
  const kind = codes[0] ?? String(field(error, 'name') ?? 'unknown error');
  return new ProviderError('malformed_reply', `${provider} sent an answer that cannot be read (${kind})`);
}

function* causes(error: unknown): Generator<unknown> {
  for (let cause = error, depth = 0; cause && depth < 6; cause = field(cause, 'cause'), depth++) yield cause;
}
