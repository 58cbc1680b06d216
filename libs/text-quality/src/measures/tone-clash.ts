import data from '../tone-clashes.json' with { type: 'json' };
import { memoBySentence } from '../memo-by-sentence.ts';
import type { SentenceFacts } from '../sentence-facts.ts';
import { voiceTotalsOf } from '../text-facts.ts';
import { tonesIn, voiceOf } from './tone-fit.ts';

/** A voice that one sentence is enough to hear. */
export type ClashingVoice = keyof typeof data.voices;

const everywhere: readonly ClashingVoice[] = ['hostility'];
const plain: readonly ClashingVoice[] = ['slang', 'hype'];
const close: readonly ClashingVoice[] = ['officialese'];
/** What no sentence of a tone may sound like, besides hostility; those of tones not known in `otherwise`. */
const clashes: ReadonlyMap<string, readonly ClashingVoice[]> = new Map([
  ['formal', plain],
  ['professional', plain],
  ['neutral', plain],
  ['friendly', close],
  ['casual', close],
  ['enthusiastic', [...close, 'hedging', 'despair']],
  ['persuasive', [...close, 'hedging', 'despair']],
  ['aggressive', [...close, 'hedging']],
  ['playful', [...close, 'despair']],
  ['urgent', [...close, 'hedging']],
  ['empathetic', [...close, 'hype']],
]);
const otherwise: readonly ClashingVoice[] = ['officialese'];
/** Who asks for it wants no officialese, however neutral. */
const plainly = /\b(?:clear|plain|simple|straightforward|concise)\b/i;
/** What the first clash leaves, and each further one of the first again. */
const left = 0.65;
const countedClashes = 3;
const calmTones: ReadonlySet<string> = new Set(['formal', 'professional', 'neutral', 'empathetic']);
/** Of the voice of a sentence alone: where nobody would take it for friendly, or for plain. */
const tooFormal = 0.72;
const tooCasual = 0.1;
const tooLoud = 0.7;
const shortestHeard = 6;
/** Mild words clash where there is more than one of them in a sentence, or shouting beside. */
const mild: ReadonlySet<ClashingVoice> = new Set(['hype', 'hedging']);

/**
 * What the sentences in another voice than the asked one leave of a tone: readers hear a single one, however well the rest sounds.
 * @returns (0, 1], 1 where none clashes
 */
export function withoutClashes(
  tone: string | undefined,
  sentences: readonly SentenceFacts[],
  isPublic: boolean,
): number {
  if (tone === undefined || tone.trim() === '') return 1;
  const asked = tonesIn(tone);
  const unwanted = new Set<ClashingVoice>(
    asked.length === 0
      ? otherwise
      : (clashes.get(asked[0] as string) ?? otherwise).filter((voice) =>
          asked.every((each) => clashes.get(each)?.includes(voice)),
        ),
  );
  if (plainly.test(tone)) unwanted.add('officialese');
  if (!asked.includes('aggressive')) for (const voice of everywhere) unwanted.add(voice);
  const isCalm = asked.length === 0 ? !isPublic : asked.every((each) => calmTones.has(each));
  const clashing = sentences.filter((sentence) => isClashing(sentence, unwanted, isCalm)).length;
  return left ** Math.min(countedClashes, clashing);
}

function isClashing(sentence: SentenceFacts, unwanted: ReadonlySet<ClashingVoice>, isCalm: boolean): boolean {
  const { voice, heard, isLoud } = soundOf(sentence);
  if (voice && unwanted.has('officialese') && voice.formality > tooFormal) return true;
  if (voice && unwanted.has('slang') && (voice.formality < tooCasual || voice.energy > tooLoud)) return true;
  if (isCalm && isLoud) return true;
  for (const each of unwanted)
    if ((heard.get(each) ?? 0) > (mild.has(each) && sentence.exclamations === 0 ? 1 : 0)) return true;
  return false;
}

const voiceEntries = Object.entries(data.voices).map(
  ([voice, entries]) =>
    [voice as ClashingVoice, entries.split('|').map((entry) => ` ${entry.replaceAll(',', '')} `)] as const,
);

/** How a sentence sounds alone: its voice where it is long enough, and how many entries of each clashing voice it has. */
const soundOf = memoBySentence((sentence) => {
  const said = ` ${sentence.words.join(' ')} `;
  const heard = new Map<ClashingVoice, number>();
  for (const [voice, entries] of voiceEntries) {
    const count = entries.filter((entry) => said.includes(entry)).length;
    if (count > 0) heard.set(voice, count);
  }
  return {
    voice: sentence.words.length >= shortestHeard ? voiceOf(voiceTotalsOf([sentence])) : undefined,
    heard,
    isLoud: /!!|\?!/.test(sentence.text) || sentence.shouted > 1,
  };
});
