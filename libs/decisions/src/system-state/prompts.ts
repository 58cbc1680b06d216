import { PromptCandidatesRequested } from '@contentflow/contracts';
import { slice } from './slice.ts';

export interface PromptsState {
  /** New prompts asked for, in order. */
  readonly promptRequests: readonly PromptRequest[];
}

export interface PromptRequest {
  readonly requestId: string;
  readonly contentType: string;
  /** Hash of the prompt they are to better. */
  readonly parent: string;
  readonly at: number;
}

export const promptsSlice = slice<PromptsState>({ promptRequests: [] }).on(
  PromptCandidatesRequested,
  ({ promptRequests }, { requestId, contentType, parent }, at) =>
    promptRequests.some((each) => each.requestId === requestId)
      ? 'they are asked for already'
      : { promptRequests: [...promptRequests, { requestId, contentType, parent, at }] },
);
