import { ownValue } from '@contentflow/kernel';
import type { VoiceTotals } from '../text-facts.ts';

/** The voice of a text, each in [0, 1]; formality is 0 for slang and 1 for officialese, 0.5 for plain prose. */
export interface Voice {
  readonly formality: number;
  readonly warmth: number;
  readonly energy: number;
  readonly persuasion: number;
  readonly humour: number;
  readonly hostility: number;
}

/**
 * Reads the voice from rates per 100 words and per sentence. The signs follow Heylighen and Dewaele (2002), Foundations of
 * Science 7 (formality), and Biber (1988), Variation across Speech and Writing (contractions, second person, hedges as
 * involved style); the weights were set by hand on short commercial texts.
 */
export function voiceOf(totals: VoiceTotals): Voice {
  const words = Math.max(1, totals.words);
  // Few words prove little: the rates of a headline are drawn towards none.
  const rate = (count: number): number => (100 * count) / (words + 15);
  const perSentence = (count: number): number => count / Math.max(1, totals.sentences);
  const { marks } = totals;
  const exclaiming = perSentence(totals.exclamations);
  const formal =
    0.3 * rate(marks.formal) +
    0.55 * (totals.letters / words - 4.9) +
    0.04 * (words / Math.max(1, totals.sentences) - 14);
  const casual =
    0.35 * rate(marks.contraction) +
    0.4 * rate(marks.casual) +
    0.06 * rate(marks.secondPerson) +
    1.2 * exclaiming +
    0.5 * rate(totals.emoji);
  return {
    formality: 0.5 + 0.5 * Math.tanh(0.6 * (formal - casual)),
    warmth: rising(
      0.3 * rate(marks.warm) +
        0.07 * rate(marks.secondPerson) +
        0.05 * rate(marks.firstPlural) +
        0.08 * rate(marks.contraction) +
        0.25 * exclaiming +
        0.2 * rate(totals.emoji),
    ),
    energy: rising(
      1.6 * exclaiming + 0.3 * rate(marks.energetic) + 0.2 * rate(totals.shouted) + 0.15 * rate(totals.emoji),
    ),
    persuasion: rising(
      0.2 * rate(marks.persuasive) +
        1.1 * perSentence(marks.imperative) +
        0.05 * rate(marks.secondPerson) +
        0.05 * rate(marks.energetic),
    ),
    humour: rising(
      0.4 * rate(marks.playful) + 0.35 * rate(totals.emoji) + 0.03 * rate(marks.casual) + 0.1 * exclaiming,
    ),
    hostility: rising(0.35 * rate(marks.hostile) + 0.25 * rate(totals.shouted)),
  };
}

