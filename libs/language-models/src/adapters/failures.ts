import { ProviderError, type FailureClass, type FailureDetail } from '../model-provider.ts';
import {
  durationMs,
  field,
  redacted,
  type Secrets,
  reportedError,
  type ReportedError,
  reportedErrorIn,
} from './error-document.ts';
import { wasUnanswered } from './unanswered.ts';

/** What is known of an answer that is no reply. */
export interface FailedAnswer {
  readonly provider: string;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
  readonly secrets: Secrets;
  /** Those of its headers that reach the caller. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where it says that the answer is. */
  readonly location?: string | undefined;
  /** It says itself that asking again is vain. */
  readonly isFinal?: boolean;
}

const SHOWN_CHARACTERS = 300;

/** What is read of a reply at most, and of an error. OpenAI's 2,048 vectors of 3,072 numbers are 32 MiB in base64, and a little more. */
export const MAX_REPLY_BYTES = 48 * 1024 * 1024;
export const MAX_ERROR_BYTES = 64 * 1024;

export const tooLong = (provider: string): ProviderError =>
  new ProviderError('malformed_reply', `${provider} sent more than ${MAX_REPLY_BYTES} bytes`);

/** The class of an HTTP answer outside 2xx, with the server's own words where it has any. */
export function failedAnswer(answer: FailedAnswer): ProviderError {
  const { provider, status, retryAfterMs, body, secrets, headers } = answer;
  const reported = reportedErrorIn(body, secrets);
  const words = (movedTo(answer) ?? (reported.message || redacted(wordsOf(body), secrets))).slice(0, SHOWN_CHARACTERS);
  return new ProviderError(failureOf(status, reported), `${provider} answered ${status}${words ? `: ${words}` : ''}`, {
    status,
    outline: `${provider} answered ${status}${ofItsAccount(reported)}`,
    ...detailOf(reported),
    ...(answer.isFinal && { isFinal: true as const }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(headers && { headers }),
  });
}

/** A redirect is not followed, since it would take the key along: whoever configured the address is told where it points. */
function movedTo({ status, location, secrets }: FailedAnswer): string | undefined {
  if (status < 300 || status >= 400 || !location) return undefined;
  return redacted(`it is at ${location} now; write that as the provider's baseUrl`, secrets);
}

/** Of a page its title: what stands before a server on the way answers in HTML. */
const wordsOf = (body: string): string =>
  /^\s*</.test(body) ? (/<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim() ?? '') : body;

/** An error document inside an answer of status 200, or inside a stream. */
export function failedDocument(provider: string, error: unknown, secrets: Secrets): ProviderError {
  return reportedFailure(provider, reportedError({ error }, secrets));
}

/** What says in words that it failed, and nothing else, in an answer of status 200; undefined where it says nothing. */
export function failedReply(provider: string, document: unknown, secrets: Secrets): ProviderError | undefined {
  const reported = reportedError(document, secrets);
  return reported.message === '' ? undefined : reportedFailure(provider, reported);
}

function reportedFailure(provider: string, reported: ReportedError): ProviderError {
  const status = reported.status ?? 500;
  const words = (reported.message || reported.names[0] || 'an error').slice(0, SHOWN_CHARACTERS);
  return new ProviderError(failureOf(status, reported), `${provider} reported: ${words}`, {
    status,
    outline: `${provider} reported an error of status ${status}${ofItsAccount(reported)}`,
    ...detailOf(reported),
  });
}

/** Its codes may quote as well as its words. */
const ofItsAccount = ({ names }: ReportedError): string =>
  names.some((name) => SPENT.test(name)) ? ': its account is used up' : '';

const detailOf = (reported: ReportedError): FailureDetail => ({
  ...(reported.refusal && { refusal: reported.refusal }),
  ...(reported.names.some((name) => SPENT.test(name)) && { isFinal: true }),
  ...(reported.retryAfterMs !== undefined && { retryAfterMs: reported.retryAfterMs }),
});

/** 1301 and, below, 1113 are Zhipu's. */
const FILTERED =
  /content_?filter|content_?policy|responsible_?ai|data_inspection_failed|prohibited_content|moderation_blocked|^1301$/i;
/** What is used up comes back with a payment, or on another day, and not with the time that a caller has. */
const SPENT =
  /insufficient_(user_)?(quota|balance|credits?|funds)|billing|exceeded_current_quota|^quota_?exceeded$|usage_limit_reached|credit_?balance|overdue|arrearage|free_?tier_?only|^1113$|PerDay/i;
const NO_MODEL = /^(model_?not_?(found|available|exist)|deployment_?not_?found)$/i;
/** The last are llama.cpp's, DashScope's and AWS's. */
const WRONG_REQUEST =
  /^(invalid_request(_error)?|context_length_exceeded|invalid_prompt|bad_?request(_?error)?|exceed_context_size_error|invalid_?parameter(_error)?|validation_?exception)$/i;
/** Of Google's, a refused key is a 400, and so is an account without money of DashScope's: neither is the caller's. */
const NOT_LET_IN = /^(api_key_(invalid|expired|service_blocked)|invalid_api_key|access_token_expired|arrearage)$/i;

/** By status and code, and never by words: these quote what the caller said. */
function failureOf(status: number, { names }: ReportedError): FailureClass {
  const isNamed = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (isNamed(FILTERED)) return 'content_filter';
  if (status >= 300 && status < 400) return 'bad_request';
  // 498 is what Groq calls a tier without room.
  if (status === 429 || status === 498) return 'rate_limited';
  if (status === 404 || isNamed(NO_MODEL)) return 'unknown_model';
  if (status === 401 || status === 402 || status === 403 || isNamed(NOT_LET_IN)) return 'authentication';
  if (status === 408 || status === 504 || status === 524) return 'timeout';
  // A model that failed, and a request that came too early: what Bedrock and TGI say with these is no fault of the request.
  if (status === 424 || status === 425) return 'server_error';
  return status >= 500 && !isNamed(WRONG_REQUEST) ? 'server_error' : 'bad_request';
}

/**
 * The wait a server asks for, in milliseconds: in `retry-after-ms`, or in `retry-after` as seconds, a date, or a duration as `1m26.4s`.
 * Source: RFC 9110, section 10.2.3; the first is OpenAI's.
 */
export function retryAfterMsOf(header: (name: string) => string | undefined, now = Date.now()): number | undefined {
  const ms = Number(header('retry-after-ms') || NaN);
  if (ms >= 0 && Number.isFinite(ms)) return ms;
  const retryAfter = header('retry-after')?.trim() ?? '';
  const date = DATE.test(retryAfter) ? Date.parse(retryAfter) : NaN;
  return Number.isNaN(date) ? durationMs(retryAfter) : Math.max(0, date - now);
}

/** What else may begin a date to JavaScript does not in HTTP. */
const DATE = /^(mon|tue|wed|thu|fri|sat|sun)|^\d{4}-\d\d-\d\dT/i;

const PASSED_ON = /ratelimit/;
/** OpenAI's and most others', Anthropic's, Azure's, Bedrock's, Mistral's, DeepSeek's, SiliconFlow's, Volcengine's. */
const REQUEST_IDS = [
  'x-request-id',
  'request-id',
  'apim-request-id',
  'x-amzn-requestid',
  'mistral-correlation-id',
  'x-ds-trace-id',
  'x-siliconcloud-trace-id',
  'x-tt-logid',
];

/** What the caller gets of an answer's headers: how much is left to it, and the server's own name for the request. */
export function forwardedHeaders(headers: Iterable<readonly [string, unknown]>): Record<string, string> {
  const passed = new Map<string, string>();
  for (const [name, value] of headers) {
    const text = Array.isArray(value) ? String(value[0]) : String(value);
    if (PASSED_ON.test(name)) passed.set(name, text);
    if (REQUEST_IDS.includes(name)) passed.set('x-upstream-request-id', text);
  }
  return Object.fromEntries(passed);
}

const CONNECTION_CODES =
  /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOST|ENET|EPROTO|ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|UND_ERR_SOCKET|UND_ERR_CONNECT|UND_ERR_CLOSED|UND_ERR_DESTROYED|Z_BUF_ERROR)/;

