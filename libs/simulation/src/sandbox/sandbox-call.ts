import type { ModelRequest } from '@contentflow/language-models';
import type { Random } from '@contentflow/kernel';
import type { Truth } from '../truth/truth.ts';
import type { Features, Setting } from '../world/world-at.ts';
import type { WorldModel } from '../world/world.ts';
import type { Conversation } from './conversations.ts';
import { featuresOf } from './features.ts';
import type { ReadRequest } from './read-request.ts';

/** One call, and all that the sandbox makes of it. */
export interface SandboxCall extends Setting {
  readonly truth: Truth;
  readonly request: ModelRequest;
  readonly read: ReadRequest;
  readonly model: WorldModel;
  readonly step: string;
  readonly isBody: boolean;
  readonly conversation: Conversation;
  /** Tokens of generation 0's instructions. */
  readonly instructions0: number;
  /** Draws of this call alone. */
  readonly random: Random;
  /** Draws that all calls of this content share. */
  readonly contentRandom: (label: string) => Random;
}

/** The features of the call, were these the steps that the content is made of. */
export function featuresWith(call: SandboxCall, steps: ReadonlySet<string>): Features {
  const { truth, contentType, request, read, conversation, instructions0 } = call;
  const seen = { candidates: Math.max(1, conversation.candidates), steps };
  const brief = truth.briefOf(contentType, read.ask.topic);
  return featuresOf(call, { request, read, seen, brief, instructions0 });
}

/** The features of the call, by the steps that have been asked for so far. */
export const featuresNow = (call: SandboxCall): Features => featuresWith(call, call.conversation.steps);
