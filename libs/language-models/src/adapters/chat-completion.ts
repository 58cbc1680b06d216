import { parseWithAllDigits } from '@contentflow/kernel';
import {
  ProviderError,
  type FinishReason,
  type ModelReply,
  type ModelToolCall,
  type TokenCounts,
} from '../model-provider.ts';
import { argumentsIn, callIdIn } from '../tool-call-places.ts';
import { field, isRecord, type Secrets } from './error-document.ts';
import { failedDocument, failedReply } from './failures.ts';
import { tokenCounts } from './usage.ts';
import { writtenCharacters } from './written-characters.ts';

/** Who answers, as far as its errors say so. */
export interface Answerer {
  readonly name: string;
  readonly secrets: Secrets;
}

/** A completion or a chunk of one, as far as it is read here. Whatever else is in it is its caller's. */
export interface Completion {
  readonly error?: unknown;
  readonly object?: unknown;
  readonly usage?: unknown;
  /** Groq counts, and fails, in here. */
  readonly x_groq?: { readonly usage?: unknown; readonly error?: unknown } | null;
  /** llama.cpp counts in here. */
  readonly timings?: unknown;
  /** MiniMax fails in here. */
  readonly base_resp?: unknown;
  readonly choices?: readonly Choice[] | null;
}

interface Choice {
  readonly index?: number;
  readonly error?: unknown;
  /** Moonshot counts in here. */
  readonly usage?: unknown;
  readonly message?: Said | null;
  readonly delta?: Said | null;
  readonly text?: unknown;
  /** A word; SGLang's own is an object of a type. */
  readonly finish_reason?: unknown;
  /** Gemini wrote it so. */
  readonly finishReason?: unknown;
}

/** A text may be in parts, and beside it may stand thoughts, a refusal, calls of tools, sound. */
interface Said {
  readonly content?: unknown;
  readonly refusal?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_content?: unknown;
  readonly reasoning_details?: unknown;
  /** GitHub Copilot's. */
  readonly reasoning_text?: unknown;
  readonly thinking?: unknown;
  /** LiteLLM's. */
  readonly thinking_blocks?: unknown;
  /** A list, as a rule; TGI's is the only call itself. */
  readonly tool_calls?: unknown;
  readonly function_call?: { readonly name?: string; readonly arguments?: unknown } | null;
}

export interface ToolCallPart {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
  readonly custom?: { readonly name?: string | null; readonly input?: unknown } | null;
}

export const malformed = ({ name }: Answerer, what: string): ProviderError =>
  new ProviderError('malformed_reply', `${name} ${what}`);

/** @throws ProviderError for what is no JSON object, and for an error that stands where a completion was due */
export function parsed(answerer: Answerer, json: string): Completion {
  let document: unknown;
  try {
    document = parseWithAllDigits(json);
  } catch {
    throw malformed(answerer, 'sent a reply that is not JSON');
  }
  if (typeof document !== 'object' || document === null) throw malformed(answerer, 'sent JSON that is no completion');
  const completion = document as Completion;
  const error = errorOf(completion);
  if (!error) return completion;
  const failure = failedDocument(answerer.name, error, answerer.secrets);
  const used = countsIn(completion);
  throw used ? havingUsed(failure, used) : failure;
}

/** What was counted before it failed is paid. */
export const havingUsed = (error: ProviderError, used: TokenCounts): ProviderError =>
  new ProviderError(error.failure, error.message, { ...error.detail, used, cause: error.cause });

/** Reasons to finish that say that the server failed: by DeepSeek, Zhipu, vLLM. */
const FAILED = /(^|_)(error|fail(ed|ure)?|cancell?ed|abort(ed)?|interrupted|overloaded|insufficient_system_resource)$/i;

/** Beside the completion, instead of it, or inside one of its choices. */
function errorOf(completion: Completion): unknown {
  const { error, object, x_groq: groq, base_resp: status } = completion;
  const reported =
    [error, groq?.error, ...ENVELOPES.map((path) => fieldAt(completion, path))].find(isError) ??
    (status ? miniMaxErrorIn(status) : undefined);
  if (reported) return reported;
  if (object === 'error' || (Array.isArray(completion) && isRecord((completion as unknown[])[0]))) return completion;
  const failed = choicesOf(completion).find((choice) => isError(choice.error) || FAILED.test(finishOf(choice) ?? ''));
  return failed && (isError(failed.error) ? failed.error : failedEnd(failed));
}

/** Where Volcengine and Tencent say that it failed. */
const ENVELOPES = [
  ['ResponseMetadata', 'Error'],
  ['Response', 'Error'],
] as const;
const fieldAt = (document: unknown, path: readonly string[]): unknown => path.reduce(field, document);

