import { boundedMemo, ownValue } from '@contentflow/kernel';
import { agreementSlips } from './agreement.ts';
import type { GrammarSlip } from './grammar-slip.ts';
import { isEnglishWord, respelling } from './english-words.ts';
import { correctionOf } from './misspellings.ts';
import { clausesOf, wordsOf } from './words.ts';

/**
 * The slips that a few rules find in one sentence; fast, for every text. English rules run on English alone.
 * Precise rather than complete: what is found is nearly always wrong, much that is wrong is not found.
 * @param words  the sentence's words in lower case, in order
 */
export function grammarSlips(sentence: string, words: readonly string[], language: string): GrammarSlip[] {
  const slips = [...repeatedWords(words, language), ...spacing(sentence), ...unbalanced(sentence)];
  if (language !== 'en') return slips;
  return [
    ...slips,
    ...wrongArticles(sentence),
    ...misspelt(sentence, words),
    ...wrongPairs(words),
    ...clausesOf(sentence).flatMap(slipsOfClause),
    ...lowerCaseI(sentence),
  ];
}

/** What a recipe makes a model write again and again, it writes clause by clause in other sentences. */
const slipsOfClause = boundedMemo(8000, (clause) => {
  const words = wordsOf(clause);
  return words.length === 0 ? [] : agreementSlips(words);
});

/** Does the sentence begin with a lower-case letter? Brand names such as iPhone do not count. */
export function beginsInLowerCase(sentence: string): boolean {
  return /^["'“”‘(]*\p{Ll}[\p{Ll}'’]*(?:[\s,.;:!?]|$)/u.test(sentence);
}

export function endsWithPunctuation(sentence: string): boolean {
  return /[.!?…:;。！？]["'”’»)\]*_]*(?:\s*[\p{Extended_Pictographic}\uFE0F]+|\s*#[\p{L}\p{N}_]+)*\s*$/u.test(sentence);
}

/** Doubled on purpose: "had had", "die die Kunden", "nous nous". */
const allowedDoubles: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set(['had', 'that', 'so', 'very', 'bye', 'no', 'ha', 'knock', 'win', 'many', 'really', 'much', 'far']),
  de: new Set(['die', 'der', 'das', 'den', 'sie', 'ihr', 'wir', 'sehr', 'nein', 'ja']),
  fr: new Set(['nous', 'vous', 'très', 'oui', 'non']),
  nl: new Set(['die', 'dat', 'zij', 'heel']),
};

function repeatedWords(words: readonly string[], language: string): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  for (let i = 1; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word !== words[i - 1] || /^\d/.test(word) || word.length < 2 || ownValue(allowedDoubles, language)?.has(word))
      continue;
    slips.push({ kind: 'repeated_word', found: `${word} ${word}`, suggestion: word });
  }
  return slips;
}

function spacing(sentence: string): GrammarSlip[] {
  const found: GrammarSlip[] = [];
  if (/\S {2,}\S/.test(sentence)) found.push({ kind: 'spacing', found: 'doubled space' });
  if (/\p{L} ,|\p{L} \.(?:\s|$)/u.test(sentence)) found.push({ kind: 'spacing', found: 'space before punctuation' });
  if (/\p{L},\p{L}/u.test(sentence)) found.push({ kind: 'spacing', found: 'no space after comma' });
  if (/,,|(?<!\.)\.\.(?!\.)|;;/.test(sentence)) found.push({ kind: 'spacing', found: 'doubled punctuation' });
  return found;
}

function unbalanced(sentence: string): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  if (count(sentence, '"') % 2 === 1 && !/\d"/.test(sentence)) slips.push({ kind: 'unbalanced', found: '"' });
  if (count(sentence, '(') > count(sentence, ')')) slips.push({ kind: 'unbalanced', found: '(' });
  if (/“[^”]*$/.test(sentence) && !/„[^“]*“[^”]*$/.test(sentence)) slips.push({ kind: 'unbalanced', found: '“' });
  return slips;
}

