/** One way to reach language models. What it returns is all that anyone may know: text, tokens, time, errors. */
export interface ModelProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** True when no model ran: its output and figures are marked simulated wherever they reach. */
  readonly simulated: boolean;
  /** The models it answers for; `*` stands for any. */
  readonly models: readonly string[];
  /** Whether it speaks OpenAI's protocol, and passes verbatim requests on. */
  readonly isVerbatim?: boolean;
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
  /** Servers of OpenAI's protocol go by this alone; the fields above say the same to all others, as far as they can. */
  readonly verbatim?: VerbatimCompletion;
}

/** A chat completion in its caller's own words. It is passed on and answered untouched, fields that nobody here knows among them. */
export interface VerbatimCompletion {
  readonly body: Readonly<Record<string, unknown>>;
  /** For each choice, where the caller set no limit and a budget needs one. */
  readonly limitTokens?: number | undefined;
  /** Told each chunk of a streamed reply instead of `onText`: its JSON as it came, and the text in it. */
  readonly onChunk?: ((json: string, text: string) => void) | undefined;
  /** What the fields beside it cannot say: a provider of another protocol refuses the request for it. */
  readonly untranslatable?: string | undefined;
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
  /** The JSON that the server answered a verbatim request with, unless it streamed. */
  readonly verbatim?: string;
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

/** In OpenAI's words. */
export interface Refusal {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

export class ProviderError extends Error {
  readonly failure: FailureClass;
  readonly retryAfterMs: number | undefined;
  /** The error document of a server that found the request wrong. */
  readonly refusal: Refusal | undefined;

  constructor(
    failure: FailureClass,
    message: string,
    options: { retryAfterMs?: number; refusal?: Refusal; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'ProviderError';
    this.failure = failure;
    this.retryAfterMs = options.retryAfterMs;
    this.refusal = options.refusal;
  }
}

/** Any error as one with a class: what no adapter foresaw is a reply nobody can use. */
export const asProviderError = (error: unknown): ProviderError =>
  error instanceof ProviderError ? error : new ProviderError('malformed_reply', `unforeseen: ${String(error)}`);
