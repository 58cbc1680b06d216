import { ownValue } from '@contentflow/kernel';
import type { TextBlock } from '../text-blocks.ts';
import type { TextFacts } from '../text-facts.ts';

/** One thing that readers expect of a content type, met from 0 to 1. */
interface Expectation {
  readonly met: number;
  readonly weight: number;
}

/**
 * How well the form meets what the content type is expected to have: the weighted mean of its expectations.
 * @returns [0, 1]
 */
export function structure(text: TextFacts, contentType: string): number {
  const expectations = (ownValue(expectationsByType, contentType) ?? proseExpectations)(shapeOf(text));
  const weight = expectations.reduce((sum, expectation) => sum + expectation.weight, 0);
  return expectations.reduce((sum, expectation) => sum + expectation.met * expectation.weight, 0) / weight;
}

interface Shape {
  readonly text: string;
  readonly words: number;
  readonly blocks: readonly TextBlock[];
  readonly headings: number;
  readonly bullets: number;
  readonly paragraphs: number;
  readonly longestParagraph: number;
  readonly hasSubject: boolean;
  readonly hashtags: number;
  readonly callsToAct: boolean;
}

function shapeOf(text: TextFacts): Shape {
  const of = (kind: TextBlock['kind']): number => text.blocks.filter((block) => block.kind === kind).length;
  return {
    text: text.text,
    words: text.wordCount,
    blocks: text.blocks,
    headings: of('heading'),
    bullets: of('bullet'),
    paragraphs: of('paragraph'),
    longestParagraph: Math.max(
      0,
      ...text.blocks.filter(({ kind }) => kind === 'paragraph').map((block) => block.text.split(/\s+/).length),
    ),
    hasSubject: of('subject') > 0,
    hashtags: text.text.match(/(?:^|\s)#[\p{L}\p{N}_]+/gu)?.length ?? 0,
    callsToAct: callToAct.test(text.text),
  };
}

const callToAct =
  /\b(?:buy|shop|order|get|try|sign up|subscribe|join|book|call|click|visit|learn more|contact|download|start|discover|register|reply|grab|claim|find out|request|explore|choose|upgrade|save|see|read more|jetzt|bestellen|entdecken|kaufen|découvrez|commandez|achetez|compra|descubre|pide|reserva|let (?:me|us) know|get in touch|reach out)\b/i;
const greeting =
  /^\s*(?:hi|hello|dear|hey|good (?:morning|afternoon|evening)|greetings|sehr geehrte|liebe[rs]?|hallo|guten tag|bonjour|cher|chère|madame|estimad[oa]s?|hola|querid[oa]|ciao|gentile)\b/im;
const signOff =
  /^\s*(?:(?:best|kind|warm|warmest|many) (?:regards|wishes)|best|regards|sincerely|yours|cheers|thanks|thank you|cordially|respectfully|mit freundlichen|viele grüße|liebe grüße|beste grüße|cordialement|bien à vous|saludos|atentamente|un saludo|un abrazo|the [\p{L} ]+ team)\b/imu;

const expectationsByType: Readonly<Record<string, (shape: Shape) => Expectation[]>> = {
  headline: (shape) => [
    weigh(3, shape.blocks.length === 1 ? 1 : 0.2),
    weigh(2, within(shape.text.trim().length, 20, 110)),
    weigh(1, /[.,;:]\s*$/.test(shape.text) ? 0.5 : 1),
  ],
  ad_copy: (shape) => [
    weigh(3, shape.callsToAct ? 1 : 0.2),
    weigh(1, within(shape.longestParagraph, 0, 70)),
    weigh(1, shape.headings + shape.paragraphs > 0 ? 1 : 0.5),
  ],
  social_post: (shape) => [
    weigh(2, within(shape.longestParagraph, 0, 80)),
    weigh(1, shape.hashtags > 0 ? within(shape.hashtags, 1, 6) : 0.6),
    weigh(1, shape.callsToAct || shape.text.includes('?') ? 1 : 0.5),
    weigh(1, shape.headings <= 1 ? 1 : 0.5),
  ],
  email: (shape) => [
    weigh(1, shape.hasSubject ? 1 : 0.6),
    weigh(2, greeting.test(shape.text) ? 1 : 0.4),
    weigh(2, signOff.test(shape.text) ? 1 : 0.4),
    weigh(2, paragraphing(shape)),
    weigh(1, shape.callsToAct ? 1 : 0.6),
  ],
  blog_post: (shape) => [
    weigh(3, headings(shape)),
    weigh(3, paragraphing(shape)),
    weigh(1, within(shape.paragraphs + shape.bullets, 2, 200)),
  ],
  product_description: (shape) => [
    weigh(3, paragraphing(shape)),
    weigh(1, shape.bullets >= 2 || shape.words < 120 ? 1 : 0.7),
    weigh(1, shape.callsToAct ? 1 : 0.8),
  ],
  summary: (shape) => [weigh(3, paragraphing(shape)), weigh(1, shape.headings <= 2 ? 1 : 0.6)],
};

function proseExpectations(shape: Shape): Expectation[] {
  return [weigh(1, paragraphing(shape))];
}

/** Walls of text tire: paragraphs up to 120 words are well, and long texts need several blocks. */
function paragraphing(shape: Shape): number {
  const parts = shape.paragraphs + shape.bullets;
  if (parts === 0) return 0.3;
  const wall = within(shape.longestParagraph, 0, 120);
  const wanted = Math.min(4, Math.floor(shape.words / 130) + 1);
  return 0.5 * wall + 0.5 * Math.min(1, parts / wanted);
}

/** A heading for every 350 words from 300 on. */
function headings(shape: Shape): number {
  if (shape.words < 300) return shape.headings > 0 ? 1 : 0.8;
  return Math.min(1, 0.3 + (0.7 * shape.headings) / Math.max(1, Math.floor(shape.words / 350)));
}

const weigh = (weight: number, met: number): Expectation => ({ weight, met });

/** 1 within the range, falling to 0 at half of its lower and double of its upper end. */
function within(value: number, from: number, to: number): number {
  if (value > to) return Math.max(0, 2 - value / to);
  if (value < from) return Math.max(0, (2 * value) / from - 1);
  return 1;
}