const articles = /(?<![\p{L}\d'’.-])([Aa]n?) (["'“]?)([\p{L}\d]+)/gu;
const vowelLetterConsonantSound = /^(?:uni(?!n|m)|us[aeu]|usu|ut[eio]|eu|ewe|one(?!i)|once|ubiq|ur[aio]|ufo)/;
const silentH = /^(?:hour|honest|honou?r|heir)/;
const notAfterAnArticle = new Set(['and', 'or', 'is', 'at', 'as', 'in', 'if', 'on', 'of', 'an', 'a', 'to', 'it']);

function wrongArticles(sentence: string): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  for (const [, article = '', , next = ''] of sentence.matchAll(articles)) {
    const right = rightArticle(next);
    if (right === undefined || article.toLowerCase() === right) continue;
    slips.push({ kind: 'article', found: `${article} ${next}`, suggestion: `${right} ${next}` });
  }
  return slips;
}

function rightArticle(next: string): 'a' | 'an' | undefined {
  const word = next.toLowerCase();
  if (notAfterAnArticle.has(word) || (next.length > 1 && next === next.toUpperCase() && /\p{L}/u.test(next)))
    return undefined;
  if (/^\d/.test(word)) return /^(?:8|11$|18$)/.test(word) ? 'an' : 'a';
  if (word.length === 1) return undefined;
  if (silentH.test(word)) return 'an';
  return /^[aeiou]/.test(word) && !vowelLetterConsonantSound.test(word) ? 'an' : 'a';
}

/** Sentences of which more than this share of the words is in no dictionary are in another language, or made of names. */
const mostUnknown = 0.4;

