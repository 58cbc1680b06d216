import { ContentFlowError, isContentFlowError, isDiskFull, messageOf, ownValue } from '@contentflow/kernel';

/** Problem details (RFC 9457), with the paths of what is wrong. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly problem: string }[];
  /** The same as OpenAI's clients read it: they choose the class of their error by the status, and show `message`. */
  readonly error: ProtocolError;
}

export interface ProtocolError {
  readonly message: string;
  readonly type: unknown;
  readonly code: unknown;
  readonly param: unknown;
}

/** Codes of our own errors → HTTP status and title. What is not listed is a fault of ours: 500. */
const known: Readonly<Record<string, readonly [status: number, title: string]>> = {
  'invalid-request': [400, 'The request does not match its schema'],
  'method-not-allowed': [405, 'The path knows no such method'],
  'uri-too-long': [414, 'The path is too long'],
  'expectation-failed': [417, 'What is expected is not done here'],
  'headers-too-large': [431, 'The headers are too large'],
  'request-timeout': [408, 'The request took too long'],
  unauthorized: [401, 'A key is needed'],
  forbidden: [403, 'This is not allowed'],
  'too-many-requests': [429, 'Too much at once'],
  usage: [400, 'The request does not make sense'],
  'not-found': [404, 'There is no such thing'],
  conflict: [409, 'It conflicts with what is there'],
  'idempotency-conflict': [422, 'The idempotency key belongs to another request'],
  'budget-exhausted': [402, 'The budget is spent'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'The body is of a kind that is not read here'],
  query: [400, 'The request does not match its schema'],
  overloaded: [503, 'Too much at once'],
  'not-ready': [503, 'Not ready yet'],
  'no-signing-key': [409, 'There is nothing to sign with'],
  'no-master-key': [503, 'Personal data cannot be kept'],
  'log-disk-full': [507, 'There is no room to keep it'],
  'log-gone': [503, 'There is nothing to keep it in'],
  'log-busy': [503, 'The log is busy'],
  'log-closed': [503, 'It is stopping'],
  stopping: [503, 'It is stopping'],
};

const PROBLEM = 'urn:contentflow:problem:';

/** What may go well when it is sent again. */
const LATER: ReadonlySet<number> = new Set([429, 503, 507]);
const RETRY_AFTER_S = 5;

/** When whoever got this status may come again, in seconds; undefined where that would change nothing. */
export const retryAfterS = (status: number): number | undefined => (LATER.has(status) ? RETRY_AFTER_S : undefined);

export const notFound = (what: string, id: string): ContentFlowError =>
  new ContentFlowError('not-found', `no ${what} with id "${id}"`);

/** What leaves of an error; never its stack. */
export function problemOf(error: unknown): Problem {
  const problem = detailsOf(error);
  const { detail, status, errors, type: urn } = problem;
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  const code = urn.slice(PROBLEM.length).replaceAll('-', '_');
  return { ...problem, error: { message: detail, type, code, param: errors?.[0]?.field ?? null } };
}

type Details = Omit<Problem, 'error'>;

function detailsOf(error: unknown): Details {
  if (isContentFlowError(error)) return contentFlowDetails(error);
  if (isDiskFull(error)) return contentFlowDetails(diskFull());
  const status = statusOf(error);
  const refused = refusalOf(status);
  if (refused) return contentFlowDetails(refused);
  const slug = status === 404 ? 'not-found' : status < 500 ? 'invalid-request' : 'internal';
  const detail = status < 500 ? messageOf(error) : 'Something went wrong here; the log says what.';
  return {
    type: problemType(slug),
    title: status < 500 ? 'The request cannot be answered' : 'Internal error',
    status,
    detail,
  };
}

function contentFlowDetails(error: ContentFlowError): Details {
  const [status, title] = ownValue(known, error.code) ?? [500, 'Internal error'];
  const errors = isFieldProblems(error.cause)
    ? error.cause
    : error.field
      ? [{ field: error.field, problem: error.message }]
      : [];
  return {
    type: problemType(error.code),
    title,
    status,
    detail: error.message,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

const diskFull = (): ContentFlowError =>
  new ContentFlowError('log-disk-full', 'the disk is full', { fix: 'free some space on it, and send it again' });

type FieldProblems = NonNullable<Problem['errors']>;
const isFieldProblems = (cause: unknown): cause is FieldProblems =>
  Array.isArray(cause) && cause.every((each) => typeof each === 'object' && each !== null && 'field' in each);

/** What a document store says of a query's fields is said of the request. */
const problemType = (code: string): string => `${PROBLEM}${code === 'query' ? 'invalid-request' : code}`;

/** What is refused before any handler sees it. */
function refusalOf(status: number): ContentFlowError | undefined {
  if (status === 413)
    return new ContentFlowError('too-large', 'is larger than 16 MB', { field: '(body)', fix: 'send it in parts' });
  if (status === 415)
    return new ContentFlowError('unsupported-media-type', 'is not read here', {
      field: 'Content-Type',
      fix: 'send application/json',
    });
  return undefined;
}

/** Errors of Nest and of Fastify (a body too large, malformed JSON) carry their status, each in its way. */
function statusOf(error: unknown): number {
  const { statusCode, getStatus } = (error ?? {}) as { statusCode?: unknown; getStatus?: unknown };
  const status: unknown = typeof getStatus === 'function' ? getStatus.call(error) : statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
