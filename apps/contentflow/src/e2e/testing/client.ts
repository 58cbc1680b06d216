import { setTimeout as sleep } from 'node:timers/promises';

/** JSON as the API gives it; tests look into it freely. */
export interface Json {
  readonly [key: string]: Json;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Speaks to one origin. */
export function clientOf(origin: () => string) {
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await fetch(`${origin()}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined
        ? {}
        : { body: body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body) }),
    } as RequestInit);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as unknown as Json,
    };
  };
  return {
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown, headers?: Record<string, string>) => send('POST', path, body, headers),
    put: (path: string, body: unknown) => send('PUT', path, body),
  };
}
export type Client = ReturnType<typeof clientOf>;

const PATIENCE_MS = 60_000;

/** Asks again and again until the answer will do. @throws with the last answer when it never does */
export async function until<T>(
  ask: () => Promise<T>,
  willDo: (answer: T) => boolean,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const giveUp = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask().catch((error: unknown) => error as T);
    if (!(answer instanceof Error) && willDo(answer)) return answer;
    if (Date.now() > giveUp)
      throw new Error(
        `never so within ${patienceMs} ms; at last: ${JSON.stringify(answer).slice(0, 2000)} ${String(answer)}`,
      );
    await sleep(50);
  }
}
