/** Words that turn a request into another one where the rest is the same. Compiled by hand. */

/** One of the left against one of the right. */
export const opposites: readonly (readonly [string, string])[] = [
  ['increase raise grow higher rise gain', 'decrease reduce lower shrink fall drop lose cut'],
  ['enable activate allow', 'disable deactivate forbid block prevent'],
  ['open unlock', 'close lock shut'],
  ['start begin', 'stop end finish quit'],
  ['add insert include create', 'remove delete exclude omit drop subtract'],
  ['buy purchase', 'sell'],
  ['import', 'export'],
  ['upload', 'download'],
  ['push', 'pull'],
  ['encode encrypt compress zip', 'decode decrypt decompress unzip'],
  ['install', 'uninstall'],
  ['subscribe', 'unsubscribe'],
  ['connect', 'disconnect'],
  ['before', 'after'],
  ['first', 'last'],
  ['maximum max most largest biggest longest highest best', 'minimum min least smallest shortest lowest worst'],
  ['more', 'less fewer'],
  ['above over', 'below under'],
  ['early earliest', 'late latest'],
  ['cheap cheapest inexpensive', 'expensive dearest costly'],
  ['fast faster fastest quick', 'slow slower slowest'],
  ['hot warm', 'cold cool'],
  ['old older', 'new newer young younger'],
  ['public', 'private'],
  ['internal indoor inside', 'external outdoor outside'],
  ['input', 'output'],
  ['read', 'write'],
  ['send', 'receive'],
  ['win', 'lose'],
  ['advantage advantages benefit benefits pros strength', 'disadvantage disadvantages drawback con weakness risk'],
  ['safe', 'dangerous unsafe'],
  ['legal', 'illegal'],
  ['formal', 'informal casual'],
  ['positive', 'negative'],
  ['left', 'right'],
  ['men man male boy him his', 'women woman female girl her'],
  ['adult', 'child kid'],
  ['gain', 'lose'],
  ['arrive arrival', 'depart departure leave'],
  ['ascending', 'descending'],
  ['synchronous sync', 'asynchronous async'],
  ['static', 'dynamic'],
  ['horizontal', 'vertical'],
  ['with', 'without'],
  ['true', 'false'],
  ['same', 'different'],
  ['single', 'married multiple'],
  ['freeze', 'thaw'],
  ['lend', 'borrow'],
  ['employee', 'employer'],
  ['inhale', 'exhale'],
  ['client', 'server'],
  ['encoder', 'decoder'],
  ['training train', 'test testing validation inference'],
  ['accept approve', 'reject decline refuse deny'],
  ['love', 'hate dislike'],
  ['always', 'never'],
  ['on', 'off'],
  ['up', 'down'],
  ['until', 'since'],
  ['upgrade', 'downgrade'],
  ['succeed succeeded success', 'fail failed failure'],
  ['show reveal', 'hide conceal'],
  ['join', 'leave quit'],
  ['high tall', 'low short'],
  ['light lighter', 'heavy heavier'],
  ['strong stronger strongest', 'weak weaker weakest'],
  ['near nearest close closest', 'far farthest distant'],
  ['full', 'empty'],
  ['rich richest', 'poor poorest'],
  ['ahead', 'following'],
  ['winner', 'loser'],
];

/** Of these kinds, a request names what it wants: another of the same kind is another request. */
export const kinds: readonly string[] = [
  'monday tuesday wednesday thursday friday saturday sunday',
  'january february march april june july august september october november december',
  'spring summer autumn winter fall',
  'morning noon afternoon evening night',
  'today tomorrow yesterday',
  'hourly daily weekly monthly quarterly yearly annual',
  'ms millisecond second minute hour day week month quarter year decade century',
  'red orange yellow green blue purple pink black white grey gray brown silver gold',
  'north south east west',
  'mm cm centimetre centimeter metre meter km kilometre kilometer inch foot feet yard mile miles',
  'gram kilogram kg lb ounce oz ton tonne',
  'am pm',
  'celsius fahrenheit kelvin',
  'litre liter gallon pint cup teaspoon tablespoon',
  'dollar euro pound yen franc rupee peso krona yuan ruble',
  'usd eur gbp jpy chf inr cny',
  'kb mb gb tb kilobyte megabyte gigabyte terabyte',
  'python javascript typescript java rust go ruby php swift kotlin scala perl haskell',
  'windows macos mac linux ubuntu android ios',
  'english french german spanish italian portuguese dutch chinese japanese korean russian arabic',
  'dog cat horse bird fish rabbit',
  'mother father brother sister son daughter husband wife uncle aunt',
  'breakfast lunch dinner supper',
  'tea coffee beer wine water',
  'cotton wool leather silk linen polyester steel wood plastic glass aluminium ceramic',
  'beginner intermediate advanced expert',
  'pdf csv json xml html markdown word excel',
  'email blog tweet headline ad newsletter',
  'always usually often sometimes rarely never',
  'first second third fourth fifth last next previous',
];