/** The connection did not come about, or had been closed when the request was on its way, so that nothing was asked. */
const isUnsent = (cause: unknown): boolean =>
  wasUnanswered(cause) || field(cause, 'syscall') === 'connect' || UNSENT.test(String(field(cause, 'code') ?? ''));
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO|UND_ERR_CONNECT)/;

/** The class of an error thrown below HTTP. Only its code is reported: messages of sockets may hold headers. */
export function failedTransport(provider: string, error: unknown): ProviderError {
  const all = [...causes(error)];
  const codes = all.map((cause) => String(field(cause, 'code') ?? '')).filter((code) => code !== '');
  if (codes.some((code) => /TIMEOUT|ETIMEDOUT/.test(code) && code !== 'UND_ERR_CONNECT_TIMEOUT'))
    return new ProviderError('timeout', `${provider} did not answer in time (${codes.join(', ')})`);
  const connection = codes.find((code) => CONNECTION_CODES.test(code));
  if (connection)
    return new ProviderError('connection', `${provider} cannot be reached, or hung up (${connection})`, {
      ...(all.some(isUnsent) && { isUnsent: true as const }),
    });
  const kind = codes[0] ?? String(field(error, 'name') ?? 'unknown error');
  return new ProviderError('malformed_reply', `${provider} sent an answer that cannot be read (${kind})`);
}

function* causes(error: unknown): Generator<unknown> {
  for (let cause = error, depth = 0; cause && depth < 6; cause = field(cause, 'cause'), depth++) yield cause;
}
