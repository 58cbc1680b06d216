import { isRecord } from '@contentflow/contracts';
import { parseWithAllDigits } from '@contentflow/kernel';
import { finishReasonOf, isWholeCall, MainChoice } from '@contentflow/language-models';
import type { Used } from '../completions/completion-answer.ts';
import { callMarks } from './call-marks.ts';
import { CallPieces, type CallRead } from './call-pieces.ts';
import { callPiecesIn, type ChatChunk, ChoicePieces, refusalIn, textIn, thoughtsIn } from './chat.ts';
import type { EmitEvent, Translated } from './translation.ts';

export interface MessageHead {
  readonly id: string;
  readonly model: string;
  /** What goes in, as far as it is known before anything is counted. */
  readonly tokensIn: number;
}

type Block =
  | { readonly type: 'text'; text: string }
  | { readonly type: 'thinking'; thinking: string; readonly signature: '' }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; json: string };

const STOP_REASONS: ReadonlyMap<string, string> = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['content_filter', 'refusal'],
]);

/**
 * A chat completion as a message of Anthropic's, and its chunks as the events of one.
 * Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming
 */
export class MessageAnswer implements Translated {
  private readonly blocks: Block[] = [];
  /** Which block a call stands in, by its index among the calls. */
  private readonly pieces = new CallPieces();
  private readonly calls = new Map<number, number>();
  /** The call whose block is open, and pieces of others, which a reader must not be told before it has ended. */
  private writing: number | undefined;
  private readonly waiting = new Map<number, CallRead>();
  private readonly choices = new ChoicePieces();
  private readonly main = new MainChoice();
  private hasStarted = false;
  private isOpen = false;
  private stop = 'end_turn';
  private used: Used | undefined;

  constructor(
    private readonly head: MessageHead,
    private readonly emitEvent: EmitEvent,
  ) {}

  chunk(chunk: ChatChunk): void {
    this.begin();
    for (const choice of this.choices.of(chunk)) {
      if (!this.main.has(choice)) continue;
      const { delta, finish_reason: finish } = choice;
      const thoughts = delta ? thoughtsIn(delta) : '';
      if (thoughts) this.addThoughts(thoughts);
      const refusal = delta ? refusalIn(delta) : '';
      const text = textIn(delta?.content) + refusal;
      if (text) this.addText(text);
      for (const piece of delta ? callPiecesIn(delta) : []) this.addCall(this.pieces.read(piece));
      if (refusal) this.stop = 'refusal';
      else if (finish && this.stop !== 'refusal') this.stop = STOP_REASONS.get(finishReasonOf(finish)) ?? 'end_turn';
    }
  }

  whole(used: Used): object {
    this.begin();
    for (const read of this.pieces.rest()) this.addCall(read);
    this.tellAllWaiting();
    this.close();
    this.used = used;
    for (const [at, index] of this.calls) {
      const block = this.blocks[index];
      if (block?.type === 'tool_use') callMarks.keep(this.head.model, block.id, this.pieces.markOf(at));
    }
    // Some servers say of calls that they stopped.
    if (this.calls.size > 0 && this.stop === 'end_turn') this.stop = 'tool_use';
    return { ...this.message(), content: this.blocks.map(shown), stop_reason: this.stop, usage: usageOf(used) };
  }

  end(): void {
    const delta = { stop_reason: this.stop, stop_sequence: null };
    this.tell('message_delta', { delta, usage: this.used ? usageOf(this.used) : {} });
    this.tell('message_stop', {});
  }

  private begin(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    const usage = { input_tokens: this.head.tokensIn, output_tokens: 0 };
    this.tell('message_start', { message: { ...this.message(), content: [], stop_reason: null, usage } });
  }

  private message(): object {
    const { id, model } = this.head;
    return { id, type: 'message', role: 'assistant', model, stop_sequence: null };
  }