/** SGLang says why. */
function failedEnd({ finish_reason: reason }: Choice): unknown {
  const words = field(reason, 'message');
  return {
    message: typeof words === 'string' ? words : 'a choice ended in an error',
    code: field(reason, 'status_code'),
  };
}

/** What is no completion may be a success in another form, whose words are no error. */
const saysItFailed = (document: object): boolean =>
  !SUCCESS.test(String(field(document, 'code'))) && !isRecord(field(document, 'message'));

/** Some say beside each completion that there is none: an empty one, one of the code 0 or 200, or in a word. */
function isError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return Boolean(error) && !NO_ERROR.test(String(error));
  if (Array.isArray(error)) return error.length > 0;
  if (SUCCESS.test(String(field(error, 'code')))) return false;
  return Object.values(error).some((value) => value !== null && value !== '');
}
const NO_ERROR = /^\s*(null|nil|none|undefined|false|0|ok|success)\s*$/i;
const SUCCESS = /^(0|2\d\d)$/;

/** Source: https://www.minimax.io/docs/api-reference/errorcode */
const MINIMAX: ReadonlyMap<unknown, string> = new Map([
  [1001, 'timeout'],
  [1002, 'rate_limit'],
  [1004, 'authentication_error'],
  [1008, 'insufficient_balance'],
  [1026, 'content_filter'],
  [1027, 'content_filter'],
  [1039, 'rate_limit'],
  [2013, 'invalid_request_error'],
  [2049, 'authentication_error'],
]);

function miniMaxErrorIn(status: unknown): unknown {
  const code = field(status, 'status_code');
  if (typeof code !== 'number' || code === 0) return undefined;
  return { message: field(status, 'status_msg'), type: MINIMAX.get(code) ?? 'server_error', code };
}

/**
 * A reply that holds something of what was asked for. One that was filtered is a failure of that class, with the reply in it; so is a
 * refusal, unless it goes to its caller as it came.
 */
export function unfiltered(answerer: Answerer, reply: ModelReply, said?: Pick<Parts, 'refused'>): ModelReply {
  const isFiltered = reply.finishReason === 'content_filter' || said?.refused;
  if (!isFiltered || reply.text !== '' || reply.toolCalls) return reply;
  throw new ProviderError('content_filter', `${answerer.name} filtered its answer`, {
    reply: { ...reply, finishReason: 'content_filter' },
  });
}

/** Which choice a piece is of, where it is one of several; some begin to count at one, or write a number as a text. */
export class MainChoice {
  private main: unknown;
  private isKnown = false;

  /** Whether it is the one that came first. */
  has({ index = 0 }: { readonly index?: unknown }): boolean {
    if (!this.isKnown) this.main = index;
    this.isKnown = true;
    return index === this.main;
  }
}

export const choicesOf = ({ choices }: Completion): readonly Choice[] =>
  Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'object' && choice !== null) : [];

/**
 * A whole completion. Any that says something, or says why not, is one: also without text.
 * @throws ProviderError where it is none
 */
export function completionIn(
  answerer: Answerer,
  json: string,
): { readonly completion: Completion; readonly parts: Parts } {
  const completion = parsed(answerer, json);
  const choices = choicesOf(completion);
  const said = choices.map(
    ({ message, delta, text }) => message ?? delta ?? (typeof text === 'string' ? { content: text } : undefined),
  );
  const [choice] = choices;
  if (choice ? !said[0] && finishOf(choice) === undefined : !isEmpty(completion))
    throw (
      (saysItFailed(completion) ? failedReply(answerer.name, completion, answerer.secrets) : undefined) ??
      malformed(answerer, 'sent a completion without a message')
    );
  const first = said[0] ?? {};
  return {
    completion,
    parts: {
      text: textIn(first.content),
      refused: typeof first.refusal === 'string' && first.refusal !== '',
      calls: callsIn(first),
      finish: choice ? (finishOf(choice) ?? 'stop') : 'none',
      writtenCharacters: said.reduce((sum, each) => sum + writtenIn(each), 0),
    },
  };
}

/** A completion that was made, and counted, without a choice: Gemini's answer to a prompt that it blocks, or of thoughts alone. */
function isEmpty(completion: Completion): boolean {
  const { object, choices = null } = completion;
  const hasNone = Array.isArray(choices) || (choices === null && object === 'chat.completion');
  return hasNone && (countsIn(completion)?.tokensIn ?? 0) > 0;
}

/** What a reply is put together from. */
export interface Parts {
  readonly text: string;
  /** The model said that it will not. */
  readonly refused: boolean;
  readonly calls: readonly ModelToolCall[];
  readonly finish: string;
  readonly writtenCharacters: number;
}

export interface Timing {
  readonly startedAt: number;
  readonly firstAt?: number | undefined;
}

