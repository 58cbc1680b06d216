import claimData from './claims.json' with { type: 'json' };
import oppositeData from './opposites.json' with { type: 'json' };
import { memoBySentence } from './memo-by-sentence.ts';
import type { SentenceFacts } from './sentence-facts.ts';
import { stemOf } from './stems.ts';

const language = 'en';
const entries = Object.values(claimData.kinds).flatMap((kind) => kind.split('|'));
const singles = new Set(entries.filter((entry) => !entry.includes(' ')));
const phrases = entries.filter((entry) => entry.includes(' '));
/** By their first word: a sentence holds none of most of them. */
const phrasesFrom = Map.groupBy(phrases, (phrase) => phrase.split(' ', 1)[0] as string);
const placeOf = new Map(phrases.map((phrase, index) => [phrase, index]));

/** The words and phrases by which an English sentence claims what can be checked. */
export const claimsIn = memoBySentence(({ words }): readonly string[] => {
  const said = ` ${words.join(' ')} `;
  return [
    ...words.filter((word) => singles.has(word)),
    ...[...new Set(words)]
      .flatMap((word) => phrasesFrom.get(word) ?? [])
      .filter((phrase) => said.includes(` ${phrase} `))
      .sort((a, b) => (placeOf.get(a) as number) - (placeOf.get(b) as number)),
  ];
});

const universals = new Set('completely entirely totally permanently instantly infinitely'.split(' '));
const superlative = /^(?:[a-z]{3,}est|most)$/;
const notSuperlative = new Set(
  `best west east rest test guest forest interest request harvest nest chest invest honest modest suggest arrest digest
  protest contest earliest latest quest conquest manifest nearest at-least least`.split(/\s+/),
);
/** Of perfect and lasting effects: what is done to what, as if it could be seen. */
const strongEffects =
  /^(?:filter|repel|remove|destroy|restore|recover|breach|replace|outperform|outlast|exceed|transform|revolutioni[sz]e|banish|erase|detect|neutrali[sz]e|protect|strengthen|extend|multipl(?:y|ie)|shrink|vanish|disappear)(?:s|es|ed|d)?$/;

/** The words of a sentence that leave no exception or have no equal. */
export const sweepingWords = memoBySentence(({ words }): readonly string[] =>
  words.filter(
    (word) => universals.has(word) || (superlative.test(word) && !notSuperlative.has(word)) || strongEffects.test(word),
  ),
);

const upToTwenty =
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
  nineteen twenty`.split(/\s+/);
const roundNumbers = { thirty: 30, forty: 40, fifty: 50, sixty: 60, seventy: 70, eighty: 80, ninety: 90, hundred: 100, thousand: 1000 }; // prettier-ignore
const numberWords = new Map(
  [...upToTwenty.entries()]
    .map(([value, word]) => [word, String(value)] as const)
    .concat(Object.entries(roundNumbers).map(([word, value]) => [word, String(value)] as const)),
);

const counted = new Set(
  `percent times days weeks months years hours minutes pounds kilos miles kilometres kilometers euros dollars people customers
  users patients companies countries million billion degrees litres liters calories seconds cups places points inches feet acres sites towns cities schools studies out`.split(
    /\s+/,
  ),
);

/** `thirty times`, `ten days`: numbers in words that say something which can be false. */
export const spelledQuantities = memoBySentence(({ words }): { readonly value: string; readonly text: string }[] =>
  words.flatMap((word, i) => {
    const value = numberWords.get(word);
    const next = words[i + 1];
    return value !== undefined && value !== '1' && next !== undefined && counted.has(next)
      ? [{ value, text: `${word} ${next}` }]
      : [];
  }),
);

const opposites = new Map<string, Set<string>>();
for (const pair of oppositeData.pairs.split('|')) {
  const [one = '', other = ''] = pair.split(' ').map((word) => stemOf(word, language));
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    opposites.set(from, (opposites.get(from) ?? new Set()).add(to));
}

/** Stems that two sentences must share to be about the same; and the share of the source's own. */
const leastShared = 2;
const leastShareOfSource = 0.3;

/** Does a sentence, about what a source is about, say the opposite of it? By words of opposite meaning, and by what one negates and the other does not. */
export function contradicts(sentence: SentenceFacts, source: SentenceFacts): boolean {
  const size = source.contentStems.size;
  let shared = 0;
  for (const stem of source.contentStems) if (sentence.contentStems.has(stem)) shared++;
  if (shared < leastShared || shared < leastShareOfSource * size) return false;
  const own = stemsOf(sentence);
  const theirs = stemsOf(source);
  for (const stem of turnableStems(sentence)) {
    if (theirs.has(stem) || sentence.negatedStems.has(stem)) continue;
    for (const opposite of opposites.get(stem) ?? []) if (theirs.has(opposite) && !own.has(opposite)) return true;
  }
  if (sentence.negatedStems.size === 0 || source.negatedStems.size > 0) return false;
  if (sentence.questions > 0 || sentence.words.includes('if')) return false;
  if (shared < 3 && shared < 0.6 * size) return false;
  for (const stem of sentence.negatedStems) if (source.contentStems.has(stem)) return true;
  return false;
}

const stemsOf = memoBySentence(({ stems }): ReadonlySet<string> => new Set(stems));
const turnableStems = memoBySentence(({ stems }): readonly string[] => stems.filter((stem) => opposites.has(stem)));
