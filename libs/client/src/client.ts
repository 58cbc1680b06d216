import createFetchClient, { type Client as FetchClient } from 'openapi-fetch';
import type { components, paths } from './generated/api.ts';

export interface ClientOptions {
  /** Where it answers, without a path: `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Not needed on loopback, where no keys were made. */
  readonly key?: string;
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Every route by its method and path: `client.GET('/v1/content/{id}', { params: { path: { id } } })`. */
export type Client = FetchClient<paths>;

export function createClient({ url, key, fetch }: ClientOptions): Client {
  return createFetchClient<paths>({
    baseUrl: url,
    ...(key !== undefined && { headers: { Authorization: `Bearer ${key}` } }),
    ...(fetch && { fetch }),
  });
}

type Problem = components['schemas']['Problem'];

/** What the API refused, as problem details (RFC 9457) say it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Stable: `urn:contentflow:problem:…`; `about:blank` where what answered was no ContentFlow. */
  readonly type: string;
  /** Fields that are wrong, and why. */
  readonly errors: NonNullable<Problem['errors']>;
  /** Seconds after which to come again, where it said so. */
  readonly retryAfterS: number | undefined;

  constructor(response: Response, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `${response.status} ${response.statusText}`);
    this.status = response.status;
    this.type = problem.type ?? 'about:blank';
    this.errors = problem.errors ?? [];
    const retryAfter = response.headers.get('retry-after');
    this.retryAfterS = retryAfter === null || Number.isNaN(Number(retryAfter)) ? undefined : Number(retryAfter);
  }
}

/**
 * What was answered: `const report = await answerOf(client.GET('/v1/report'))`.
 * @throws ProblemError for what was refused
 */
export async function answerOf<Answer extends { readonly data?: unknown; readonly response: Response }>(
  asked: Promise<Answer>,
): Promise<NonNullable<Answer['data']>> {
  const { data, response, ...rest } = await asked;
  if (response.ok) return data as NonNullable<Answer['data']>;
  const { error } = rest as { readonly error?: unknown };
  throw new ProblemError(response, typeof error === 'object' && error !== null ? error : {});
}
