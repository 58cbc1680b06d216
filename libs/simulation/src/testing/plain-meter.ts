import type { ParsedPrompt } from '../sandbox/read-request.ts';

/** A quality meter that reads the request and the text alone, plain on purpose: what any reader could count. 0–10. */
export function plainScore(ask: ParsedPrompt, words: number, body: string): number {
  const sentences = body.split(/(?<=[.!?])\s+/).filter((sentence) => sentence.length > 0);
  const points = shareOf(ask.keyPoints, (point) => body.toLowerCase().includes(point.toLowerCase()));
  const keywords = shareOf(ask.keywords, (keyword) => body.toLowerCase().includes(keyword));
  const distinct = new Set(sentences).size / sentences.length;
  const slips =
    body.match(
      /\b(\w+) \1\b| ,|\b(?:teh|taht|wiht|thier|evrey|diffrence|efort|visable|anwser|suprises)\b|[.!?]\s+[a-z]/g,
    )?.length ?? 0;
  const invented =
    body.match(/\d+ percent within|\d+,000 customers|exactly \d+ hours|out of 97|Since 19\d\d/g)?.length ?? 0;
  const length = Math.exp(-2 * Math.abs(Math.log(body.split(/\s+/).length / words)));
  const clean = Math.exp((-6 * slips) / sentences.length);
  const grounded = Math.exp((-6 * invented) / sentences.length);
  return 10 * (0.25 * points + 0.1 * keywords + 0.15 * distinct + 0.15 * length + 0.2 * clean + 0.15 * grounded);
}

const shareOf = (items: readonly string[], has: (item: string) => boolean): number =>
  items.length === 0 ? 1 : items.filter(has).length / items.length;
