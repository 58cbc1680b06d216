import type { Random } from '@contentflow/kernel';
import type { Likes } from '../world/world.ts';
import type { Distances, Impression } from './impression.ts';

/** What readers write beside their stars. `{tone}` is what they read or want, `{words}` a length. */

const tooFormal = [
  'Too formal for my taste.',
  'This reads like a letter from a lawyer, please make it more {tone}.',
  'Could you use a more {tone} tone?',
  'The tone is stiff. I would prefer something {tone}.',
  'Good content but it sounds way too formal.',
  'A more {tone} voice would suit us better.',
];
const tooCasual = [
  'Too casual for our customers.',
  'This sounds unprofessional, please write it more {tone}.',
  'A more {tone} tone would be appropriate.',
  'I would like it less chatty and more {tone}.',
  'The jokes do not fit, we need a {tone} tone.',
];
const otherTone = [
  'The tone is off, I want it more {tone}.',
  'Please make the tone {tone}.',
  'Not the right tone for us, should be {tone}.',
];
const tooLong = [
  'Could be shorter.',
  'Too long, I lost interest halfway.',
  'Please cut this down to about {words} words.',
  'It goes on and on. Half of it would do.',
  'Nice, but a bit long.',
];
const tooShort = [
  'Could be longer, I was missing details.',
  'Too short to be useful.',
  'Please write more, about {words} words would be right.',
  'A little thin, more detail please.',
];
const wantsBullets = [
  'A list with bullet points would be easier to read.',
  'Please use bullet points.',
  'One block of text, I would like bullets.',
  'Hard to scan, some bullet points would help.',
];
const wantsOther = ['The structure does not work for me.', 'I would prefer {structure}.'];
const poor = [
  'Several spelling mistakes, not usable like this.',
  'It repeats itself and misses the point.',
  'Where do these numbers come from?',
  'Important points from my brief are missing.',
  'Poorly written, I had to redo it.',
  'Full of errors.',
  'Boring and generic.',
];
const fair = ['It is okay.', 'Usable after some editing.', 'Average, nothing special.', 'Fine, but it lacks details.'];
const mistaken = [
  'This is about something else.',
  'Wrong topic, I asked for something different.',
  'That is not what I ordered, it says the opposite.',
];
const goodTone = ['Great tone!', 'Love the {tone} voice.', 'The tone is exactly right.'];
const goodLength = ['Perfect length.', 'Short and to the point.', 'Just the right length.'];
const goodBullets = [
  'Love the bullet points.',
  'The bullet points make it easy to read.',
  'Great structure, easy to scan.',
];
const excellent = [
  'Excellent, I used it as it is.',
  'Very well written.',
  'Clear, accurate and complete.',
  'Everything I asked for is in there.',
  'Really good work, thank you!',
];

const formalTones = new Set(['formal', 'academic', 'professional', 'serious', 'authoritative']);

/** One remark about what struck the reader most, or a second one beside it. */
export function commentOn(impression: Impression, likes: Likes, distances: Distances, random: Random): string {
  if (impression.isMistaken) return random.pick(mistaken);
  const remarks = remarksOn(impression, likes, distances).toSorted((a, b) => b.weight - a.weight);
  const total = remarks.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  const first = remarks.find(({ weight }) => (left -= weight) < 0) ?? remarks[0];
  const second = remarks.find((remark) => remark !== first && remark.weight > 0.3);
  const said = [first, ...(second && random.next() < 0.2 ? [second] : [])].map((remark) =>
    filled(random.pick(remark?.sentences ?? fair), likes),
  );
  return said.join(' ');
}

interface Remark {
  readonly weight: number;
  readonly sentences: readonly string[];
}

function remarksOn(impression: Impression, likes: Likes, distances: Distances): Remark[] {
  const { weight } = likes;
  const { quality } = impression;
  return [
    { weight: weight.tone * distances.tone, sentences: toneRemarks(impression, likes) },
    { weight: weight.words * distances.words, sentences: impression.words > (likes.words ?? 0) ? tooLong : tooShort },
    {
      weight: weight.structure * distances.structure,
      sentences: likes.structure?.includes('bullet') ? wantsBullets : wantsOther,
    },
    { weight: likes.tone && distances.tone < 0.15 ? 0.4 * weight.tone : 0, sentences: goodTone },
    { weight: likes.words && distances.words < 0.15 ? 0.3 * weight.words : 0, sentences: goodLength },
    {
      weight: impression.isListed && likes.structure && distances.structure === 0 ? 0.8 * weight.structure : 0,
      sentences: goodBullets,
    },
    { weight: Math.max(0, (6.5 - quality) / 4), sentences: poor },
    { weight: Math.max(0.05, 0.4 - Math.abs(quality - 6.8) / 4), sentences: fair },
    { weight: Math.max(0, (quality - 7.2) / 3), sentences: excellent },
  ].filter((remark) => remark.weight > 0);
}

function toneRemarks({ tone = 'neutral' }: Impression, likes: Likes): readonly string[] {
  const wanted = likes.tone ?? '';
  if (formalTones.has(tone) && !formalTones.has(wanted)) return tooFormal;
  return formalTones.has(wanted) ? tooCasual : otherTone;
}

const filled = (sentence: string, likes: Likes): string =>
  sentence
    .replaceAll('{tone}', likes.tone ?? 'natural')
    .replaceAll('{words}', String(Math.round(likes.words ?? 200)))
    .replaceAll('{structure}', likes.structure ?? 'paragraphs');
