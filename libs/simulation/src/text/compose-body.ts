import type { Random } from '@contentflow/kernel';
import { sum } from '@contentflow/statistics';
import type { ParsedPrompt } from '../sandbox/read-request.ts';
import { nearestVoice, type Voice, voices } from '../world/tone.ts';
import { withSlip } from './blemishes.ts';
import {
  carriers,
  closings,
  ends,
  inventedClaims,
  keywordCarriers,
  leadIns,
  openings,
  statementsFor,
} from './sentence-stock.ts';

/** How a text falls short, each in [0, 1] or a count; read off its quality. */
export interface Defects {
  readonly missingPoints: number;
  readonly missingKeywords: number;
  readonly repeated: number;
  readonly slips: number;
  readonly offTone: number;
  readonly invented: number;
  /** Sentences that run on into the next. */
  readonly runOn: number;
  /** Words made ÷ words asked. */
  readonly length: number;
  readonly isUnstructured: boolean;
}

/** Quality at which a text has every defect in full. */
const WORST = 2;

/**
 * The defects of a text of this quality. Each kind is drawn a little better or worse than the quality says, so that no single
 * measure tells all.
 */
export function defectsOf(quality: number, random: Random): Defects {
  const lack = (10 - quality) / (10 - WORST);
  const badness = (): number => Math.min(1.15, Math.max(0, lack + 0.07 * random.normal()));
  const stretch = 0.75 * badness() ** 1.2;
  return {
    missingPoints: 0.85 * badness(),
    missingKeywords: 0.85 * badness(),
    repeated: 0.4 * badness() ** 1.2,
    slips: 0.75 * badness(),
    offTone: 0.5 * badness(),
    invented: 0.22 * badness(),
    runOn: 0.6 * badness() ** 1.5,
    length: random.next() < 0.75 ? 1 - 0.75 * stretch : 1 + stretch,
    isUnstructured: random.next() < badness() ** 3,
  };
}

/** Words made ÷ words asked, in the mean over texts of that quality. */
export function expectedLengthFactor(quality: number): number {
  const stretch = 0.75 * Math.min(1.15, (10 - quality) / (10 - WORST)) ** 1.2;
  return 0.75 * (1 - 0.75 * stretch) + 0.25 * (1 + stretch);
}

interface Writer {
  readonly ask: ParsedPrompt;
  readonly contentType: string;
  readonly voice: Voice;
  readonly random: Random;
  readonly fill: (template: string) => string;
}

/**
 * A text for what was asked, with these defects: opening, key points, statements, closing, in paragraphs or bullets.
 * @param words  as asked, or as usual for the content type where nobody asked
 */
export function composeBody(
  contentType: string,
  ask: ParsedPrompt,
  words: number,
  defects: Defects,
  random: Random,
): string {
  if (words < LINE_WORDS) return line(ask, words, defects, random);
  const voice = nearestVoice(ask.tone ?? 'neutral');
  const writer: Writer = { ask, contentType, voice, random, fill: filling(ask) };
  const target = Math.max(6, words * defects.length);
  const points = kept(ask.keyPoints, defects.missingPoints, random);
  const keywords = kept(ask.keywords, defects.missingKeywords, random);
  const isListed = (ask.structure ?? '').includes('bullet') && points.length > 0;

  const must = [
    ...(isListed ? [] : points.map((point) => carried(pickFrom(carriers[voice], random), point))),
    ...keywords.map((keyword) => pickFrom(keywordCarriers, random).replace('{keyword}', keyword)),
  ];
  const opening = writer.fill(pickFrom(openings[voice], random));
  const closing = writer.fill(pickFrom(closings[voice], random));
  const list = isListed ? points.map((point) => `- ${capitalised(point)}`) : [];
  const fixed = wordsIn(opening) + wordsIn(closing) + sum(must.map(wordsIn)) + sum(list.map(wordsIn));
  const filler = statements(writer, (target - fixed) / (1 + defects.invented), defects);
  const middle = joined(blemished(interleaved(filler, must, random), defects, random), defects.runOn, random);
  // A short text has no room for courtesies.
  const isShort = fixed > 1.15 * target && must.length > 0;
  return laidOut(isShort ? middle : [opening, ...middle, closing], list, defects, random);
}

/** Texts of fewer words are one line. */
const LINE_WORDS = 20;

/** A headline in its own right: the topic and what fits of the key points. */
function line(ask: ParsedPrompt, words: number, defects: Defects, random: Random): string {
  const said = [capitalised(ask.topic), ...kept(ask.keyPoints, defects.missingPoints, random)];
  let text = said[0] as string;
  for (const point of said.slice(1)) if (wordsIn(text) + wordsIn(point) <= words * 1.3) text = `${text}: ${point}`;
  return random.next() < defects.slips ? withSlip(text, random) : text;
}

/** A line for a title: what a headline step writes. */
export function composeTitle(ask: ParsedPrompt, quality: number, random: Random): string {
  const point = ask.keyPoints[0];
  const title = `${capitalised(ask.topic)}${point && random.next() < 0.5 ? `: ${point}` : ''}`;
  return random.next() < (10 - quality) / 16 ? withSlip(title, random) : title;
}

/** What other steps write: notes about the topic, of about that many words. */
export function composeNotes(contentType: string, ask: ParsedPrompt, words: number, random: Random): string {
  const stock = statementsFor(contentType);
  const lines = ask.keyPoints.map((point) => `- ${point}`);
  let left = words - sum(lines.map(wordsIn));
  for (let i = random.below(stock.length); left > 0 && lines.length < 40; i++) {
    const line = `- ${capitalised(stock[i % stock.length] as string)}`;
    lines.push(line);
    left -= wordsIn(line);
  }
  return lines.join('\n');
}

