import { type AspectName, labelsOf, type ReadComment } from '../comments/aspect.ts';
import type { CommentReader } from '../comments/read-comment.ts';
import { type CommentFigures, commentFigures, type JudgedComment } from './comment-figures.ts';
import { textField, type FileRecord, type UnreadableRow } from './unreadable.ts';

export interface CommentRow {
  readonly row: number;
  readonly comment: string;
  readonly language?: string;
  /** What it says, as a person reads it; undefined where nobody said. */
  readonly labels?: string;
  /** Groups comments in the figures. */
  readonly kind?: string;
}

export interface CommentResult extends ReadComment {
  readonly row: number;
}

export interface CommentsSummary {
  readonly rows: number;
  readonly withAspects: number;
  readonly withSuggestion: number;
  readonly notUnderstood: number;
  /** Mentions per aspect, by polarity. */
  readonly mentions: Readonly<Partial<Record<AspectName, { readonly positive: number; readonly negative: number }>>>;
  /** Of rows with labels: how well they were read. */
  readonly figures?: CommentFigures;
}

export function readCommentRow(record: FileRecord, row: number): CommentRow | UnreadableRow {
  const comment = textField(record, 'comment');
  if (comment === undefined) return { problem: 'comment: is missing' };
  const language = textField(record, 'language');
  const kind = textField(record, 'kind');
  const labels = typeof record['labels'] === 'string' ? record['labels'] : undefined;
  try {
    if (labels !== undefined) labelsOf(labels);
  } catch (error) {
    return { problem: `labels: ${(error as RangeError).message}` };
  }
  return {
    row,
    comment,
    ...(language === undefined ? {} : { language }),
    ...(kind === undefined ? {} : { kind }),
    ...(labels === undefined ? {} : { labels }),
  };
}

export function commentsBacktest(
  rows: readonly CommentRow[],
  reader: CommentReader,
): { results: CommentResult[]; summary: CommentsSummary } {
  const results = rows.map(({ row, comment }): CommentResult => ({ row, ...reader.read(comment) }));
  const mentions: Partial<Record<AspectName, { positive: number; negative: number }>> = {};
  for (const { aspects } of results)
    for (const { aspect, polarity } of aspects) (mentions[aspect] ??= { positive: 0, negative: 0 })[polarity]++;
  const judged = rows.flatMap((row, i): JudgedComment[] =>
    row.labels === undefined ? [] : [{ ...row, wanted: labelsOf(row.labels), read: results[i] as CommentResult }],
  );
  return {
    results,
    summary: {
      rows: results.length,
      withAspects: results.filter(({ aspects }) => aspects.length > 0).length,
      withSuggestion: results.filter(({ suggestion }) => suggestion !== undefined).length,
      notUnderstood: results.filter(({ understood }) => !understood).length,
      mentions,
      ...(judged.length === 0 ? {} : { figures: commentFigures(judged) }),
    },
  };
}
