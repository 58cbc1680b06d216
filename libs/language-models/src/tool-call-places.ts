import type { ModelToolCall } from './model-provider.ts';

/** A piece of a tool's call, as it arrives in a stream. */
export interface CallPiece {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null;
  readonly custom?: { readonly name?: string | null; readonly input?: unknown } | null;
}

/** A call as far as it was told. */
interface Call {
  readonly place: number;
  readonly index: number | undefined;
  id: string;
  name: string;
  given: string;
}

/** What a call is told to be called with, in a piece of it: some servers write an object where the protocol has its text. */
export function argumentsIn(piece: CallPiece): string {
  const given = piece.function?.arguments ?? piece.custom?.input ?? '';
  return typeof given === 'string' ? given : JSON.stringify(given);
}

/** Mistral writes that there is no name of a call as the word null. */
export const callIdIn = ({ id }: Pick<CallPiece, 'id'>): string => (id && !NO_ID.test(id) ? id : '');
const NO_ID = /^(null|none|nil|undefined)$/i;

/** A piece as it is told: which call it belongs to, from 0, and what it adds to what that is called with. */
export interface PlacedPiece {
  readonly place: number;
  readonly given: string;
}

/**
 * Which call each piece of a stream belongs to. OpenAI's servers tell calls apart by their index; others leave it out, say 0 of every call,
 * give all calls one id or none, or another index in the head of a call than in its rest. So an id that was seen before is that call's; a
 * name begins a new call where the id is new, or where what was told of the call before is whole; and what nothing is known of goes on with
 * the call that is being written. What was told already and is told again, as LiteLLM does at the end, adds nothing.
 */
export class ToolCallPlaces {
  private readonly byId = new Map<string, Call>();
  /** The call that the server last gave an index to. */
  private readonly byIndex = new Map<number | undefined, Call>();
  private readonly calls: Call[] = [];
  private last: Call | undefined;

  placeOf(piece: CallPiece): PlacedPiece {
    const index = piece.index ?? undefined;
    const id = callIdIn(piece);
    const name = piece.function?.name ?? piece.custom?.name ?? '';
    const given = argumentsIn(piece);
    const again = this.toldAgain({ index, id, name, given });
    if (again) return { place: again.place, given: '' };
    const call = this.known({ index, id, name, given }) ?? this.begun(index, id);
    // A name may come in pieces, or again with each.
    if (name !== call.name && call.given === '') call.name += name;
    call.given += given;
    this.last = call;
    return { place: call.place, given };
  }

  /** The calls as far as they were told. */
  told(): ModelToolCall[] {
    return this.calls.map(({ id, name, given }) => ({ id, name, arguments: given }));
  }

  /** The call that a piece says once more, whole. One with a name and without an id may be another call of the same. */
  private toldAgain({ index, id, name, given }: Omit<Call, 'place'>): Call | undefined {
    if (given === '' || (id === '' && name !== '')) return undefined;
    const call = id === '' ? this.byIndex.get(index) : this.byId.get(id);
    const isSame = call && (name === '' || name === call.name) && saysTheSame(given, call.given);
    return isSame && isWholeCall(call.given) ? call : undefined;
  }

  private known(piece: Omit<Call, 'place'>): Call | undefined {
    const { index, id, name } = piece;
    const byId = id === '' ? undefined : this.byId.get(id);
    const found = byId ?? this.byIndex.get(index);
    if (!found) return id === '' && name === '' ? this.last : undefined;
    if (name !== '' && beginsAnew(found, piece)) return undefined;
    if (id !== '' && found.id === '') {
      found.id = id;
      this.byId.set(id, found);
    }
    return found;
  }

  private begun(index: number | undefined, id: string): Call {
    const call = { place: this.calls.length, index, id, name: '', given: '' };
    this.calls.push(call);
    this.byIndex.set(index, call);
    if (id !== '') this.byId.set(id, call);
    return call;
  }
}

/** Whether a piece with a name is of another call than the one that its id or its index was last given to. */
function beginsAnew(call: Call, { index, id, name, given }: Omit<Call, 'place'>): boolean {
  if (id !== '' && call.id !== '' && id !== call.id) return true;
  if (index !== undefined && call.index !== undefined && index !== call.index) return true;
  if (call.name === '' || call.given === '') return false;
  return name !== call.name || (given !== '' && isWholeCall(call.given));
}

/** Some write the text of what was given once more as a text. */
const saysTheSame = (again: string, given: string): boolean =>
  again === given || (again.startsWith('"') && again === JSON.stringify(given));

/** Whether what a call is given is complete. */
export function isWholeCall(given: string): boolean {
  if (!/\}\s*$/.test(given)) return false;
  try {
    JSON.parse(given);
    return true;
  } catch {
    return false;
  }
}