function misspelt(sentence: string, words: readonly string[]): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  const inside = insideNames(sentence);
  const beginsCapitalised = /^[^\p{L}]*\p{Lu}/u.test(sentence);
  words.forEach((word, at) => {
    const suggestion = correctionOf(word) ?? (inside.has(word) ? undefined : respelling(word.replace(/'s$/, '')));
    if (suggestion === undefined || (at === 0 && beginsCapitalised && !isSurelyMeant(word, suggestion))) return;
    slips.push({ kind: 'misspelling', found: word, suggestion });
  });
  return slips.length > 0 && unknownShare(words) > mostUnknown ? [] : slips;
}

function unknownShare(words: readonly string[]): number {
  const told = words.filter((word) => word.length > 2 && /^[a-z]+$/.test(word));
  return told.filter((word) => !isEnglishWord(word)).length / Math.max(6, told.length);
}

const longestName = 8;

/** What begins a sentence may be a name: it is misspelt where its letters are those that are meant, in another order or doubled, or where it is long. */
function isSurelyMeant(word: string, meant: string): boolean {
  const lettersOf = (each: string): string => [...new Set(each)].sort().join('');
  return word[0] === meant[0] && (word.length > longestName || lettersOf(word) === lettersOf(meant));
}

/** Words that are names, parts of addresses or tags, in lower case: no dictionary has those. Each pattern begins once in a word, however long that is. */
function insideNames(sentence: string): ReadonlySet<string> {
  const found = [
    ...(sentence.match(
      /(?<=[^\s.!?:“"(]\s+|\b\p{Lu}\.\s+|[–—-])\p{Lu}[\p{L}'’-]*|(?<!\p{L})\p{L}*\p{Lu}\p{L}*\p{Lu}\p{L}*/gu,
    ) ?? []),
    ...(sentence.match(/\S+/gu) ?? [])
      .filter((part) => /[@/#_\d]|\p{L}\.\p{L}/u.test(part))
      .flatMap((part) => part.split(/[^\p{L}]+/u)),
  ];
  return new Set(found.map((name) => name.toLowerCase()));
}

/** `first second: what it should be`; `~` before the first word asks that no auxiliary precedes it ("did he have"). */
const wrongPairList = `they is:they are|we is:we are|you is:you are|i is:I am|he are:he is|she are:she is|~it are:it is
they was:they were|we was:we were|you was:you were|they has:they have|we has:we have|you has:you have|i has:I have
~he have:he has|~she have:she has|~it have:it has|he don't:he doesn't|she don't:she doesn't|it don't:it doesn't
they doesn't:they don't|we doesn't:we don't|you doesn't:you don't|i doesn't:I don't|this are:this is|these is:these are
those is:those are|these was:these were|those was:those were|these has:these have|those has:those have|~it make:it makes
~it help:it helps|~it give:it gives|~it come:it comes|~it work:it works|~it offer:it offers|~it provide:it provides|products is:products are|product are:product is
customers is:customers are|customers was:customers were|people is:people are|features is:features are|everyone are:everyone is|everybody are:everybody is
each are:each is|could of:could have|should of:should have|would of:would have|must of:must have
might of:might have|more better:better|more easier:easier|more cheaper:cheaper|most best:best|most easiest:easiest|should went:should have gone|didn't went:didn't go`;
const confusedList = `there own:their own|there house:their house|there customers:their customers|there products:their products|there team:their team|their is:there is|their are:there are
their was:there was|their were:there were|their will:there will|they're own:their own|your welcome:you're welcome|your going:you're going|your not:you're not|your the:you're the
your a:you're a|your an:you're an|you're own:your own|you're home:your home|you're order:your order|you're life:your life|you're day:your day|you're team:your team|you're business:your business|its a:it's a|its an:it's an
its the:it's the|its been:it's been|its not:it's not|its time:it's time|its easy:it's easy|its also:it's also|it's own:its own|better then:better than|more then:more than|less then:less than|rather then:rather than
other then:other than|faster then:faster than|easier then:easier than|cheaper then:cheaper than|bigger then:bigger than|higher then:higher than|lower then:lower than|greater then:greater than
loose weight:lose weight|to loose:to lose|an affect:an effect|the affect:the effect|to much:too much|to many:too many|to late:too late|to expensive:too expensive|of coarse:of course|peak your:pique your
who's own:whose own|lot's of:lots of|sneak peak:sneak peek|every days:every day`;

const wrongPairsByFirst = pairTable([
  [confusedList, 'confused_word'],
  [wrongPairList, 'agreement'],
]);
const auxiliary = new Set(
  `do does did will would can could should shall may might must let make makes made see sees help helps to of and or that whether watch have`.split(
    ' ',
  ),
);

interface WrongPair {
  readonly kind: GrammarSlip['kind'];
  readonly suggestion: string;
  readonly needsNoAuxiliary: boolean;
}

function wrongPairs(words: readonly string[]): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  for (let i = 1; i < words.length; i++) {
    const wrong = wrongPairsByFirst.get(words[i - 1] ?? '')?.get(words[i] ?? '');
    if (!wrong || (wrong.needsNoAuxiliary && i > 1 && auxiliary.has(words[i - 2] ?? ''))) continue;
    slips.push({ kind: wrong.kind, found: `${words[i - 1]} ${words[i]}`, suggestion: wrong.suggestion });
  }
  return slips;
}

function lowerCaseI(sentence: string): GrammarSlip[] {
  return /(?:^|\s)i(?:['’](?:m|ve|ll|d))?(?=\s)/.test(sentence) && !/\bi\.e/.test(sentence)
    ? [{ kind: 'capitalisation', found: 'i', suggestion: 'I' }]
    : [];
}

/** By the first word, then by the second; a later list goes before an earlier one. */
function pairTable(
  lists: readonly (readonly [list: string, kind: GrammarSlip['kind']])[],
): ReadonlyMap<string, ReadonlyMap<string, WrongPair>> {
  const table = new Map<string, Map<string, WrongPair>>();
  for (const [list, kind] of lists)
    for (const entry of list.split(/[|\n]/)) {
      const [found = '', suggestion = ''] = entry.split(':');
      const [first = '', second = ''] = found.replace('~', '').trim().split(' ');
      const pairs = table.get(first) ?? new Map<string, WrongPair>();
      table.set(first, pairs.set(second, { kind, suggestion, needsNoAuxiliary: found.startsWith('~') }));
    }
  return table;
}

function count(text: string, mark: string): number {
  let marks = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) marks++;
  return marks;
}
