import { seededRandom } from '@contentflow/kernel';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { Pool } from 'undici';
import { type FuzzedRequest, type OpenApi, requestsOf } from './fuzzed-requests.ts';

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: string | number;
}

/** What was sent, and what must not be: each fault tells what it came of. */
export interface FuzzResult {
  readonly byStatus: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
}

const CONCURRENCY = 16;
const MAX_FAULTS = 50;
const ANSWER_TIMEOUT_MS = 60_000;

/** Requests over everything that `/openapi.json` describes, by connections to a whole system that listens: as callers send them, past Fastify where those go. */
export async function fuzz(system: TestedService, options: FuzzOptions): Promise<FuzzResult> {
  const random = seededRandom(options.seed);
  const byStatus = new Map<string, number>();
  const faults = new Set<string>();
  const ids: string[] = [];
  const next = requestsOf(await system.get<OpenApi>('/openapi.json'), random.fork('requests'), ids);
  const caller = new Pool(await system.app.getUrl(), {
    connections: CONCURRENCY,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < options.requests && faults.size < MAX_FAULTS) {
      const number = sent++;
      const request = next();
      const { status, fault, id } = await answerTo(caller, request);
      byStatus.set(String(status), (byStatus.get(String(status)) ?? 0) + 1);
      if (id !== undefined && ids.length < 1000) ids.push(id);
      if (fault !== undefined) faults.add(`request ${number}: ${fault}: ${shown(request)}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  await caller.close();
  return { byStatus: Object.fromEntries(byStatus), faults: [...faults] };
}

async function answerTo(
  caller: Pool,
  { method, url, headers, body }: FuzzedRequest,
): Promise<{ status: number; fault?: string; id?: string }> {
  try {
    const response = await caller.request({ method: method as 'GET', path: url, headers, body: body ?? null });
    return answered(method, response.statusCode, String(response.headers['content-type']), await response.body.text());
  } catch (error) {
    return { status: 0, fault: `no answer came: ${String(error)}` };
  }
}

function answered(
  method: string,
  status: number,
  type: string,
  text: string,
): { status: number; fault?: string; id?: string } {
  if (status >= 500) return { status, fault: `${status} ${text.slice(0, 200)}` };
  if (status < 400) return { status, id: idIn(text) };
  if (method === 'HEAD') return { status };
  const fault = problemFault(status, type, text);
  return fault === undefined ? { status } : { status, fault };
}

/** A refusal is problem details; one of what was sent names the field. OpenAI's and Anthropic's protocols have errors of their own. */
function problemFault(status: number, type: string, text: string): string | undefined {
  if (/"error":\{"message"|^\{"type":"error","error":\{"type":/.test(text)) return undefined;
  if (!type.includes('application/problem+json')) return `${status} is no problem details: ${text.slice(0, 200)}`;
  const { errors } = JSON.parse(text) as { errors?: readonly { readonly field?: unknown }[] };
  const namesFields =
    errors !== undefined && errors.length > 0 && errors.every(({ field }) => typeof field === 'string');
  return [400, 413, 422].includes(status) && !namesFields
    ? `${status} names no field: ${text.slice(0, 300)}`
    : undefined;
}

function idIn(text: string): string | undefined {
  return /^\{"id":"([0-9a-f]{8,})"/.exec(text)?.[1];
}

const shown = ({ method, url, headers, body }: FuzzedRequest): string =>
  `${method} ${url.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${(body ?? '').slice(0, 600)}`;
