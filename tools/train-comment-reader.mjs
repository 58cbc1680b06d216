/**
 * Learns to read comments from libs/text-quality/src/comments/training-comments.json and writes comment-reader.json beside it:
 * `node tools/train-comment-reader.mjs`. The same comments give the same file; `shipped-reader.long.spec.ts` says so.
 */
import './register.mjs';
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../libs/text-quality/src/comments/', import.meta.url);

async function trainedReader() {
  const { learnRemarks, remarksIn } = await import(new URL('learn-comments.ts', folder).href);
  const { packed } = await import(new URL('shipped-reader.ts', folder).href);
  const { asOf, comments } = JSON.parse(readFileSync(new URL('training-comments.json', folder), 'utf8'));
  return {
    about: 'What n-grams of words and letters say of a remark; written by tools/train-comment-reader.mjs',
    source: 'Learned from training-comments.json',
    asOf,
    ...packed(learnRemarks(remarksIn(comments))),
  };
}

writeFileSync(new URL('comment-reader.json', folder), `${JSON.stringify(await trainedReader(), undefined, 1)}\n`);
