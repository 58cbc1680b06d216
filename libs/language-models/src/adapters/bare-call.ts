import { Pool } from 'undici';

/** The least that a call to a chat endpoint can be: one request over a kept connection, its reply parsed. */
export function bareCaller(
  baseUrl: string,
  connections: number,
): { call(body: unknown): Promise<unknown>; close(): Promise<void> } {
  const url = new URL(`${baseUrl}/chat/completions`);
  const pool = new Pool(url.origin, { connections });
  return {
    call: async (body) => {
      const answer = await pool.request({
        path: url.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.body.json();
    },
    close: () => pool.destroy(),
  };
}
