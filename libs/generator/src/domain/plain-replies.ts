import { OutputRefused } from './deliverable.ts';
import { plainText, type Wrapping } from './plain-text.ts';
import type { CallModel, WorkflowResult, StepReply, StepRequest } from './step-call.ts';

/** What models answer for the steps of one content: the text alone, whole where twice the room makes it whole. */
export class PlainReplies {
  private readonly truncated = new Set<string>();
  private readonly unwrapped = new Set<Wrapping>();

  /** @param mayAskAgain  false where what a model writes is told as it comes */
  constructor(
    private readonly call: CallModel,
    private readonly mayAskAgain: boolean,
  ) {}

  /** @throws OutputRefused for a text that was filtered on the way */
  async of(request: StepRequest): Promise<StepReply> {
    const reply = await this.inFull(request);
    if (reply.finishReason === 'content_filter')
      throw new OutputRefused('content_filter', `step "${request.step}" was filtered by its model`);
    const { text, unwrapped } = plainText(reply.text);
    if (reply.finishReason === 'length') this.truncated.add(text.trim());
    for (const wrapping of unwrapped) this.unwrapped.add(wrapping);
    return { ...reply, text };
  }

  /** What is to be said of texts that are delivered. */
  notesOn(texts: readonly string[]): Pick<WorkflowResult, 'truncated' | 'unwrapped'> {
    const isTruncated = [...this.truncated].some((part) => part !== '' && texts.some((text) => text.includes(part)));
    return {
      ...(isTruncated && { truncated: true }),
      ...(this.unwrapped.size > 0 && { unwrapped: [...this.unwrapped].sort() }),
    };
  }

  /** Once more, with twice the room, where there was too little. */
  private async inFull(request: StepRequest): Promise<StepReply> {
    const reply = await this.call(request);
    if (reply.finishReason !== 'length') return reply;
    if (!this.mayAskAgain && plainText(reply.text).text !== '') return reply;
    return this.call({ ...request, maxOutputTokens: request.maxOutputTokens * 2, isRetry: true });
  }
}
