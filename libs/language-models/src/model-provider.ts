/** One way to reach language models. What it returns is all that anyone may know: text, tokens, time, errors. */
export interface ModelProvider {
  readonly name: string;
  readonly kind: ProviderKind;
  /** True when no model ran: its output and figures are marked simulated wherever they reach. */
  readonly simulated: boolean;
  /** The models it answers for; `*` stands for any. */
  readonly models: readonly string[];
  /** The endpoints whose requests it passes on in their caller's own words; a server of OpenAI's protocol may turn out to lack some. */
  readonly passesOn?: readonly Endpoint[];
  /** It takes images where it does not pass a request on. */
  readonly seesImages?: true;
  /** @throws ProviderError, and nothing else */
  generate(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply>;
  close?(): Promise<void>;
}

/** What clients of model servers send their requests to. All but embeddings can be said as a chat completion, more or less. */
export type Endpoint =
  'chat/completions' | 'responses' | 'responses/compact' | 'completions' | 'embeddings' | 'messages';

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
  /** Where more was told than has been read: resolves once it has, or nobody reads any more. Until then nothing more is asked of the server. */
  readonly whenRead?: (() => Promise<void> | undefined) | undefined;
  /** Told whenever anything arrives, also what is no text: the silence that `timeoutMs` allows begins anew. */
  readonly onAlive?: () => void;
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
  /** Told once a stream has begun, before anything has come of it, with the headers that are passed on; and each comment in it. */
  readonly onOpen?: ((headers: Readonly<Record<string, string>>) => void) | undefined;
  readonly onComment?: ((comment: string) => void) | undefined;
  /** What the fields beside it cannot say: a provider of another protocol refuses the request for it. */
  readonly unsupported?: UnsupportedField | undefined;
  /** What was asked in the first place, where that was no chat completion: `body` says the same, as far as it can. */
  readonly native?: NativeRequest | undefined;
}

/** What a translation cannot say: the field that asks for it, under its caller's name, and what it asks for. */
export interface UnsupportedField {
  readonly param: string;
  readonly what: string;
}

/** A request to another endpoint in its caller's own words, for providers that have that endpoint. */
export interface NativeRequest {
  readonly endpoint: Exclude<Endpoint, 'chat/completions'>;
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the caller's, those that the protocol itself knows. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told each event of a streamed reply: its JSON as it came, its name where it has one, and the text in it. */
  readonly onEvent?: ((json: string, name: string | undefined, text: string) => void) | undefined;
  /** What no chat completion can say. */
  readonly unsupported?: UnsupportedField | undefined;
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** The same with its images, in order, where a user shows some. */
  readonly parts?: readonly ModelPart[];
  /** What an assistant asked for earlier in the conversation. */
  readonly toolCalls?: readonly ModelToolCall[];
  /** Which of those calls a message of role `tool` answers. */
  readonly toolCallId?: string;
}

/** An image is a URL, of `data:` or of the web. */
export type ModelPart = { readonly text: string } | { readonly imageUrl: string };

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
  /** Of those that went in: read from the provider's cache, and written to it, where it says. */
  readonly tokensCached?: number;
  readonly tokensCacheWrite?: number;
  /** All that the model wrote, its thoughts and tool calls too: by it a reply is estimated that nobody counted. */
  readonly writtenCharacters?: number;
  /** In and out, where the server counted no more than that. */
  readonly tokensInAll?: number;
  /** The server counted no tokens, or not soundly. */
  readonly isEstimated?: true;
  /** Until the first piece of text, where the reply was streamed; until the reply itself, where it was not. */
  readonly timeToFirstTokenMs: number;
  readonly timeMs: number;
  readonly finishReason: FinishReason;
  readonly toolCalls?: readonly ModelToolCall[];
  /** The JSON that the server answered a verbatim request with, unless it streamed. */
  readonly verbatim?: string;
  /** The endpoint that was asked, where it was no chat completion: `verbatim` and the events are in its words. */
  readonly endpoint?: NativeRequest['endpoint'];
  /** What the server says beside it: how much is left to the caller, and its own name for the request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** `malformed_call`: the model wrote a call of a tool that its own server could not read, so that nothing of it can be used. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls' | 'malformed_call' | 'other';

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

/** A server's own error document, in OpenAI's words; `type`, `code` and `param` are as it wrote them, and so is all else in it. */
export interface Refusal {
  readonly message: string;
  readonly [more: string]: unknown;
}

/** What more is known of a failure. */
export interface FailureDetail {
  readonly retryAfterMs?: number;
  /** As the server answered, or says that it would have. */
  readonly status?: number;
  readonly refusal?: Refusal;
  /** Not to be tried again at this target, although its class is. */
  readonly isFinal?: true;
  /** It did not come to a connection: nothing was asked, and nothing is charged. */
  readonly isUnsent?: true;
  /** Of a circuit that is open: what went wrong last, for whomever that was. */
  readonly after?: string;
  /** What went wrong, in words of ours alone; absent where the message has no others. */
  readonly outline?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the server answered nevertheless, and counted: a completion that says that its text was filtered. */
  readonly reply?: ModelReply;
  /** What it counted before it failed; NaN where it did not. */
  readonly used?: TokenCounts;
}

/** What a server counted. NaN where it did not, or counted what cannot be: the gateway then estimates. */
export interface TokenCounts {
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** Of those that went in: read from the provider's cache, and written to it. */
  readonly tokensCached: number;
  readonly tokensCacheWrite: number;
  /** Of both, where it counted no more than that. */
  readonly tokensInAll?: number;
}

export class ProviderError extends Error {
  readonly failure: FailureClass;
  readonly detail: FailureDetail;

  constructor(failure: FailureClass, message: string, options: FailureDetail & { cause?: unknown } = {}) {
    const { cause, ...detail } = options;
    super(message, { cause });
    this.name = 'ProviderError';
    this.failure = failure;
    this.detail = detail;
  }

  get retryAfterMs(): number | undefined {
    return this.detail.retryAfterMs;
  }

  /** For logs, traces and other callers: a server's own words may quote what its caller said. */
  get outline(): string {
    return this.detail.outline ?? this.message;
  }

  get refusal(): Refusal | undefined {
    return this.detail.refusal;
  }
}

/** Any error as one with a class: what no adapter foresaw is a reply nobody can use. */
export const asProviderError = (error: unknown): ProviderError =>
  error instanceof ProviderError
    ? error
    : new ProviderError('malformed_reply', `unforeseen: ${String(error)}`, { outline: 'an unforeseen error' });

/** A request that a provider's protocol has no words for. */
export const unsupportedRequest = (provider: string, { param, what }: UnsupportedField): ProviderError => {
  const message = `${provider} cannot be asked for ${what}`;
  return new ProviderError('bad_request', message, { refusal: { message, type: 'invalid_request_error', param } });
};
