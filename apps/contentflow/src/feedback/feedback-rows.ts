import type { Columns } from '@contentflow/input-files';
import { usageError } from '@contentflow/kernel';
import { feedbackSchema } from '@contentflow/feedback-learner';
import { validated } from '@contentflow/nest-platform';
import type { z } from 'zod';
import { keepRows, type KeptRows, type KeptIn } from '../command-line/kept-rows.ts';
import { namedColumn } from '../command-line/named-columns.ts';
import { unknownName } from '../command-line/unknown-name.ts';

/** What a row says, of which content, and by which id of its own. */
export interface Said {
  readonly content: string;
  readonly id?: string;
  readonly feedback: z.output<typeof feedbackSchema>;
}
export type FeedbackInput = KeptRows<Said>;

const ratings = ['rating', 'stars', 'thumbs', 'nps'] as const;
type Scale = (typeof ratings)[number];
export const feedbackFields: readonly string[] = ['content', ...ratings, 'comment', 'edit', 'rater', 'id'];

/** As common tools write them. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['contentId', 'content'],
  ['content_id', 'content'],
]);

/** What stands for a column that is passed by. */
const PASSED_BY = '-';

/**
 * `article=content,score=nps,shop=-`
 * @throws ContentFlowError `usage`, naming the part that is wrong
 */
export function feedbackColumns(text = ''): ReadonlyMap<string, string> {
  const meant = new Map(otherNames);
  for (const part of text.split(',').filter((each) => each.trim() !== '')) {
    const { column, field } = namedColumn(part, 'article=content,score=nps');
    if (field !== PASSED_BY && !feedbackFields.includes(field))
      throw unknownName('field of feedback', field, feedbackFields, '--columns');
    meant.set(column, field);
  }
  return meant;
}

/** @throws ContentFlowError `usage`, naming the file, and the line and column of what is wrong with it */
export function readFeedback(file: string, keptIn: KeptIn, meant = feedbackColumns()): Promise<FeedbackInput> {
  const columns: Columns = {
    names: feedbackFields,
    required: ['content'],
    prefixes: [`${PASSED_BY} `],
    renamed: (column) => nameOf(column, meant),
    expected: [...meant.keys()].filter((column) => !otherNames.has(column)),
    onUnknown: 'say what they are with --columns NAME=FIELD, or pass them by with --columns NAME=-',
  };
  const read = (value: Readonly<Record<string, unknown>>): Said => said(new Map(Object.entries(value)));
  return keepRows(file, keptIn, { columns, read, refusal: 'bad_feedback' });
}

/** Columns that are passed by keep names of their own. */
const nameOf = (column: string, meant: ReadonlyMap<string, string>): string => {
  const field = meant.get(column) ?? column;
  return field === PASSED_BY ? `${PASSED_BY} ${column}` : field;
};

function said(row: ReadonlyMap<string, unknown>): Said {
  const unknown = [...row.keys()].find((name) => !feedbackFields.includes(name) && !name.startsWith(`${PASSED_BY} `));
  if (unknown !== undefined) throw unknownName('field of feedback', unknown, feedbackFields);
  const content = textOf(row.get('content'));
  if (content === undefined) throw usageError('content: is empty', 'name the content that it is about, by its id');
  const id = textOf(row.get('id'));
  const optional = ['comment', 'edit', 'rater'].flatMap((name) => {
    const value = row.get(name);
    return isSaid(value) ? [[name, name === 'rater' ? textOf(value) : value] as const] : [];
  });
  const feedback = validated(feedbackSchema, { rating: ratingIn(row), ...Object.fromEntries(optional) });
  return { content, ...(id === undefined ? {} : { id }), feedback };
}

const isSaid = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** Ids are numbers in some tools. */
const textOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
};

/** On the scale from 1 to 5. @throws ContentFlowError `usage` where it says none, two, or one off its scale */
function ratingIn(row: ReadonlyMap<string, unknown>): number {
  const given = ratings.filter((scale) => isSaid(row.get(scale)));
  const [scale] = given;
  if (scale === undefined) throw usageError('says no rating', `fill one of ${ratings.join(', ')}`);
  if (given.length > 1) throw usageError(`${given.join(' and ')} both say a rating`, 'leave all but one empty');
  return onScale(scale, row.get(scale));
}

/** A thumb is one end of the scale; the eleven steps of a net promoter score lie evenly on it: 1 + 0.4 n. */
function onScale(scale: Scale, value: unknown): number {
  if (scale === 'thumbs') {
    const thumb = thumbs.get(String(value).trim().toLowerCase());
    if (thumb === undefined) throw usageError(`thumbs: "${String(value)}" is neither up nor down`, 'write up or down');
    return thumb;
  }
  const most = scale === 'nps' ? 10 : 5;
  const least = scale === 'nps' ? 0 : 1;
  const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
  if (
    typeof number !== 'number' ||
    !(number >= least && number <= most) ||
    (scale === 'nps' && !Number.isInteger(number))
  )
    throw usageError(
      `${scale}: must be a ${scale === 'nps' ? 'whole ' : ''}number from ${least} to ${most}, is "${String(value)}"`,
    );
  return scale === 'nps' ? 1 + (4 * number) / 10 : number;
}

const UP = 5;
const DOWN = 1;
const thumbs: ReadonlyMap<string, number> = new Map([
  ...['up', '1', '+1', 'true', 'yes', 'like', '\u{1F44D}'].map((word) => [word, UP] as const),
  ...['down', '0', '-1', 'false', 'no', 'dislike', '\u{1F44E}'].map((word) => [word, DOWN] as const),
]);
