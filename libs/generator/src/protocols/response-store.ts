import type { Sealed } from '@contentflow/contracts';
import { DAY_MS } from '@contentflow/kernel';
import type { InputItem } from './responses-request.ts';

/** A response that was translated here, and what it answered: what a model server with the endpoint would keep. */
export interface StoredResponse {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly input: readonly InputItem[];
  readonly document: { readonly output: readonly InputItem[] };
  /** The key that asked for it. */
  readonly keyId?: string;
  /** What it goes on from. */
  readonly previous?: string;
  /** Its input and its document, where its request names a user: then what stands beside it has none of their words. */
  readonly personal?: Sealed;
}

/** Responses for those who go on from them by name: in one file or database for all processes, across restarts. */
export interface ResponseStore {
  keep(response: StoredResponse): Promise<void>;
  find(id: string): Promise<StoredResponse | undefined>;
  /** Whether there was one. */
  remove(id: string): Promise<boolean>;
  close(): Promise<void>;
}

export const RESPONSE_STORE = Symbol('ResponseStore');

/** As long as OpenAI keeps them; and no more than so many, and so large all together, the latest first. */
export const STORED_RESPONSE_MS = 30 * DAY_MS;
export const MAX_STORED_RESPONSES = 20_000;
export const MAX_STORED_RESPONSE_BYTES = 256 * 1024 * 1024;
