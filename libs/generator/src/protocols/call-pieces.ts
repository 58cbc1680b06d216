import { callIdIn, ToolCallPlaces } from '@contentflow/language-models';
import type { ChatCallPiece } from './chat.ts';

/** What a piece adds to a call. */
export interface CallRead {
  /** Which call it is, from 0. */
  readonly at: number;
  readonly id: string;
  readonly name: string;
  readonly given: string;
}

/** Calls as they arrive in a stream. A call is told of once its name is known, which some servers send behind its id, or behind its arguments. */
export class CallPieces {
  private readonly places = new ToolCallPlaces();
  private readonly nameless = new Map<number, CallRead>();
  private readonly named = new Set<number>();
  private readonly marks = new Map<number, unknown>();

  /** Undefined while the call has no name. */
  read(piece: ChatCallPiece): CallRead | undefined {
    const { place: at, given } = this.places.placeOf(piece);
    if (piece.extra_content) this.marks.set(at, piece.extra_content);
    const before = this.nameless.get(at);
    const name = piece.function?.name ?? '';
    const read = { at, id: before?.id || callIdIn(piece), name, given: (before?.given ?? '') + given };
    if (this.named.has(at)) return read;
    if (name === '') return void this.nameless.set(at, read);
    this.nameless.delete(at);
    this.named.add(at);
    return read;
  }

  /** What its server marked it with, and wants back. */
  markOf(at: number): unknown {
    return this.marks.get(at);
  }

  /** Those that had no name to the end. */
  rest(): readonly CallRead[] {
    return [...this.nameless.values()];
  }
}
