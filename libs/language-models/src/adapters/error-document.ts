import { ownValue } from '@contentflow/kernel';
import type { Refusal } from '../model-provider.ts';

/** An error in a server's own words, as far as it has any; `names` are its codes, on whatever level they stand. */
export interface ReportedError {
  readonly message: string;
  readonly names: readonly string[];
  /** Of an error that came with status 200, or inside a stream. */
  readonly status: number | undefined;
  readonly refusal: Refusal | undefined;
  /** When to come again. */
  readonly retryAfterMs: number | undefined;
}

const NO_ERROR: ReportedError = {
  message: '',
  names: [],
  status: undefined,
  refusal: undefined,
  retryAfterMs: undefined,
};

/** The error in an answer's body. */
export function reportedErrorIn(body: string, secrets: Secrets): ReportedError {
  try {
    return reportedError(JSON.parse(body), secrets);
  } catch {
    return NO_ERROR;
  }
}

/**
 * The error in a document. OpenAI, vLLM, llama.cpp, Ollama, LiteLLM, OpenRouter, Azure, Mistral, Gemini (in a list), TGI (a sentence)
 * and FastAPI (a list of `detail`) each have a form of their own.
 */
export function reportedError(document: unknown, secrets: Secrets): ReportedError {
  const whole: unknown = Array.isArray(document) ? document[0] : document;
  const error = errorIn(whole);
  const detail = firstOf(field(error, 'detail')) ?? firstOf(field(field(error, 'message'), 'detail'));
  const message = redacted(messageIn(whole, error, detail), secrets);
  const names = [...namesIn(error), ...namesIn(errorBehind(error))];
  const param = paramIn(detail);
  const more = isRecord(error) ? (redactedDeep(error, secrets) as Record<string, unknown>) : {};
  return {
    message,
    names,
    status: statusIn(names),
    refusal:
      message === '' ? undefined : { ...more, ...(param !== undefined && { param: more['param'] ?? param }), message },
    retryAfterMs: waitIn(error),
  };
}

const namesIn = (error: unknown): string[] =>
  [
    field(error, 'code'),
    field(error, 'type'),
    field(error, 'status'),
    field(field(error, 'innererror'), 'code'),
    field(field(error, 'metadata'), 'flagged_input') === undefined ? undefined : 'content_filter',
    field(error, 'error_type'),
    field(error, 'error_code'),
    field(error, 'Code'),
    ...detailsOf(error).map((detail) => field(detail, 'reason')),
    ...quotasIn(error),
  ].flatMap((name) => (typeof name === 'string' || typeof name === 'number' ? [String(name)] : []));

/** So deep a proxy wraps an error of the server behind it. */
const DEEPEST = 4;

/** The error itself, however often it is wrapped. xAI, TGI and others name a code beside their sentence. */
function errorIn(whole: unknown): unknown {
  let error = whole;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const hasWords = typeof field(error, 'message') === 'string';
    const within = [
      depth === 0 || !hasWords ? (field(error, 'error') ?? field(error, 'errors')) : undefined,
      hasWords ? undefined : field(error, 'detail'),
    ];
    const inner = within.map(firstOf).find(Boolean);
    if (typeof inner === 'string') return isRecord(error) ? sentenceIn(error, inner) : error;
    if (!isRecord(inner) || isPlace(inner)) return error;
    error = inner;
  }
  return error;
}

/** What FastAPI finds wrong, and where, is no error of its own. */
const isPlace = (detail: object): boolean => field(detail, 'loc') !== undefined;

function sentenceIn(document: Readonly<Record<string, unknown>>, sentence: string): unknown {
  const { error: _error, errors: _errors, detail: _detail, ...beside } = document;
  return { ...beside, message: sentence };
}

/** What the server behind a proxy said, where its words stand whole within the proxy's. */
function errorBehind(error: unknown): unknown {
  const said = [field(field(error, 'metadata'), 'raw'), field(error, 'message')].map(recordIn).find(Boolean);
  return said && errorIn(said);
}

