import type { Call, ContentGenerated, EventData } from '@contentflow/contracts';
import type { PromptMessage } from '@contentflow/recipes';

/** Calls a model for one step. */
export type CallModel = (request: StepRequest) => Promise<StepReply>;

export interface StepRequest {
  readonly step: string;
  readonly model: string;
  readonly fallbacks?: readonly string[];
  readonly messages: readonly PromptMessage[];
  /** What stands for them in the cache's key, where the recipe's is wider than the letter. */
  readonly keyMessages?: readonly PromptMessage[];
  readonly maxOutputTokens: number;
  readonly temperature: number;
  /** For one attempt. */
  readonly timeoutMs?: number;
  /** JSON Schema of the answer, where one is wanted. */
  readonly responseSchema?: Readonly<Record<string, unknown>>;
  /** Which of several drafts of the same step, from 0; drafts do not share a cached reply. */
  readonly draft: number;
  /** What whoever asks wants kept to. */
  readonly instructions?: string;
  /** The same was asked before, and came to no end. */
  readonly isRetry?: true;
  /** Which section of the draft, from 0, where it is written section by section. */
  readonly section?: number;
}
export interface StepReply {
  readonly text: string;
  readonly calls: readonly Call[];
  /** Why the model ended where it is known. */
  readonly finishReason?: string;
}

/** What a workflow made. */
export type WorkflowResult = Pick<
  EventData<typeof ContentGenerated>,
  'content' | 'revised' | 'belowThreshold' | 'brand' | 'truncated' | 'unwrapped'
>;