/** @param counts  NaN tells the gateway to estimate */
export function assembled(parts: Parts, counts: TokenCounts, { startedAt, firstAt }: Timing): ModelReply {
  const { text, calls, finish, writtenCharacters } = parts;
  const { tokensIn, tokensOut, tokensCached, tokensCacheWrite, tokensInAll } = counts;
  const timeMs = performance.now() - startedAt;
  return {
    text,
    tokensIn,
    // What was written was not written with no token.
    tokensOut: tokensOut === 0 && writtenCharacters > 0 ? NaN : tokensOut,
    ...(tokensCached > 0 && { tokensCached }),
    ...(tokensCacheWrite > 0 && { tokensCacheWrite }),
    ...(tokensInAll !== undefined && { tokensInAll }),
    writtenCharacters,
    timeToFirstTokenMs: firstAt === undefined ? timeMs : firstAt - startedAt,
    timeMs,
    finishReason: finishReasonOf(finish),
    ...(calls.length > 0 && { toolCalls: calls }),
  };
}

/** The count of a completion, or of a chunk of one; undefined where there is none in it. */
export function countsIn(completion: Completion): TokenCounts | undefined {
  const { usage, x_groq: groq, timings } = completion;
  const counted = usage ?? groq?.usage ?? choicesOf(completion).find((choice) => choice.usage)?.usage ?? timings;
  if (counted === undefined || counted === null) return undefined;
  const counts = tokenCounts(counted);
  const isElsewhere = counted === usage && groq?.usage && !(counts.tokensIn > 0);
  return isElsewhere ? tokenCounts(groq.usage) : counts;
}

/** Mistral's thinking models, and some others, answer in parts. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: unknown) => (typeof part === 'string' ? part : partText(part))).join('');
}

function partText(part: unknown): string {
  const { type, text } = (part ?? {}) as { type?: unknown; text?: unknown };
  return typeof text === 'string' && type !== 'thinking' && type !== 'reasoning' ? text : '';
}

/** Characters, thoughts and calls included. Thoughts that stand under several names are the same. */
export function writtenIn(said: Said | null | undefined): number {
  if (!said) return 0;
  const { content, refusal, tool_calls: calls, function_call: call } = said;
  const thoughts = [
    said.reasoning_content,
    said.reasoning,
    said.thinking,
    said.reasoning_details,
    said.reasoning_text,
    said.thinking_blocks,
  ].map(writtenCharacters);
  return Math.max(...thoughts) + writtenCharacters([content, refusal, calls, call]);
}

const callsIn = (said: Said): ModelToolCall[] =>
  (said.function_call ? [{ function: said.function_call }] : callPartsIn(said)).map(toolCall);

/** Those that are calls at all. */
export const callPartsIn = ({ tool_calls: calls }: Pick<Said, 'tool_calls'>): readonly ToolCallPart[] => {
  const parts = Array.isArray(calls) ? (calls as unknown[]) : [field(calls, 'function') ? calls : undefined];
  return parts.filter((part): part is ToolCallPart => typeof part === 'object' && part !== null);
};

const toolCall = (part: ToolCallPart): ModelToolCall => ({
  id: callIdIn(part),
  name: part.function?.name ?? part.custom?.name ?? '',
  arguments: argumentsIn(part),
});

/** Some write null as a word. */
export const finishOf = ({ finish_reason: reason, finishReason }: Choice): string | undefined => {
  const said = reason ?? finishReason;
  const finish = field(said, 'type') ?? said;
  return typeof finish === 'string' && finish !== '' && finish !== 'null' ? finish : undefined;
};

/** Calls that are malformed: Gemini's words, in OpenAI's protocol and in its own, and Bedrock's. */
const FINISH_REASONS: readonly (readonly [RegExp, FinishReason])[] = [
  [/^(stop|eos|eos_token|end_turn|stop_sequence|completed?)$/i, 'stop'],
  [
    /^(\w*_)?(length|max_\w*tokens?|token_limit|truncated|context_window|time_limit|timeout|time)(_limit|_exceeded|_reached)?$/i,
    'length',
  ],
  [
    /^(content[_-]?filter(ed)?|(\w+_)?safety|refusal|sensitive|(\w+_)?prohibited_content|(\w+_)?recitation|blocklist|spii|guardrails?_intervened|error_toxic)(\W|$)/i,
    'content_filter',
  ],
  [
    /^(function_call_filter(\W|$)|malformed_(function_call|tool_(use|call)|response|model_output)|unexpected_tool_call|too_many_tool_calls|missing_thought_signature)/i,
    'malformed_call',
  ],
  [/^(tool_calls?|function_call|tool_use)$/i, 'tool_calls'],
];

/** Why a reply ended, by any of the names that servers have for it. */
export const finishReasonOf = (reason: string): FinishReason =>
  FINISH_REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other';
