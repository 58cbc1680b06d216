import { ownValue } from '@contentflow/kernel';
import type { TextBlock } from '../text-blocks.ts';
import type { TextFacts } from '../text-facts.ts';
import { type SevereFailure } from '../severe-failures.ts';
import { wrappingsOf } from '../wrapping.ts';

/** One thing that readers expect of a content type, met from 0 to 1. */
interface Expectation {
  readonly met: number;
  readonly weight: number;
}

/** What is left of the measure for each thing that has no place in a finished text: what is around it, a cut end, gaps to fill in. */
const leftByEachFlaw = 0.6;

/**
 * How well the form meets what the content type is expected to have: the weighted mean of its expectations, less for what has no place in it.
 * @param failures  of the text as a whole
 * @returns [0, 1]
 */
export function structure(text: TextFacts, contentType: string, failures: readonly SevereFailure[] = []): number {
  const expectations = (ownValue(expectationsByType, contentType) ?? proseExpectations)(shapeOf(text));
  const weight = expectations.reduce((sum, expectation) => sum + expectation.weight, 0);
  const met = expectations.reduce((sum, expectation) => sum + expectation.met * expectation.weight, 0) / weight;
  const flaws =
    wrappingsOf(text.text, contentType).length +
    Number(failures.includes('truncated')) +
    Number(failures.includes('placeholder')) +
    strayHeadings(text);
  return met * leftByEachFlaw ** Math.min(3, flaws);
}

const longestHeading = 16;

/** Headings of nothing: without words, without text below them, or with a text on their own line. */
function strayHeadings({ blocks, text }: TextFacts): number {
  const levels = blocks.filter(({ kind }) => kind === 'heading' || kind === 'paragraph' || kind === 'bullet');
  const stray = levels.filter(({ kind, isMarked, text: words, sentences }, i) => {
    if (kind !== 'heading') return false;
    if (words === '' || words.split(/\s+/).length > longestHeading) return true;
    return isMarked && sentences.length > 0 && (i === levels.length - 1 ? levels.length > 1 : isRepeated(levels, i));
  });
  return stray.length + (headingWithinLine.test(text) ? 1 : 0);
}

/** From the first letter of a line on: begun at each letter it takes the square of a line's length. */
const headingWithinLine = /^[^\S\n]*\S[^\n]* #{2,6} \S/m;

const isRepeated = (blocks: readonly TextBlock[], at: number): boolean =>
  blocks[at + 1]?.kind === 'heading' &&
  (blocks[at + 1]?.text === blocks[at]?.text || (at > 0 && blocks[at + 1]?.isMarked === true));

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
  readonly beginsWithTitle: boolean;
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
    beginsWithTitle: text.blocks[0]?.kind === 'heading',
  };
}

const callToAct =
  /\b(?:buy|shop|order|get|try|sign up|subscribe|join|book|call|click|visit|learn more|contact|download|start|discover|register|reply|grab|claim|find out|request|explore|choose|upgrade|save|see|read more|bring|come|pop (?:in|by|round)|drop (?:in|by)|stop by|swing by|enjoy|taste|ask|tell us|treat|visit us|jetzt|bestellen|entdecken|kaufen|découvrez|commandez|achetez|compra|descubre|pide|reserva|let (?:me|us) know|get in touch|reach out)\b/i;
const greeting =
  /^\s*(?:hi|hello|dear|hey|good (?:morning|afternoon|evening)|greetings|sehr geehrte|liebe[rs]?|hallo|guten tag|bonjour|cher|chère|madame|estimad[oa]s?|hola|querid[oa]|ciao|gentile)\b/im;
const signOff =
  /^\s*(?:(?:best|kind|warm|warmest|many) (?:regards|wishes)|best|regards|sincerely|yours|cheers|thanks|thank you|cordially|respectfully|mit freundlichen|viele grüße|liebe grüße|beste grüße|cordialement|bien à vous|saludos|atentamente|un saludo|un abrazo|the [\p{L} ]+ team)\b/imu;

/** `With our apologies,` and a name below: a short line that ends in a comma, and one or two short ones after it. */
const endsWithName = (text: string): boolean => /\n[^\n.!?]{3,40},[ \t]*(?:\n+[^\n.!?]{2,40}){1,3}\s*$/u.test(text);

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
    weigh(2, signOff.test(shape.text) || endsWithName(shape.text) ? 1 : 0.4),
    weigh(2, paragraphing(shape)),
    weigh(1, shape.callsToAct ? 1 : 0.6),
  ],
  blog_post: (shape) => [
    weigh(3, headings(shape)),
    weigh(1, shape.beginsWithTitle ? 1 : 0.5),
    weigh(3, paragraphing(shape)),
    weigh(1, within(shape.paragraphs + shape.bullets, 2, 200)),
  ],
  product_description: (shape) => [
    weigh(3, paragraphing(shape)),
    weigh(0.5, shape.beginsWithTitle ? 1 : 0.8),
    weigh(1, shape.bullets >= 2 || shape.words < 120 ? 1 : 0.7),
    weigh(1, shape.callsToAct ? 1 : 0.8),
  ],
  summary: (shape) => [weigh(3, paragraphing(shape)), weigh(1, shape.headings <= 2 ? 1 : 0.6)],
};

function proseExpectations(shape: Shape): Expectation[] {
  // Headings below a text that has no title of its own hang in the air.
  return [weigh(3, paragraphing(shape)), weigh(1, shape.headings > 0 && !shape.beginsWithTitle ? 0.5 : 1)];
}

/** Walls of text tire: paragraphs up to 120 words are well, and long texts need several blocks. */
function paragraphing(shape: Shape): number {
  const parts = shape.paragraphs + shape.bullets;
  if (parts === 0) return 0.3;
  const wall = within(shape.longestParagraph, 0, 120);
  const wanted = shape.words < 60 ? 1 : Math.min(4, Math.floor(shape.words / 60) + 1);
  return 0.5 * wall + 0.5 * Math.min(1, parts / wanted);
}

/** A heading for every 350 words from 300 on. */
function headings(shape: Shape): number {
  if (shape.words < 150) return shape.headings > 0 ? 1 : 0.8;
  if (shape.words < 300) return Math.min(1, 0.5 + 0.5 * (shape.headings / 3) ** 0.5);
  return Math.min(1, 0.3 + (0.7 * shape.headings) / Math.max(1, Math.floor(shape.words / 350)));
}

const weigh = (weight: number, met: number): Expectation => ({ weight, met });

/** 1 within the range, falling to 0 at half of its lower and double of its upper end. */
function within(value: number, from: number, to: number): number {
  if (value > to) return Math.max(0, 2 - value / to);
  if (value < from) return Math.max(0, (2 * value) / from - 1);
  return 1;
}