/** Names the topic in full where a template says `{topic}`, in short where it says `{it}`. */
const filling = (ask: ParsedPrompt): ((template: string) => string) => {
  const audience = ask.audience ?? 'its readers';
  const topic = /^(the|a|an|how|why|what) /i.test(ask.topic) ? ask.topic : `the ${ask.topic}`;
  const short = topic.split(',', 1)[0]?.split(' ').slice(0, 4).join(' ') ?? topic;
  return (template) =>
    capitalised(template.replaceAll('{topic}', topic).replaceAll('{it}', short).replaceAll('{audience}', audience));
};

const carried = (carrier: string, point: string): string =>
  capitalised(carrier.replace('{point}', point.replace(/[.!]$/, '')));

function statements(writer: Writer, words: number, defects: Defects): string[] {
  const { contentType, random } = writer;
  const stock = statementsFor(contentType);
  // Strides that share no factor with the stock's sizes walk through all of it before anything comes twice.
  const starts = [random.below(stock.length), random.below(ends.length), random.below(60)] as const;
  const offVoice = random.pick(voices.filter((voice) => voice !== writer.voice));
  const made: string[] = [];
  let offTone = random.next();
  let repeated = random.next();
  for (let left = words, i = 0; left > 5 && i < 2000; i++) {
    offTone += defects.offTone;
    repeated += defects.repeated;
    const isRepeated = repeated >= 1 && made.length > 0;
    if (isRepeated) repeated -= 1;
    const isOffTone = offTone >= 1;
    if (isOffTone) offTone -= 1;
    const sentence = isRepeated
      ? (made[random.below(made.length)] as string)
      : statement(writer, isOffTone ? offVoice : writer.voice, starts, i);
    made.push(sentence);
    left -= wordsIn(sentence);
  }
  return made;
}

function statement(
  { contentType, fill }: Writer,
  voice: Voice,
  [stockStart, endStart, leadStart]: readonly [number, number, number],
  i: number,
): string {
  const stock = statementsFor(contentType);
  const core = stock[(stockStart + 7 * i) % stock.length] as string;
  const end = ends[(endStart + 5 * i + Math.floor(i / stock.length)) % ends.length] as string;
  const isLed = voice !== 'neutral' ? i % 3 !== 2 : i % 2 === 0;
  const leads = leadIns[voice];
  const lead = isLed ? (leads[(leadStart + 5 * i) % leads.length] as string) : '';
  const body = end === '' ? core : `${core} ${end}`;
  return fill(lead === '' ? `${body}.` : /[?!]$/.test(lead) ? `${lead} ${capitalised(body)}.` : `${lead} ${body}.`);
}

function interleaved(filler: readonly string[], must: readonly string[], random: Random): string[] {
  const result = [...filler];
  must.forEach((sentence, i) => {
    const slot = Math.floor(((i + random.next()) * (result.length + 1)) / Math.max(1, must.length));
    result.splice(Math.min(slot, result.length), 0, sentence);
  });
  return result;
}

/** Slips and invented figures, spread evenly so that their number follows the quality closely. */
function blemished(sentences: readonly string[], defects: Defects, random: Random): string[] {
  let slips = random.next();
  let invented = random.next() * 0.9;
  return sentences.flatMap((sentence) => {
    slips += defects.slips;
    invented += defects.invented;
    const isSlipped = slips >= 1;
    if (isSlipped) slips -= 1;
    const result = [isSlipped ? withSlip(sentence, random) : sentence];
    if (invented < 1) return result;
    invented -= 1;
    return [...result, pickFrom(inventedClaims, random).replace('{n}', String(11 + random.below(86)))];
  });
}

/** Some sentences run on into the next, as careless writing does. */
function joined(sentences: readonly string[], share: number, random: Random): string[] {
  const result: string[] = [];
  let due = random.next();
  for (const sentence of sentences) {
    const before = result.at(-1);
    due += before === undefined ? 0 : share;
    if (due < 1 || before === undefined) {
      result.push(sentence);
      continue;
    }
    due -= 1;
    result[result.length - 1] =
      `${before.replace(/[.!?]$/, '')}, and ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
  }
  return result;
}

function laidOut(sentences: readonly string[], list: readonly string[], defects: Defects, random: Random): string {
  if (defects.isUnstructured && sentences.length > 4) return [...sentences, ...list].join(' ');
  const size = 3 + random.below(2);
  const paragraphs: string[] = [];
  for (let i = 0; i < sentences.length; i += size) paragraphs.push(sentences.slice(i, i + size).join(' '));
  if (list.length > 0) paragraphs.splice(1, 0, list.join('\n'));
  return paragraphs.join('\n\n');
}

/** All but that share; the rounding is random, so that the mean over many texts is the share itself. */
function kept(items: readonly string[], missingShare: number, random: Random): string[] {
  const missing = Math.min(items.length, Math.floor(missingShare * items.length + random.next()));
  if (missing === 0) return [...items];
  return random.shuffled(items).slice(missing);
}

const pickFrom = (items: readonly string[], random: Random): string => items[random.below(items.length)] as string;
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function wordsIn(text: string): number {
  let words = 1;
  for (let i = text.indexOf(' '); i >= 0; i = text.indexOf(' ', i + 1)) words++;
  return words;
}