function recordIn(value: unknown): object | undefined {
  if (isRecord(value)) return value;
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return undefined;
  try {
    const document = firstOf(JSON.parse(value));
    return isRecord(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** Google's errors say in their details when to come again, and which quota is used up. Source: google/rpc/error_details.proto */
const detailsOf = (error: unknown): readonly unknown[] => {
  const details = field(error, 'details');
  return Array.isArray(details) ? (details as unknown[]) : [];
};

function waitIn(error: unknown): number | undefined {
  const asked = detailsOf(error).map((detail) => durationMs(field(detail, 'retryDelay')));
  const [wait] = [
    ...asked,
    msIn(field(error, 'retry_after_ms')),
    durationMs(field(error, 'retry_after')),
    untilReset(field(field(error, 'metadata'), 'headers')),
  ].filter((each) => each !== undefined);
  return wait;
}

/** OpenRouter tells the limit that was met within its error: nothing is left until then, in epoch milliseconds. */
function untilReset(headers: unknown): number | undefined {
  const reset = Number(field(headers, 'X-RateLimit-Reset') ?? NaN);
  const isSpent = String(field(headers, 'X-RateLimit-Remaining')) === '0';
  return isSpent && Number.isFinite(reset) ? Math.max(0, reset - Date.now()) : undefined;
}

const msIn = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

function quotasIn(error: unknown): unknown[] {
  const violations = detailsOf(error).map((detail) => field(detail, 'violations'));
  return violations.flatMap((each) => (Array.isArray(each) ? each.map((one) => field(one, 'quotaId')) : []));
}

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/;

/** Milliseconds: of a number of seconds, or of a text as `34.07s` or `1m26.4s`; undefined where it is neither. */
export function durationMs(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (text === '') return undefined;
  if (/^-?\d+(\.\d+)?$/.test(text)) return Math.max(0, Number(text) * 1000);
  const found = DURATION.exec(text);
  if (!found) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0, ms = 0] = found.slice(1).map((each) => Number(each ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000 + ms;
}

function messageIn(whole: unknown, error: unknown, detail: unknown): string {
  if (typeof error === 'string') return error;
  const messageCandidates = [
    field(error, 'message'),
    field(detail, 'msg'),
    detail,
    field(whole, 'message'),
    ...['msg', 'error_msg', 'Message'].map((name) => field(error, name)),
  ];
  const text = messageCandidates.find((each) => typeof each === 'string' && each !== '');
  if (text !== undefined) return text as string;
  const other = field(error, 'message') ?? detail;
  return other === undefined || other === null ? '' : JSON.stringify(other);
}

/** FastAPI says where it is wrong as a path from the body down. */
function paramIn(detail: unknown): string | undefined {
  const path = field(detail, 'loc');
  if (!Array.isArray(path)) return undefined;
  return path.filter((each) => each !== 'body').join('.') || undefined;
}

const STATUS_OF_NAME: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|resource_exhausted|too_many_requests|insufficient_quota/i, 429],
  [/invalid_request|invalid_argument|bad_?request/i, 400],
  [/authentication|invalid_api_key|unauthenticated/i, 401],
  [/permission/i, 403],
  [/not_?found/i, 404],
  [/timeout|deadline_exceeded/i, 504],
  [/overloaded|unavailable/i, 503],
];

function statusIn(names: readonly string[]): number | undefined {
  const number = names.map(Number).find((each) => each >= 400 && each < 600);
  if (number !== undefined) return number;
  return STATUS_OF_NAME.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value[0] as unknown) : value);

export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? ownValue(value as Record<string, unknown>, name) : undefined;

/** Never shown, whatever a server echoes. */
export type Secrets = readonly (string | undefined)[];

/** So short a key, `x` or `none`, protects nothing, and stands in other words; it is cut out only where it stands alone. */
const SHORT = 12;
const SHORTEST = 4;

/** Keys that a server may echo, ours or in a well-known form, are never shown. */
export function redacted(text: string, secrets: Secrets): string {
  let shown = text;
  for (const secret of secrets)
    if (secret && secret.length >= SHORTEST)
      shown = secret.length >= SHORT ? shown.replaceAll(secret, '[key]') : shown.replace(alone(secret), '[key]');
  return shown.replace(/\b(sk|pk|key)-[\w-]{8,}/g, '[key]').replace(/\bBearer\s+[\w.~+/=-]+/gi, 'Bearer [key]');
}

const alone = (secret: string): RegExp => new RegExp(`(?<![\\w-])${secret.replace(/\W/g, '\\$&')}(?![\\w-])`, 'g');

function redactedDeep(value: unknown, secrets: Secrets): unknown {
  if (typeof value === 'string') return redacted(value, secrets);
  if (Array.isArray(value)) return value.map((each) => redactedDeep(each, secrets));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redacted(name, secrets), redactedDeep(each, secrets)]),
  );
}
