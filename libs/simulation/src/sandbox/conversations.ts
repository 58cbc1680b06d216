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
  /** Steps whose last call failed: when, and which model's it was. */
  readonly failed: Map<string, { readonly at: number; readonly model: string }>;
  /** Whether any call failed, so that another model may be asked for the same. */
  hasFailed: boolean;
  /** The whole of the last request for a body, and the model that it was made of. */
  bodyRequest: string;
  bodyModel: string;
}

/** A brief that falls silent for so long and comes again is another content. */
const SILENCE_MS = 10 * MINUTE_MS;
/** Drafts of the same body follow each other at once. */
const BETWEEN_DRAFTS_MS = 2000;
const MAX_KEPT = 4000;

/** A call, as far as it says which content it belongs to. */
export interface Called {
  readonly read: ReadRequest;
  readonly step: string;
  readonly model: string;
  /** The whole of the request but for the model, where it is for a body. */
  readonly body: string | undefined;
  /** Steps that build on this one. */
  readonly builtOn: readonly string[];
}

/** Bounded: the longest silent are forgotten first. */
export class Conversations {
  readonly #byPrompt = new LRUCache<string, Conversation>({ max: MAX_KEPT });

  /** The conversation that this call belongs to: a new one where the brief begins anew. */
  of(called: Called, now: number): Conversation {
    const { read, body, model } = called;
    // Two prompts for the same brief are two contents.
    const key = `${read.instructionTokens}/${read.briefText}`;
    const known = this.#byPrompt.get(key);
    const conversation = known && continues(known, called, now) ? known : begun(read.briefText, now);
    conversation.lastAt = now;
    if (body !== undefined) Object.assign(conversation, { bodyRequest: body, bodyModel: model });
    this.#byPrompt.set(key, conversation);
    return conversation;
  }
}

/** Drafts of one body are asked for in the same words, of the same model or of one that stands in for it; and nothing is prepared once what builds on it is there. */
function continues(known: Conversation, { step, model, body, builtOn }: Called, now: number): boolean {
  if (known.inFlight === 0 && now - known.lastAt > SILENCE_MS) return false;
  if (builtOn.some((each) => known.finished.has(each))) return false;
  if (!known.finished.has(step)) return true;
  const isOfItsModels = model === known.bodyModel || known.hasFailed;
  return body !== undefined && body === known.bodyRequest && isOfItsModels && now - known.lastAt <= BETWEEN_DRAFTS_MS;
}

const begun = (briefText: string, now: number): Conversation => ({
  key: hash128(`${briefText}@${now}`),
  lastAt: now,
  steps: new Set(),
  candidates: 0,
  calls: new Map(),
  finished: new Set(),
  inFlight: 0,
  failed: new Map(),
  hasFailed: false,
  bodyRequest: '',
  bodyModel: '',
});
