import { finishReasonOf, MainChoice } from '@contentflow/language-models';
import type { Used } from '../completions/completion-answer.ts';
import { callMarks } from './call-marks.ts';
import { CallPieces, type CallRead } from './call-pieces.ts';
import {
  callPiecesIn,
  type ChatChunk,
  type ChatResponse,
  ChoicePieces,
  refusalIn,
  textIn,
  thoughtsIn,
  thoughtTokensIn,
} from './chat.ts';
import { customTools, type ResponsesRequest } from './responses-request.ts';
import type { EmitEvent, Translated } from './translation.ts';

/** What a response is of. */
export interface ResponseHead {
  readonly id: string;
  /** Epoch seconds. */
  readonly created: number;
  readonly request: ResponsesRequest;
}

interface Item {
  readonly index: number;
  readonly document: Record<string, unknown>;
}
interface Text extends Item {
  readonly part: { readonly type: 'output_text'; text: string; annotations: []; logprobs: unknown[] };
}
interface Refusal extends Item {
  readonly part: { readonly type: 'refusal'; refusal: string };
}
interface Thoughts extends Item {
  readonly part: { readonly type: 'summary_text'; text: string };
}
type Open = (Text & { kind: 'text' }) | (Refusal & { kind: 'refusal' }) | (Thoughts & { kind: 'thoughts' });
interface Call extends Item {
  /** The arguments as far as they came. */
  given: string;
  /** It is called with a text, which a chat wraps in an object. */
  readonly isCustom: boolean;
}

/**
 * A chat completion as a response, and its chunks as the events of one.
 * Source: https://platform.openai.com/docs/api-reference/responses-streaming
 */
export class ResponseAnswer implements Translated {
  private readonly output: Record<string, unknown>[] = [];
  private readonly pieces = new CallPieces();
  private readonly calls = new Map<number, Call>();
  private readonly custom: ReadonlySet<string>;
  private readonly choices = new ChoicePieces();
  private readonly main = new MainChoice();
  private open: Open | undefined;
  private finish = 'stop';
  private thoughtTokens = 0;
  private sequence = 0;
  private document: object | undefined;

  constructor(
    private readonly head: ResponseHead,
    private readonly emitEvent: EmitEvent,
  ) {
    this.custom = customTools(head.request);
  }

  chunk(chunk: ChatChunk): void {
    const { usage } = chunk;
    this.begin();
    if (usage) this.thoughtTokens = thoughtTokensIn(usage);
    for (const choice of this.choices.of(chunk)) {
      if (!this.main.has(choice)) continue;
      if (choice.delta) this.said(choice.delta, listIn(choice.logprobs?.content));
      if (choice.finish_reason) this.finish = finishReasonOf(choice.finish_reason);
    }
  }

  whole(used: Used): object {
    this.begin();
    this.close();
    for (const read of this.pieces.rest()) this.addCall(read);
    for (const [at, call] of this.calls) this.closeCall(call, this.pieces.markOf(at));
    this.document = this.response(this.statusOf(), used);
    return this.document;
  }

  end(): void {
    this.tell(`response.${this.statusOf()}`, { response: this.document });
  }

  private begin(): void {
    if (this.sequence > 0) return;
    const response = this.response('in_progress');
    this.tell('response.created', { response });
    this.tell('response.in_progress', { response });
  }

  private said(delta: ChatResponse, logprobs: readonly unknown[]): void {
    const thoughts = thoughtsIn(delta);
    if (thoughts) this.addThoughts(thoughts);
    const text = textIn(delta.content);
    if (text) this.addText(text, logprobs);
    const refusal = refusalIn(delta);
    if (refusal) this.addRefusal(refusal);
    for (const piece of callPiecesIn(delta)) this.addCall(this.pieces.read(piece));
  }

  private addText(delta: string, logprobs: readonly unknown[]): void {
    const { item, part } = this.opened('text', () => ({
      type: 'output_text',
      text: '',
      annotations: [],
      logprobs: [],
    }));
    part.text += delta;
    part.logprobs.push(...logprobs);
    this.tell('response.output_text.delta', { ...placeOf(item), content_index: 0, delta, logprobs });
  }

  private addRefusal(delta: string): void {
    const { item, part } = this.opened('refusal', () => ({ type: 'refusal', refusal: '' }));
    part.refusal += delta;
    this.tell('response.refusal.delta', { ...placeOf(item), content_index: 0, delta });
  }

  private addThoughts(delta: string): void {
    const { item, part } = this.opened('thoughts', () => ({ type: 'summary_text', text: '' }));
    part.text += delta;
    this.tell('response.reasoning_summary_text.delta', { ...placeOf(item), summary_index: 0, delta });
  }

  /** The item that is being written, or a new one where it is of another kind. */
  private opened<Kind extends Open['kind']>(kind: Kind, partOf: () => Extract<Open, { kind: Kind }>['part']) {
    if (this.open?.kind !== kind) {
      this.close();
      const part = partOf();
      const document =
        kind === 'thoughts'
          ? { id: this.itemId('rs'), type: 'reasoning', summary: [] }
          : { id: this.itemId('msg'), type: 'message', status: 'in_progress', role: 'assistant', content: [] };
      const item = this.added(document);
      this.open = { ...item, kind, part } as Open;
      const [name, place] = partName(kind);
      this.tell(`response.${name}.added`, { ...placeOf(item), [place]: 0, part: { ...part } });
    }
    const open = this.open as Extract<Open, { kind: Kind }>;
    return { item: open, part: open.part as Extract<Open, { kind: Kind }>['part'] };
  }

