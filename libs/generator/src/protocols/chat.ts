import { callPartsIn } from '@contentflow/language-models';

/** A chat completion's request, as the other protocols are translated into it. */
export type ChatBody = Record<string, unknown> & { readonly model: string; readonly messages: readonly ChatMessage[] };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly ChatPart[] | null;
  /** Thoughts of a turn, which some servers must be told again: DeepSeek's within a loop of tools. One that will not have them is asked without. */
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly ChatToolCall[];
  readonly tool_call_id?: string;
}

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string; readonly detail?: string } }
  | { readonly type: 'file'; readonly file: Readonly<Record<string, unknown>> };

export interface ChatToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
  /** Gemini's signature of the thoughts before it. */
  readonly extra_content?: unknown;
}

/** A function without parameters: servers that check the schema want it to be of an object. */
export const NO_PARAMETERS = { type: 'object', properties: {} };

/**
 * What a tool answered, as a message of its own, and what it showed: chats take texts alone of tools, so that images stand in what the user says
 * next.
 */
export function toolMessage(callId: string, parts: readonly ChatPart[]): { message: ChatMessage; shown: ChatPart[] } {
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const shown = parts.filter((part) => part.type !== 'text');
  const label = `What the call ${callId} showed:`;
  return {
    message: { role: 'tool', tool_call_id: callId, content: text || (shown.length > 0 ? SHOWN_NEXT : '') },
    shown: shown.length > 0 ? [{ type: 'text', text: label }, ...shown] : [],
  };
}
const SHOWN_NEXT = 'It is shown in the next message of the user.';

/** What is read of an answer; servers differ in what they leave out, or say null for. */
export interface ChatResponse {
  readonly content?: unknown;
  readonly refusal?: unknown;
  readonly reasoning?: unknown;
  readonly reasoning_content?: unknown;
  readonly reasoning_details?: unknown;
  /** GitHub Copilot's. */
  readonly reasoning_text?: unknown;
  readonly thinking?: unknown;
  /** Gemini's mark of what it thinks, which stands in its content. */
  readonly extra_content?: unknown;
  /** Anthropic's, as LiteLLM hands them on. */
  readonly thinking_blocks?: unknown;
  /** A list, as a rule; TGI's is the only call itself. */
  readonly tool_calls?: unknown;
  /** The only call, in the older form. */
  readonly function_call?: ChatCallPiece['function'];
}

export interface ChatCallPiece {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
  readonly extra_content?: unknown;
}

export interface ChatChoice<Said> {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly logprobs?: { readonly content?: readonly unknown[] | null } | null;
  readonly delta?: Said | null;
  readonly message?: Said | null;
  /** Some say it beside the message. */
  readonly text?: unknown;
}

export interface ChatChunk {
  readonly usage?: unknown;
  readonly choices?: readonly ChatChoice<ChatResponse>[] | null;
}

/** Some servers answer in parts, thoughts among them. */
export function textIn(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { type?: unknown; text?: unknown } | null) =>
      typeof part?.text === 'string' && part.type !== 'thinking' && part.type !== 'reasoning' ? part.text : '',
    )
    .join('');
}

/** The text of thoughts, under the first of the names that servers have for it which holds any; Mistral's stand within the content. */
export function thoughtsIn(said: ChatResponse): string {
  const { reasoning_content: newer, reasoning, thinking, reasoning_details: details, thinking_blocks: blocks } = said;
  const told = [newer, reasoning, thinking, said.reasoning_text, details].map(textIn);
  return [...told, summariesIn(details), ...[blocks, said.content].map(thoughtPartsIn)].find(Boolean) ?? '';
}

/** OpenRouter's, of models that tell their thoughts in short alone. */
const summariesIn = (details: unknown): string =>
  Array.isArray(details)
    ? details
        .map((part: { summary?: unknown } | null) => (typeof part?.summary === 'string' ? part.summary : ''))
        .join('')
    : '';

function thoughtPartsIn(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { type?: unknown; thinking?: unknown } | null) =>
      part?.type === 'thinking' ? textIn(part.thinking) : '',
    )
    .join('');
}

/** The choices of chunk after chunk. What Gemini marks as thoughts within the content is told as such. */
export class ChoicePieces {
  private isAfterThoughts = false;

  of(chunk: ChatChunk): readonly ChatChoice<ChatResponse>[] {
    return choicesIn(chunk).map((choice) =>
      choice.delta ? { ...choice, delta: this.unmarked(choice.delta) } : choice,
    );
  }

  private unmarked(delta: ChatResponse): ChatResponse {
    const { content } = delta;
    if (typeof content !== 'string' || content === '') return delta;
    const { extra_content: mark } = delta as { extra_content?: { google?: { thought?: unknown } | null } | null };
    if (mark?.google?.thought !== true) {
      const isEnd = this.isAfterThoughts && content.startsWith(THOUGHTS_END);
      this.isAfterThoughts = false;
      return isEnd ? { ...delta, content: content.slice(THOUGHTS_END.length) } : delta;
    }
    const [thoughts = '', ...said] = content.replace(THOUGHTS_BEGIN, '').split(THOUGHTS_END);
    this.isAfterThoughts = said.length === 0;
    return { ...delta, reasoning_content: thoughts, content: said.join(THOUGHTS_END) };
  }
}
const THOUGHTS_BEGIN = /^<thought>/;
const THOUGHTS_END = '</thought>';

/** The choices of a chunk, where it has any: a list of records. */
function choicesIn({ choices }: ChatChunk): readonly ChatChoice<ChatResponse>[] {
  const all: unknown = choices;
  if (!Array.isArray(all)) return [];
  return all
    .filter((each): each is ChatChoice<ChatResponse> => typeof each === 'object' && each !== null)
    .map((each) => (each.delta || typeof each.text !== 'string' ? each : { ...each, delta: { content: each.text } }));
}

/** That the model will not, in words. */
export const refusalIn = ({ refusal }: ChatResponse): string => (typeof refusal === 'string' ? refusal : '');

/** The pieces of calls in it. */
export const callPiecesIn = ({ function_call: only, ...said }: ChatResponse): readonly ChatCallPiece[] =>
  only ? [{ index: 0, function: only }] : callPartsIn(said);

/** Tokens of thoughts, where a server counts them soundly. */
export function thoughtTokensIn(usage: unknown): number {
  const details = (usage as { completion_tokens_details?: { reasoning_tokens?: unknown } | null } | null)
    ?.completion_tokens_details;
  const count = details?.reasoning_tokens;
  return Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : 0;
}
