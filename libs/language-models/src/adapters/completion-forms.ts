import { ownValue } from '@contentflow/kernel';
import type { ModelToolCall } from '../model-provider.ts';
import { type CallPiece, ToolCallPlaces } from '../tool-call-places.ts';
import { callPartsIn } from './chat-completion.ts';
import { isRecord } from './error-document.ts';

type Document = Readonly<Record<string, unknown>>;

const recordsIn = (list: unknown): readonly Document[] => (Array.isArray(list) ? list.filter(isRecord) : []);

/**
 * A whole completion as the only chunk of a stream, in which each call of a tool is one of its own; a chunk stays as it is.
 * @param completion  of either form
 */
export function asChunk<Chunk extends object>(completion: object): Chunk {
  const document = completion as Document;
  const choices = recordsIn(document['choices']);
  const isNamedWhole = document['object'] === 'chat.completion';
  const isWhole = choices.some(({ message, delta }) => (isRecord(delta) ? isNamedWhole : isRecord(message)));
  const chunk = isWhole
    ? { ...document, object: 'chat.completion.chunk', choices: choices.map(choiceAsChunk) }
    : document;
  return chunk as Chunk;
}

/** A document as it came, but for one that says its choices as a stream does: these are told as a document has them. */
export function asDocument(completion: object, json: string): string {
  const choices = recordsIn((completion as Document)['choices']);
  if (!choices.some(({ message, delta }) => isRecord(delta) && !isRecord(message))) return json;
  const joined = new JoinedChunks();
  joined.add(completion);
  return JSON.stringify(joined.whole());
}

function choiceAsChunk({ message, ...choice }: Document): Document {
  if (!isRecord(message)) return choice;
  const { tool_calls: calls, ...said } = message;
  const indexed = callPartsIn({ tool_calls: calls }).map((call, index) => ({ ...call, index }));
  return { ...choice, delta: { ...said, ...(indexed.length > 0 && { tool_calls: indexed }) } };
}

/** One choice, as far as its chunks have come. */
interface Choice {
  rest: Document;
  message: Document;
  readonly places: ToolCallPlaces;
  /** What is said of each call beside its name and what it is called with. */
  readonly calls: Document[];
}

/** The chunks of a stream put together, for who asked for one document: what one says after another is joined, and the last count stands. */
export class JoinedChunks {
  private head: Document = {};
  private readonly choices = new Map<unknown, Choice>();

  add(chunk: object): void {
    const { choices, ...head } = asChunk<Document>(chunk);
    this.head = { ...this.head, ...withoutNothing(head) };
    for (const choice of recordsIn(choices)) this.addChoice(choice);
  }

  /** A completion in OpenAI's words. */
  whole(): object {
    const choices = Array.from(this.choices, ([index, { rest, message, calls, places }]) => {
      const told = places.told().map((call, at) => asCall(calls[at] ?? {}, call));
      return {
        finish_reason: 'stop',
        ...rest,
        index,
        message: { role: 'assistant', content: null, ...message, ...(told.length > 0 && { tool_calls: told }) },
      };
    });
    return { ...this.head, object: 'chat.completion', choices };
  }

  /** Some say a text beside the delta. */
  private addChoice({ index = 0, delta, logprobs, text, ...rest }: Document): void {
    const choice = this.choices.get(index) ?? { rest: {}, message: {}, places: new ToolCallPlaces(), calls: [] };
    this.choices.set(index, choice);
    const { logprobs: before } = choice.rest;
    const all = before || logprobs ? { logprobs: joined(before, logprobs ?? {}) } : {};
    choice.rest = { ...choice.rest, ...withoutNothing(rest), ...all };
    const {
      tool_calls: calls,
      role,
      ...said
    } = isRecord(delta) ? delta : { ...(text !== undefined && { content: text }) };
    const spoken = role ? { ...choice.message, role } : choice.message;
    choice.message = joined(spoken, withoutNothing(said)) as Document;
    for (const call of callPartsIn({ tool_calls: calls })) addCall(choice, call as CallPiece & Document);
  }
}

/** What a chunk leaves open says nothing against what was said before it. */
const withoutNothing = (fields: Document): Document =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''));

/** Texts and lists go on, and what stands within goes on likewise. */
function joined(before: unknown, more: unknown): unknown {
  if (typeof before === 'string' && typeof more === 'string') return before + more;
  if (Array.isArray(before) && Array.isArray(more)) return [...(before as unknown[]), ...(more as unknown[])];
  if (!isRecord(before) || !isRecord(more)) return more;
  const each = Object.entries(more).map(([name, value]) => [name, joined(ownValue(before, name), value)] as const);
  return { ...before, ...Object.fromEntries(each) };
}

function addCall({ places, calls }: Choice, piece: CallPiece & Document): void {
  const at = places.placeOf(piece).place;
  const { index: _index, function: _told, ...rest } = piece;
  calls[at] = { ...calls[at], ...withoutNothing(rest) };
}

const asCall = ({ custom, ...rest }: Document, { id, name, arguments: given }: ModelToolCall): Document =>
  custom === undefined
    ? { ...rest, id, type: 'function', function: { name, arguments: given } }
    : { ...rest, id, type: 'custom', custom: { name, input: given } };
