import data from './contrasts.json' with { type: 'json' };

/** Words that turn a request into another one where the rest is the same. */

const wordsOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** One of the left against one of the right. */
export const opposites = data.opposites.map(([left = '', right = '']) => [left, right] as const);

/** Of these kinds, a request names what it wants: another of the same kind is another request. */
export const kinds: readonly string[] = data.kinds;

/** Each turns what is said into its opposite. */
export const negations = wordsOf(data.negations);

export const quantifiers: Readonly<Record<string, string>> = data.quantifiers;

/** An absent one of these says the same as a present one: "what are some ways" asks for no more than "what are ways". */
export const looseQuantifiers = wordsOf(data.looseQuantifiers);

export const future = wordsOf(data.future);
export const past = wordsOf(data.past);
export const possible = wordsOf(data.possible);

/** What an answer has to name. */
export const questionWords: Readonly<Record<string, string>> = data.questionWords;

/** What kind of answer a question asks for, by its first word: a way, a thing, advice, or yes or no. */
export const questionForms: Readonly<Record<string, string>> = data.questionForms;

export const numberWords: Readonly<Record<string, string>> = data.numberWords;

/** What a sign in front of a sum stands for. */
export const currencySigns: Readonly<Record<string, string>> = data.currencySigns;

/** Words that carry no matter of their own. */
export const functionWords = wordsOf(data.functionWords);

/**
 * Other ways to ask the same: how each is read. They are put in place before a text is taken apart, so that "what is the
 * reason" and "why" ask for the same, and a polite opening for nothing.
 */
export const rewordings: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:(?:hi|hello|hey)[,!.]? )?(?:please )?(?:(?:can|could|would|will) you (?:please )?|i (?:want|need|would like|'d like) (?:you )?to |help me (?:to )?|do you know )/,
    '',
  ],
  [/^(?:please )?(?:tell|explain to|show) (?:me|us) (?=(?:what|who|when|where|why|how|which)\b)/, ''],
  [/\bwhat (?:is|are|was|were) the (?:reasons?|causes?) (?:why |that |for |of )?|\bwhat makes\b|\bhow come\b/g, 'why '],
  [/\b(?:at )?(?:what|which) (?:time|day|date)\b|\bwhat (?:is|are) the (?:opening hours of|best time to)\b/g, 'when '],
  [
    /\b(?:what|which) (?:is|are) (?:the |a |some )?(?:best |good |easiest |right )?(?:ways?|steps?|methods?) (?:to|of|for)\b/g,
    'how to',
  ],
  [/\bwhat (?:is|are) the differences? between\b/g, 'how differ'],
  [/\bwhat (?:should|can|must|do) (?:i|we|you|one) (?:do )?to\b/g, 'how to'],
  [/\bwhat is the distance (?:between|from)\b/g, 'how far is'],
  [/\bwhat is the (?:price|cost) of\b|\bwhat does (.{1,40}?) cost\b/g, 'how much does $1 cost'],
  [/\b(\w{3,})-free\b/g, 'without $1'],
];
