import { messageOf, usageError } from '@contentflow/kernel';

export interface RunningOptions {
  readonly url: string;
  readonly by: string;
  /** Where it asks for one. */
  readonly key?: string;
  readonly json?: boolean;
}

/**
 * Asks a running system.
 * @throws ContentFlowError `usage` where it does not answer, or says no: then with what it said
 */
export async function ask<Answer>(
  { url, by, key }: RunningOptions,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      'x-operator': by,
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch((error: unknown) => {
    throw usageError(`nothing answers at ${url}: ${messageOf(error)}`, 'start it, or name it with --url');
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer as Answer;
  const { detail = `${path} answered ${response.status}` } = (answer ?? {}) as { detail?: string };
  throw usageError(detail);
}