/** Each turns what is said into its opposite. */
export const negations = new Set(
  (
    'not no never none nobody nothing neither nor without cannot ' +
    "can't cant won't wont don't dont doesn't doesnt didn't didnt isn't isnt aren't arent wasn't wasnt weren't werent " +
    "shouldn't shouldnt wouldn't wouldnt couldn't couldnt hasn't hasnt haven't havent hadn't mustn't needn't ain't " +
    'except excluding unable impossible non lacks lack lacking unlike'
  ).split(' '),
);

/** An absent one of these says the same as a present one: "what are some ways" asks for no more than "what are ways". */
export const looseQuantifiers: ReadonlySet<string> = new Set(['any', 'some', 'several']);

export const quantifiers: Readonly<Record<string, string>> = {
  all: 'all',
  every: 'every',
  any: 'any',
  some: 'some',
  several: 'several',
  none: 'none',
  only: 'only',
  solely: 'only',
  exclusively: 'only',
  most: 'most',
  majority: 'most',
  half: 'half',
  twice: 'twice',
  double: 'twice',
  both: 'both',
  either: 'either',
  few: 'few',
  sometimes: 'sometimes',
  rarely: 'rarely',
  always: 'always',
  usually: 'usually',
};

export const future = new Set(['will', "'ll", 'shall', "won't", 'upcoming', 'tomorrow', 'future']);
export const past = new Set([
  'did',
  'won',
  'lived',
  'went',
  'came',
  'made',
  'said',
  'became',
  'was',
  'were',
  'had',
  "didn't",
  "wasn't",
  "weren't",
  "hadn't",
  'yesterday',
  'ago',
  'formerly',
  'previously',
]);
export const possible = new Set(['may', 'might', 'could', 'maybe', 'perhaps', 'possibly']);

/** What an answer has to name. */
export const questionWords: Readonly<Record<string, string>> = {
  who: 'who',
  whom: 'who',
  whose: 'whose',
  when: 'when',
  where: 'where',
  why: 'why',
};

/** What kind of answer a question asks for, by its first word: a way, a thing, advice, or yes or no. */
export const questionForms: Readonly<Record<string, string>> = {
  how: 'a way',
  what: 'a thing',
  which: 'a thing',
  should: 'advice',
  ...Object.fromEntries(
    'is are am was were do does did can could will would has have'.split(' ').map((word) => [word, 'yes or no']),
  ),
};

export const numberWords: Readonly<Record<string, string>> = {
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  ten: '10',
  eleven: '11',
  twelve: '12',
  fifteen: '15',
  twenty: '20',
  thirty: '30',
  forty: '40',
  fifty: '50',
  dozen: '12',
};

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

/** What a sign in front of a sum stands for. */
export const currencySigns: Readonly<Record<string, string>> = { $: 'dollar', '€': 'euro', '£': 'pound', '¥': 'yen' };

/** Words that carry no matter of their own. */
export const functionWords = new Set(
  (
    'a an the of to in on at for by from with as is are was were be been being am do does did done have has had having ' +
    'can could will would shall should may might must it its this that these those there here and or but if then than so ' +
    'i me my we us our you your he him his she her they them their one ones who whom whose which what when where why how ' +
    "please just also yes not no into onto about over up out off through via within between such like it's i'm i'd " +
    "you're let's s t re ll ve d any some own able order tell want like would need thing way get possible using use"
  ).split(' '),
);