/** A band of the voice, and how much leaving it costs. */
interface Expectation {
  readonly axis: keyof Voice;
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

type Tone = readonly Expectation[];

const expect = (axis: keyof Voice, from: number, to: number, weight: number): Expectation => ({
  axis,
  from,
  to,
  weight,
});
const calm = expect('energy', 0, 0.35, 0.6);
const civil = expect('hostility', 0, 0.3, 0.7);
const serious = expect('humour', 0, 0.35, 0.6);

const tones: Readonly<Record<string, Tone>> = {
  formal: [expect('formality', 0.6, 1, 0.95), calm, serious, civil],
  professional: [expect('formality', 0.42, 0.97, 0.9), expect('energy', 0, 0.5, 0.5), serious, civil],
  friendly: [expect('warmth', 0.5, 1, 0.9), expect('formality', 0.05, 0.55, 0.85), civil],
  casual: [expect('formality', 0, 0.45, 0.95), expect('warmth', 0.2, 1, 0.4), civil],
  enthusiastic: [
    expect('energy', 0.45, 1, 0.9),
    expect('warmth', 0.2, 1, 0.4),
    expect('formality', 0, 0.65, 0.5),
    civil,
  ],
  persuasive: [expect('persuasion', 0.5, 1, 0.9), expect('formality', 0.05, 0.8, 0.4), civil],
  aggressive: [expect('hostility', 0.4, 1, 0.9), expect('formality', 0, 0.6, 0.4), expect('warmth', 0, 0.5, 0.4)],
  playful: [expect('humour', 0.4, 1, 0.9), expect('formality', 0, 0.5, 0.7), civil],
  urgent: [expect('persuasion', 0.5, 1, 0.8), expect('energy', 0.25, 1, 0.5)],
  empathetic: [expect('warmth', 0.5, 1, 0.9), expect('energy', 0, 0.5, 0.4), civil],
  neutral: [expect('formality', 0.3, 0.9, 0.7), calm, expect('persuasion', 0, 0.6, 0.4), serious, civil],
};

const synonyms: Readonly<Record<string, string>> = {
  ...allTo(
    'formal',
    'official ceremonial dignified academic scholarly legal solemn stern strict förmlich formell sachlich formel soutenu elegant sophisticated refined luxurious',
  ),
  ...allTo(
    'professional',
    'business businesslike corporate expert authoritative trustworthy confident polished serious competent professionell professionnel profesional technical',
  ),
  ...allTo(
    'friendly',
    'warm welcoming approachable kind personable cordial inviting caring cheerful positive freundlich amical chaleureux amable amistoso herzlich familiar upbeat',
  ),
  ...allTo(
    'casual',
    'informal relaxed conversational laid-back easygoing chatty colloquial locker décontracté informell informel down-to-earth youthful simple',
  ),
  ...allTo(
    'enthusiastic',
    'excited energetic exciting passionate bold lively dynamic vibrant begeistert enthousiaste entusiasta inspiring inspirational motivational motivating uplifting',
  ),
  ...allTo(
    'persuasive',
    'convincing compelling promotional salesy marketing sales selling advertising überzeugend persuasif persuasivo',
  ),
  ...allTo('aggressive', 'pushy confrontational provocative harsh hard-hitting edgy combative blunt'),
  ...allTo(
    'playful',
    'funny humorous humourous witty quirky fun whimsical lighthearted light-hearted cheeky silly humorvoll drôle divertido spielerisch',
  ),
  ...allTo('urgent', 'pressing immediate'),
  ...allTo(
    'empathetic',
    'compassionate sympathetic understanding supportive reassuring gentle sincere heartfelt comforting apologetic sorry regretful encouraging helpful patient kind-hearted',
  ),
  ...allTo(
    'neutral',
    'objective factual informative plain balanced descriptive explanatory educational straightforward clear concise journalistic instructive impartial',
  ),
};

/** Where the asked tone is not known, nothing is proven either way. */
const unknownTone = 0.7;
const fullDeviation = 0.45;

/**
 * How well a voice fits the asked tone: a product over the tone's expectations, each falling as the voice leaves its band.
 * Several words ("friendly but professional") are averaged; "not formal" and "less formal" ask for casual.
 * @returns [0, 1]; 1 where no tone was asked for, 0.7 for tones not known
 */
export function toneFit(requested: string | undefined, voice: Voice): number {
  if (requested === undefined || requested.trim() === '') return 1;
  const known = tonesIn(requested);
  if (known.length === 0) return unknownTone;
  return known.reduce((sum, tone) => sum + fitOf(ownValue(tones, tone) ?? [], voice), 0) / known.length;
}

/** The known tones that a free description asks for, in its order. */
export function tonesIn(requested: string): string[] {
  const words = requested.toLowerCase().match(/[\p{L}-]+/gu) ?? [];
  const found: string[] = [];
  words.forEach((word, i) => {
    const tone = baseTone(word);
    if (tone === undefined) return;
    const isTurned =
      ['not', 'less', 'non', 'never', 'nicht', 'weniger'].includes(words[i - 1] ?? '') ||
      ['not', 'less'].includes(words[i - 2] ?? '');
    found.push(isTurned ? (ownValue(opposite, tone) ?? 'neutral') : tone);
  });
  return [...new Set(found)];
}

function baseTone(word: string): string | undefined {
  if (Object.hasOwn(tones, word)) return word;
  return ownValue(synonyms, word) ?? ownValue(synonyms, word.replace(/(?:ly|er|e|en|es)$/, ''));
}

const opposite: Readonly<Record<string, string>> = {
  formal: 'casual',
  casual: 'formal',
  friendly: 'professional',
  professional: 'casual',
  playful: 'professional',
};

function fitOf(tone: Tone, voice: Voice): number {
  return tone.reduce((fit, { axis, from, to, weight }) => {
    const outside = Math.max(0, from - voice[axis], voice[axis] - to);
    return fit * (1 - weight * Math.min(1, outside / fullDeviation));
  }, 1);
}

function allTo(tone: string, words: string): Record<string, string> {
  return Object.fromEntries(words.split(/\s+/).map((word) => [word, tone]));
}

function rising(evidence: number): number {
  return 1 - Math.exp(-Math.max(0, evidence));
}
