import type { Operation, Outcome } from './operations.ts';

/** To the writer thread: operations in order, or that it shall end. */
export type ToWriter = { readonly operations: readonly Operation[] } | 'close';

/** From it: that it is ready, the outcome of as many operations as were taken together, or why none of them took place. */
export type FromWriter =
  'ready' | { readonly outcomes: readonly Outcome[] } | { readonly failed: number; readonly error: WriterError };

/** An error as plain data, because threads cannot hand each other classes. */
export interface WriterError {
  readonly code: string;
  readonly problem: string;
}