  private close(): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    const [name, place] = partName(open.kind);
    const at = { ...placeOf(open), [place]: 0 };
    const { part } = open;
    if (open.kind === 'text')
      this.tell('response.output_text.done', { ...at, text: open.part.text, logprobs: open.part.logprobs });
    if (open.kind === 'refusal') this.tell('response.refusal.done', { ...at, refusal: open.part.refusal });
    if (open.kind === 'thoughts') this.tell('response.reasoning_summary_text.done', { ...at, text: open.part.text });
    this.tell(`response.${name}.done`, { ...at, part });
    this.done(open, open.kind === 'thoughts' ? { summary: [part] } : { content: [part], status: this.itemStatus() });
  }

  private addCall(read: CallRead | undefined): void {
    if (!read) return;
    const { at, id, name, given } = read;
    const call = this.calls.get(at) ?? this.newCall(at, id, name);
    call.given += given;
    if (given !== '' && !call.isCustom)
      this.tell('response.function_call_arguments.delta', { ...placeOf(call), delta: given });
  }

  private newCall(at: number, callId: string, name: string): Call {
    this.close();
    const isCustom = this.custom.has(name);
    const id = this.itemId(isCustom ? 'ctc' : 'fc');
    const document = {
      id,
      type: isCustom ? 'custom_tool_call' : 'function_call',
      status: 'in_progress',
      call_id: callId || `call_${id}`,
      name,
      [isCustom ? 'input' : 'arguments']: '',
    };
    const call = { ...this.added(document), given: '', isCustom };
    this.calls.set(at, call);
    return call;
  }

  private closeCall(call: Call, mark: unknown): void {
    const { isCustom, document } = call;
    if (mark !== undefined) {
      callMarks.keep(this.head.request.model, String(document['call_id']), mark);
      document['extra_content'] = mark;
    }
    if (isCustom) return this.closeCustomCall(call, textGiven(call.given));
    // What is called with nothing is called with an empty object: clients parse it.
    const given = call.given || '{}';
    const { name } = document;
    this.tell('response.function_call_arguments.done', { ...placeOf(call), name, arguments: given });
    this.done(call, { arguments: given, status: this.itemStatus() });
  }

  /** Its text is known once the object around it is whole. */
  private closeCustomCall(call: Call, input: string): void {
    this.tell('response.custom_tool_call_input.delta', { ...placeOf(call), delta: input });
    this.tell('response.custom_tool_call_input.done', { ...placeOf(call), input });
    this.done(call, { input, status: this.itemStatus() });
  }

  private added(document: Record<string, unknown>): Item {
    const item = { index: this.output.push(document) - 1, document };
    this.tell('response.output_item.added', { output_index: item.index, item: { ...document } });
    return item;
  }

  private done({ index, document }: Item, last: object): void {
    Object.assign(document, last);
    this.tell('response.output_item.done', { output_index: index, item: document });
  }

  /** It says whose item it is, so that it is found again by its name alone. */
  private itemId(kind: string): string {
    return `${kind}_${this.head.id.slice('resp_'.length)}_${this.output.length}`;
  }

  private statusOf(): 'completed' | 'incomplete' {
    return this.finish === 'length' || this.finish === 'content_filter' ? 'incomplete' : 'completed';
  }

  private itemStatus(): string {
    return this.statusOf();
  }

  private response(status: string, used?: Used): object {
    const { id, created, request } = this.head;
    return {
      id,
      object: 'response',
      created_at: created,
      status,
      background: false,
      error: null,
      incomplete_details: status === 'incomplete' ? { reason: REASONS.get(this.finish) ?? 'max_output_tokens' } : null,
      instructions: request.instructions ?? null,
      max_output_tokens: request.max_output_tokens ?? null,
      metadata: request['metadata'] ?? {},
      model: request.model,
      output: status === 'in_progress' ? [] : this.output,
      parallel_tool_calls: request.parallel_tool_calls ?? true,
      previous_response_id: request.previous_response_id ?? null,
      reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.['summary'] ?? null },
      store: request.store ?? true,
      temperature: request.temperature ?? 1,
      text: { ...request.text, format: request.text?.format ?? { type: 'text' } },
      tool_choice: request.tool_choice ?? 'auto',
      tools: request.tools ?? [],
      top_p: request.top_p ?? 1,
      truncation: request['truncation'] ?? 'disabled',
      usage: used ? this.usage(used) : null,
      user: request.user ?? null,
    };
  }

  private usage({ tokensIn, tokensOut, tokensCached = 0, isEstimated }: Used) {
    return {
      input_tokens: tokensIn,
      input_tokens_details: { cached_tokens: tokensCached },
      output_tokens: tokensOut,
      output_tokens_details: { reasoning_tokens: Math.min(this.thoughtTokens, tokensOut) },
      total_tokens: tokensIn + tokensOut,
      ...(isEstimated && { estimated: true }),
    };
  }

  private tell(type: string, event: object): void {
    this.emitEvent({ type, sequence_number: this.sequence++, ...event }, type);
  }
}

const listIn = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

const REASONS: ReadonlyMap<string, string> = new Map([['content_filter', 'content_filter']]);

/** What a model wrote may be no JSON, or the text itself. */
function textGiven(given: string): string {
  try {
    const value = JSON.parse(given) as { input?: unknown } | null;
    return typeof value?.input === 'string' ? value.input : given;
  } catch {
    return given;
  }
}

const placeOf = ({ index, document }: Item) => ({ item_id: document['id'], output_index: index });

const partName = (kind: Open['kind']): readonly [name: string, place: string] =>
  kind === 'thoughts' ? ['reasoning_summary_part', 'summary_index'] : ['content_part', 'content_index'];
