import { requireKey } from './session.ts';

/** What an answer of the API says went wrong: problem details (RFC 9457). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly fields: readonly { readonly field: string; readonly problem: string }[] = [],
  ) {
    super(detail);
  }
}

export const getJson = <Document>(path: string, signal?: AbortSignal): Promise<Document> => request(path, { signal });

export const sendJson = <Document>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<Document> =>
  request(path, {
    method,
    headers: { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' },
    body: JSON.stringify(body),
  });

async function request<Document>(path: string, init: RequestInit): Promise<Document> {
  const response = await fetch(path, init);
  const text = await response.text();
  const document = parsed(text);
  if (response.ok && document !== undefined) return document as Document;
  if (response.status === 401) requireKey();
  const { detail, errors } = (document ?? {}) as { detail?: string; errors?: Problem['fields'] };
  throw new Problem(response.status, detail ?? `${path} answered ${response.status}`, errors);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
