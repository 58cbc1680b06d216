import { hash128, MINUTE_MS } from '@contentflow/kernel';
import { LRUCache } from 'lru-cache';
import type { ReadRequest } from './read-request.ts';

/** The calls of one content, linked by the wording of the brief and the weight of the instructions. Lives for as long as they keep coming. */
export interface Conversation {
  /** Its own, the same in every run: streams of draws hang on it. */
  readonly key: string;
  lastAt: number;
  /** Steps whose call was made and not refused. */
  readonly steps: Set<string>;
  /** Bodies asked for and not refused. */
  candidates: number;
  /** Which call of each step this is, refused ones included: a stream of draws for each. */
  readonly calls: Map<string, number>;
  readonly finished: Set<string>;
  inFlight: number;
  /** Steps whose last call failed, and when. */
  readonly failedAt: Map<string, number>;
}

/** A brief that falls silent for so long and comes again is another content. */
const SILENCE_MS = 10 * MINUTE_MS;
/** Drafts of the same body follow each other at once. */
const BETWEEN_DRAFTS_MS = 2000;
const MOST_KEPT = 4000;

/** Bounded: the longest silent are forgotten first. */
export class Conversations {
  readonly #byPrompt = new LRUCache<string, Conversation>({ max: MOST_KEPT });

  /** The conversation that this call belongs to: a new one where the brief begins anew. */
  of(read: ReadRequest, step: string, isBody: boolean, now: number): Conversation {
    // Two prompts for the same brief are two contents.
    const key = `${read.instructionTokens}/${read.examples}/${read.briefText}`;
    const known = this.#byPrompt.get(key);
    const conversation = known && continues(known, step, isBody, now) ? known : begun(read.briefText, now);
    conversation.lastAt = now;
    this.#byPrompt.set(key, conversation);
    return conversation;
  }
}

function continues(known: Conversation, step: string, isBody: boolean, now: number): boolean {
  if (known.inFlight === 0 && now - known.lastAt > SILENCE_MS) return false;
  if (!known.finished.has(step)) return true;
  return isBody && now - known.lastAt <= BETWEEN_DRAFTS_MS;
}

const begun = (briefText: string, now: number): Conversation => ({
  key: hash128(`${briefText}@${now}`),
  lastAt: now,
  steps: new Set(),
  candidates: 0,
  calls: new Map(),
  finished: new Set(),
  inFlight: 0,
  failedAt: new Map(),
});
