import { alarm, MINUTE_MS, systemClock } from '@contentflow/kernel';
import type { GatewayReply, ModelToolCall } from '@contentflow/language-models';
import { Readable } from 'node:stream';
import type { ErrorEvent } from './completion-errors.ts';

/** What was made for a completion, where no server of OpenAI's protocol said it in its own words. */
export interface Answer extends Pick<
  GatewayReply,
  'text' | 'toolCalls' | 'tokensIn' | 'tokensOut' | 'tokensCached' | 'tokensCacheWrite' | 'isEstimated' | 'simulated'
> {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly model: string;
  readonly finishReason: string;
}

/** What an answer took, soundly counted or estimated. */
export type Used = Pick<Answer, 'tokensIn' | 'tokensOut' | 'tokensCached' | 'tokensCacheWrite' | 'isEstimated'>;

/** One document, in the protocol's words. */
export function completionOf(answer: Answer): object {
  const { id, created, model, text, toolCalls, finishReason, simulated } = answer;
  const said = text === '' && toolCalls ? null : text;
  const message = { role: 'assistant', content: said, ...(toolCalls && { tool_calls: toolCalls.map(asToolCall) }) };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, finish_reason: finishOf(finishReason), message }],
    usage: usageOf(answer),
    simulated,
  };
}

const asToolCall = ({ id, name, arguments: given }: ModelToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: given },
});
/** In OpenAI's words, which have none for what is not known. */
export const finishOf = (reason: string): string => (NO_WORD.has(reason) ? 'stop' : reason);
const NO_WORD: ReadonlySet<string> = new Set(['other', 'malformed_call']);
/** Where the server counted nothing, what is said is an estimate, and says so. */
export const usageOf = ({ tokensIn, tokensOut, tokensCached, isEstimated }: Omit<Used, 'tokensCacheWrite'>) => ({
  prompt_tokens: tokensIn,
  completion_tokens: tokensOut,
  total_tokens: tokensIn + tokensOut,
  ...(tokensCached !== undefined && { prompt_tokens_details: { cached_tokens: tokensCached } }),
  ...(isEstimated && { estimated: true }),
});

/** A reader that takes nothing for so long has stopped: it holds a turn, a place at the server and money that was set aside. */
const LONGEST_UNREAD_MS = MINUTE_MS;

/** A completion as server-sent events. */
export class CompletionStream extends Readable {
  /** Resolves with the first event, so that what fails before can still say so by its status. */
  readonly begun: Promise<this>;
  private readonly beginning = Promise.withResolvers<this>();
  private hasStarted = false;
  private unread: PromiseWithResolvers<void> | undefined;

  /**
   * @param flush  sends the headers, as soon as somebody reads: a proxy on the way gives up on what does not begin
   * @param giveUp  of a reader that has stopped
   */
  constructor(
    flush: () => void,
    private readonly giveUp: () => void,
  ) {
    super();
    this.begun = this.beginning.promise;
    this.once('resume', flush);
  }

  override _read(): void {
    this.unread?.resolve();
    this.unread = undefined;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this._read();
    done(error);
  }

  /** Resolves once there is room for more, or nobody reads any more; undefined where there is. */
  whenRead(): Promise<void> | undefined {
    if (this.destroyed || this.readableLength < this.readableHighWaterMark) return undefined;
    this.unread ??= this.awaited();
    return this.unread.promise;
  }

  private awaited(): PromiseWithResolvers<void> {
    const unread = Promise.withResolvers<void>();
    void unread.promise.then(alarm(systemClock, LONGEST_UNREAD_MS, this.giveUp));
    return unread;
  }

  /** From here on what fails can no longer say so by its status. */
  begin(): void {
    this.hasStarted = true;
    this.beginning.resolve(this);
  }

  /** An event, as JSON. */
  tell(json: string, name?: string): void {
    if (this.destroyed) return;
    this.push(name === undefined ? `data: ${json}\n\n` : `event: ${name}\ndata: ${json}\n\n`);
    this.begin();
  }

  /** Shows that something is under way. */
  comment(text: string): void {
    if (this.destroyed) return;
    this.push(`: ${text}\n\n`);
    this.begin();
  }

  /** @param mark  what says that it was whole, where the protocol has no event for it */
  finish(mark?: string): void {
    if (mark !== undefined) this.tell(mark);
    this.begin();
    this.push(null);
  }

  /** @param events  say the same as the error, to those who have begun to read */
  fail(error: unknown, events: readonly ErrorEvent[]): void {
    if (!this.hasStarted) return this.beginning.reject(error);
    for (const { document, name } of events) this.tell(JSON.stringify(document), name);
    this.push(null);
  }
}

/** Puts what comes piece by piece into chunks. */
export class Chunks {
  private isFirst = true;

  constructor(
    private readonly head: Pick<Answer, 'id' | 'created' | 'model'>,
    private readonly tell: (json: string) => void,
  ) {}

  text(content: string): void {
    this.chunk({ ...this.role(), content });
  }

  /** What was used, to whom asked for it. */
  usage(answer: Answer): void {
    this.send({ choices: [], usage: usageOf(answer) });
  }

  end(answer: Answer): void {
    const calls = answer.toolCalls?.map((call, index) => ({ index, ...asToolCall(call) }));
    if (calls) this.chunk({ ...this.role(), tool_calls: calls });
    this.chunk(this.role(), finishOf(answer.finishReason));
  }

  private role(): { role?: 'assistant' } {
    const { isFirst } = this;
    this.isFirst = false;
    return isFirst ? { role: 'assistant' } : {};
  }

  private chunk(delta: object, finish: string | null = null): void {
    this.send({ choices: [{ index: 0, delta, finish_reason: finish }] });
  }

  private send(body: object): void {
    const { id, created, model } = this.head;
    this.tell(JSON.stringify({ id: `chatcmpl-${id}`, object: 'chat.completion.chunk', created, model, ...body }));
  }
}
