import { z } from 'zod';
import { wordListHeader } from '../word-list.schema.ts';
import { labelledComments } from './aspect.ts';

export const trainingCommentsSchema = z.strictObject({ ...wordListHeader, comments: labelledComments });

/** Numbers of eight bits, in base64, each to be multiplied by its scale. */
const bytes = z.base64();

/** What `tools/train-comment-reader.mjs` writes. */
export const commentReaderSchema = z.strictObject({
  ...wordListHeader,
  classes: z.array(z.string()),
  bucketScale: z.number(),
  buckets: bytes.describe('how much each bucket of n-grams tells'),
  scales: z.array(z.number()).describe('of each class'),
  rows: bytes.describe('the weight of bucket b for class c at b × classes + c; the last row is the intercept'),
});