  private addText(text: string): void {
    const block = this.opened('text', () => ({ type: 'text', text: '' }));
    block.text += text;
    this.delta({ type: 'text_delta', text });
  }

  private addThoughts(thinking: string): void {
    const block = this.opened('thinking', () => ({ type: 'thinking', thinking: '', signature: '' }));
    block.thinking += thinking;
    this.delta({ type: 'thinking_delta', thinking });
  }

  private opened<Type extends Block['type']>(type: Type, make: () => Extract<Block, { type: Type }>) {
    const last = this.blocks.at(-1);
    if (this.isOpen && last?.type === type) return last as Extract<Block, { type: Type }>;
    this.tellAllWaiting();
    this.writing = undefined;
    const block = make();
    this.open(block);
    return block;
  }

  private addCall(read: CallRead | undefined): void {
    if (!read) return;
    const { at, given } = read;
    if (this.writing !== undefined && this.writing !== at && !this.isWritten(this.writing)) {
      const before = this.waiting.get(at);
      return void this.waiting.set(at, before ? { ...before, given: before.given + given } : read);
    }
    this.writeCall(read);
    while (this.waiting.size > 0 && this.writing !== undefined && this.isWritten(this.writing)) this.tellNextWaiting();
  }

  private isWritten(at: number): boolean {
    const block = this.blocks[this.calls.get(at) as number];
    return block?.type === 'tool_use' && isWholeCall(block.json);
  }

  private tellNextWaiting(): void {
    const [read] = this.waiting.values();
    if (!read) return;
    this.waiting.delete(read.at);
    this.writeCall(read);
  }

  private tellAllWaiting(): void {
    while (this.waiting.size > 0) this.tellNextWaiting();
  }

  private writeCall({ at, id, name, given }: CallRead): void {
    if (!this.calls.has(at)) {
      this.calls.set(at, this.blocks.length);
      this.open({ type: 'tool_use', id: id || `toolu_${this.head.id}_${at}`, name, json: '' });
      this.writing = at;
    }
    const block = this.blocks[this.calls.get(at) as number];
    if (given === '' || block?.type !== 'tool_use') return;
    block.json += given;
    this.delta({ type: 'input_json_delta', partial_json: given }, this.calls.get(at));
  }

  private open(block: Block): void {
    this.close();
    this.isOpen = true;
    this.blocks.push(block);
    this.tell('content_block_start', { index: this.blocks.length - 1, content_block: empty(block) });
  }

  private close(): void {
    if (this.isOpen) this.tell('content_block_stop', { index: this.blocks.length - 1 });
    this.isOpen = false;
  }

  private delta(delta: object, index = this.blocks.length - 1): void {
    this.tell('content_block_delta', { index, delta });
  }

  private tell(type: string, event: object): void {
    this.emitEvent({ type, ...event }, type);
  }
}

const empty = (block: Block): object => (block.type === 'tool_use' ? shown({ ...block, json: '' }) : { ...block });

function shown(block: Block): object {
  if (block.type !== 'tool_use') return block;
  const { json, ...rest } = block;
  return { ...rest, input: objectIn(json) };
}

/** What a model wrote may be no JSON; the protocol has room for an object alone. */
function objectIn(json: string): unknown {
  if (json === '') return {};
  try {
    const value = parseWithAllDigits(json);
    return isRecord(value) && !JSON.isRawJSON(value) ? value : { value };
  } catch {
    return { text: json };
  }
}

/** Anthropic's `input_tokens` leave out what was read from the cache. */
const usageOf = ({ tokensIn, tokensOut, tokensCached = 0, tokensCacheWrite = 0, isEstimated }: Used) => ({
  input_tokens: Math.max(0, tokensIn - tokensCached - tokensCacheWrite),
  cache_read_input_tokens: tokensCached,
  cache_creation_input_tokens: tokensCacheWrite,
  output_tokens: tokensOut,
  ...(isEstimated && { estimated: true }),
});
