/** One way to reach language models. What it returns is all that anyone may know: text, tokens, time, errors. */
export interface ModelProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** True when no model ran: its output and figures are marked simulated wherever they reach. */
  readonly simulated: boolean;
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
  readonly seed?: number;
  /** JSON Schema of the answer, where one is wanted. */
  readonly responseSchema?: Readonly<Record<string, unknown>>;
  /** Told each piece of text as it arrives. */
  readonly onText?: (piece: string) => void;
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ModelReply {
  readonly text: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly timeToFirstTokenMs: number;
  readonly timeMs: number;
  readonly finishReason: 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'other';
}

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
