import { ProviderError, type FinishReason, type ModelReply, type ModelToolCall } from '../model-provider.ts';
import type { Secrets } from './error-document.ts';
import { failedDocument } from './failures.ts';
import { tokenCounts, type TokenCounts } from './usage.ts';

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
  readonly choices?: readonly Choice[] | null;
}

interface Choice {
  readonly index?: number;
  readonly error?: unknown;
  readonly message?: Said | null;
  readonly delta?: Said | null;
  readonly text?: unknown;
  readonly finish_reason?: unknown;
}

/** A text may be in parts, and beside it may stand thoughts, a refusal, calls of tools, sound. */
interface Said {
  readonly content?: unknown;
  readonly refusal?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_content?: unknown;
  readonly tool_calls?: readonly ToolCallPart[] | null;
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
    document = JSON.parse(json);
  } catch {
    throw malformed(answerer, 'sent a reply that is not JSON');
  }
  if (typeof document !== 'object' || document === null) throw malformed(answerer, 'sent JSON that is no completion');
  const completion = document as Completion;
  const error = errorOf(completion);
  if (error) throw failedDocument(answerer.name, error, answerer.secrets);
  return completion;
}

/** Beside the completion, instead of it, or inside one of its choices. */
function errorOf(completion: Completion): unknown {
  const { error, object, x_groq: groq } = completion;
  if (error || groq?.error) return error || groq?.error;
  if (object === 'error' || (Array.isArray(completion) && (completion as unknown[])[0])) return completion;
  const failed = choicesOf(completion).find((choice) => choice.error || choice.finish_reason === 'error');
  return failed && (failed.error ?? { message: 'a choice ended in an error' });
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
    ({ message, text }) => message ?? (typeof text === 'string' ? { content: text } : undefined),
  );
  const [choice] = choices;
  if (!choice || (!said[0] && typeof choice.finish_reason !== 'string'))
    throw malformed(answerer, 'sent a completion without a message');
  const first = said[0] ?? {};
  return {
    completion,
    parts: {
      text: textIn(first.content),
      refused: typeof first.refusal === 'string' && first.refusal !== '',
      calls: callsIn(first),
      finish: finishOf(choice) ?? 'stop',
      writtenCharacters: said.reduce((sum, each) => sum + writtenIn(each), 0),
    },
  };
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
  const { tokensIn, tokensOut, tokensCached, tokensCacheWrite } = counts;
  const timeMs = performance.now() - startedAt;
  return {
    text,
    tokensIn,
    // What was written was not written with no token.
    tokensOut: tokensOut === 0 && writtenCharacters > 0 ? NaN : tokensOut,
    ...(tokensCached > 0 && { tokensCached }),
    ...(tokensCacheWrite > 0 && { tokensCacheWrite }),
    writtenCharacters,
    timeToFirstTokenMs: firstAt === undefined ? timeMs : firstAt - startedAt,
    timeMs,
    finishReason: finishReasonOf(finish),
    ...(calls.length > 0 && { toolCalls: calls }),
  };
}

/** The count of a completion, or of a chunk of one; undefined where there is none in it. */
export function countsIn({ usage, x_groq: groq }: Completion): TokenCounts | undefined {
  const told = usage ?? groq?.usage;
  return told === undefined || told === null ? undefined : tokenCounts(told);
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

/** Characters, thoughts and calls included. */
export function writtenIn(said: Said | null | undefined): number {
  if (!said) return 0;
  const { content, refusal, reasoning, reasoning_content: thoughts, tool_calls: calls, function_call: call } = said;
  const parts = [content, refusal, thoughts ?? reasoning, calls, call];
  return parts.reduce<number>((sum, part) => sum + lengthOf(part), 0);
}

function lengthOf(part: unknown): number {
  if (typeof part === 'string') return part.length;
  return typeof part === 'object' && part !== null ? JSON.stringify(part).length : 0;
}

const callsIn = ({ tool_calls: calls, function_call: older }: Said): ModelToolCall[] =>
  older ? [toolCall({ function: older })] : (Array.isArray(calls) ? (calls as ToolCallPart[]) : []).map(toolCall);

function toolCall({ id, function: called, custom }: ToolCallPart): ModelToolCall {
  const given = called?.arguments ?? custom?.input ?? '';
  return {
    id: id ?? '',
    name: called?.name ?? custom?.name ?? '',
    arguments: typeof given === 'string' ? given : JSON.stringify(given),
  };
}

export const finishOf = ({ finish_reason: finish }: Choice): string | undefined =>
  typeof finish === 'string' && finish !== '' ? finish : undefined;

const FINISH_REASONS: readonly (readonly [RegExp, FinishReason])[] = [
  [/^(stop|eos|eos_token|end_turn|stop_sequence|completed?)$/i, 'stop'],
  [/^(length|max_tokens|max_output_tokens|model_length)$/i, 'length'],
  [
    /^(content_?filter(ed)?|safety|refusal|sensitive|prohibited_content|recitation|blocklist|spii)(\W|$)/i,
    'content_filter',
  ],
  [/^(tool_calls?|function_call|tool_use)$/i, 'tool_calls'],
];
const finishReasonOf = (reason: string): FinishReason =>
  FINISH_REASONS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'other';
