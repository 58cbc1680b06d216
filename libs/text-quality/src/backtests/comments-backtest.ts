import type { AspectName, CommentAspect } from '../comments/aspect.ts';
import { readComment } from '../comments/read-comment.ts';
import { textField, type FileRecord, type UnreadableRow } from './unreadable.ts';

export interface CommentRow {
  readonly row: number;
  readonly comment: string;
  readonly language?: string;
}

export interface CommentResult {
  readonly row: number;
  readonly aspects: readonly CommentAspect[];
  readonly suggestion?: string;
}

export interface CommentsSummary {
  readonly rows: number;
  readonly withAspects: number;
  readonly withSuggestion: number;
  /** Mentions per aspect, by polarity. */
  readonly mentions: Readonly<Partial<Record<AspectName, { readonly positive: number; readonly negative: number }>>>;
}

export function readCommentRow(record: FileRecord, row: number): CommentRow | UnreadableRow {
  const comment = textField(record, 'comment');
  if (comment === undefined) return { problem: 'comment: is missing' };
  const language = textField(record, 'language');
  return { row, comment, ...(language === undefined ? {} : { language }) };
}

export function commentsBacktest(rows: readonly CommentRow[]): { results: CommentResult[]; summary: CommentsSummary } {
  const results = rows.map(({ row, comment, language }): CommentResult => ({ row, ...readComment(comment, language) }));
  const mentions: Partial<Record<AspectName, { positive: number; negative: number }>> = {};
  for (const { aspects } of results)
    for (const { aspect, polarity } of aspects) (mentions[aspect] ??= { positive: 0, negative: 0 })[polarity]++;
  return {
    results,
    summary: {
      rows: results.length,
      withAspects: results.filter(({ aspects }) => aspects.length > 0).length,
      withSuggestion: results.filter(({ suggestion }) => suggestion !== undefined).length,
      mentions,
    },
  };
}
