/** One way to reach language models. What it returns is all that anyone may know: text, tokens, time, errors. */
export interface ModelProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** True when no model ran: its output and figures are marked simulated wherever they reach. */
  readonly simulated: boolean;
  /** The models it answers for; `*` stands for any. */
  readonly models: readonly string[];
  /** @throws ProviderError, and nothing else */
  generate(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
  close?(): Promise<void>;
}

export type ProviderKind = 'openai-compatible' | 'openai' | 'anthropic' | 'local' | 'ollama' | 'sandbox';

export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly maxOutputTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** JSON Schema of the answer, where one is wanted. */
  readonly responseSchema?: Readonly<Record<string, unknown>>;
  /** What the model may ask its caller to run; it answers with `toolCalls`. */
  readonly tools?: readonly ModelTool[];
  readonly toolChoice?: 'auto' | 'none' | 'required' | { readonly name: string };
  /** Told each piece of text as it arrives. */
  readonly onText?: (piece: string) => void;
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** What an assistant asked for earlier in the conversation. */
  readonly toolCalls?: readonly ModelToolCall[];
  /** Which of those calls a message of role `tool` answers. */
  readonly toolCallId?: string;
}

export interface ModelTool {
  readonly name: string;
  readonly description?: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON, as the model wrote it: it may not fit the schema. */
  readonly arguments: string;
}

export interface ModelReply {
  readonly text: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Until the first piece of text, where the reply was streamed; until the reply itself, where it was not. */
  readonly timeToFirstTokenMs: number;
  readonly timeMs: number;
  readonly finishReason: FinishReason;
  readonly toolCalls?: readonly ModelToolCall[];
}

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'other';

/** Why a call failed, in the words that failure analysis, retries and breakers share. */
export type FailureClass =
  | 'rate_limited'
  | 'timeout'
  | 'server_error'
  | 'connection'
  | 'malformed_reply'
  | 'content_filter'
  | 'bad_request'
  | 'authentication'
  | 'unknown_model'
  | 'budget_exhausted'
  | 'circuit_open'
  | 'cancelled';

export class ProviderError extends Error {
  readonly failure: FailureClass;
  readonly retryAfterMs: number | undefined;

  constructor(failure: FailureClass, message: string, options: { retryAfterMs?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'ProviderError';
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Any error as one with a class: what no adapter foresaw is a reply nobody can use. */
export const asProviderError = (error: unknown): ProviderError =>
  error instanceof ProviderError ? error : new ProviderError('malformed_reply', `unforeseen: ${String(error)}`);
