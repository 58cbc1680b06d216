import type { ContentDocument } from '@contentflow/contracts';

/** One line out per line in, in the order of the input. */
export interface Result {
  readonly line: number;
  readonly id: string | null;
  readonly status: 'generated' | 'failed';
  readonly content?: ContentDocument['content'];
  readonly error?: string;
  readonly quality: number | null;
  readonly cost: number;
  readonly time_ms: number;
  /** The earlier content of this batch that it nearly repeats. */
  readonly near_duplicate?: { readonly of: string; readonly similarity: number };
}
