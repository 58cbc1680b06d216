import type { Random } from '@contentflow/kernel';
import type { Truth } from '../truth/truth.ts';
import { readRequest } from './read-request.ts';

const FENCED = /<<<reference (\w+)>>>\n([\s\S]*?)\n<<<end of reference \1>>>/g;
/** How often the judge is wrong about a text. */
const ERRS = 0.03;

/** Which of two bodies serves the request, as a careful reader would say who now and then is mistaken; undefined where none is asked for. */
export function judgeTexts(user: string, contentType: string, truth: Truth, random: Random): string | undefined {
  const [request, first, second] = [...user.matchAll(FENCED)].map(([, , text]) => text as string);
  if (request === undefined || first === undefined || second === undefined) return undefined;
  const { topic } = readRequest([{ role: 'user', content: request }]).ask;
  const [isFirst, isSecond] = [first, second].map(
    (body) => serves(body, contentType, topic, truth) !== random.next() < ERRS,
  );
  if (isFirst) return isSecond ? 'Both' : 'First';
  return isSecond ? 'Second' : 'Neither';
}

function serves(body: string, contentType: string, topic: string, truth: Truth): boolean {
  const made = truth.bodyMade(body);
  if (!made || made.topic.trim() === topic.trim()) return true;
  const meaning = truth.meaningOf(contentType, topic);
  return meaning !== undefined && meaning === truth.meaningOf(made.contentType, made.topic);
}
