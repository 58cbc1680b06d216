import type { Used } from '../completions/completion-answer.ts';
import type { ErrorForm } from '../completions/completion-errors.ts';
import type { ChatChunk } from './chat.ts';

/** Puts a chat completion into the words of the protocol that was asked in. */
export interface Translation {
  /** What the answer is called in it. */
  readonly id: string;
  /** @param tell  told each event of a stream, with its name where the protocol has names */
  begin(tell: EmitEvent): Translated;
  readonly errors: ErrorForm;
  /** What ends a stream, where that is no event. */
  readonly endMark?: string;
  /** Remembers the document, before its caller can ask for it. */
  readonly keep?: (document: object) => Promise<void>;
}

export type EmitEvent = (event: object, name?: string) => void;

/** An answer as it is put together. A whole one comes as one chunk. */
export interface Translated {
  chunk(chunk: ChatChunk): void;
  /** All of it, once nothing more comes. */
  whole(used: Used): object;
  /** Tells that it was whole. */
  end(): void;
}
