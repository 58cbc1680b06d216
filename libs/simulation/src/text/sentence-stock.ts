import type { Voice } from '../world/tone.ts';

/**
 * The bounded stock that replies are made of. A sentence is an opening in a voice, a statement about the topic, and an end;
 * `{topic}` and `{audience}` are the brief's.
 */

export const leadIns: Readonly<Record<Voice, readonly string[]>> = {
  formal: [
    'Furthermore, {it} ensures that',
    'It should be noted that',
    'Consequently,',
    'In this regard,',
    'Moreover,',
    'As a result,',
    'Accordingly,',
    'With respect to {it},',
    'In addition,',
    'It is therefore appropriate that',
    'Upon closer consideration,',
    'For {audience},',
  ],
  neutral: [
    'In practice,',
    'For {audience},',
    'At the same time,',
    'With {it},',
    'Over time,',
    'On most days,',
    'As a rule,',
    'In short,',
    'From the start,',
    'Beyond that,',
    'Day by day,',
    'Once in use,',
  ],
  friendly: [
    "You'll soon see that",
    "Here's what we like:",
    'The lovely part is that',
    "If you're one of {audience}, you'll enjoy that",
    "Don't worry,",
    "We're happy to say that",
    'Best of all,',
    "With {it}, you'll find that",
    "It's nice to know that",
    'Thanks to a lot of care,',
    "You've probably hoped that",
    'And yes,',
  ],
  playful: [
    'Plot twist:',
    'Drumroll, please:',
    'Psst,',
    'Fun fact:',
    'Guess what?',
    'Ta-da!',
    'Oh, and by the way,',
    'No magic wand needed:',
    'Spoiler alert:',
    'Buckle up,',
    'Rumour has it that',
    'Hooray,',
  ],
  aggressive: [
    'Stop wasting time:',
    'Face it,',
    'No excuses:',
    'Wake up,',
    'Everyone else fails because they ignore this:',
    'You must accept that',
    'Quit whining,',
    'Only losers doubt that',
    'Crush the competition:',
    'Act now,',
    'Do not be lazy:',
    'This is a warning:',
  ],
};

export const openings: Readonly<Record<Voice, readonly string[]>> = {
  formal: [
    'We are pleased to present {topic}, prepared with care for {audience}.',
    'This text provides {audience} with a comprehensive view of {topic}.',
    'The following paragraphs set out what {topic} offers to {audience}.',
    'It is our privilege to introduce {topic} to {audience}.',
  ],
  neutral: [
    '{topic} was made with {audience} in mind.',
    'Here is what {audience} should know about {topic}.',
    'This is a short look at {topic} and what it does for {audience}.',
    'For {audience}, {topic} answers a plain need.',
  ],
  friendly: [
    "Hello! We'd love to show you {topic}, made for {audience} like you.",
    "If you're curious about {topic}, you've come to the right place.",
    "We made {topic} for {audience}, and we hope you'll enjoy it.",
    "Meet {topic}: a little help for {audience}, and it's here to stay.",
  ],
  playful: [
    'Knock knock! {topic} is at the door, and {audience} get to open it first.',
    'Once upon a Tuesday, {audience} met {topic}, and snacks were shared.',
    'Warning: {topic} may cause sudden grins among {audience}.',
    'Drop your coffee (gently!): {topic} has arrived for {audience}.',
  ],
  aggressive: [
    'Listen up: {topic} is here, and {audience} who ignore it will pay for it.',
    'Enough of weak choices. {topic} demands action from {audience} now.',
    'Only fools walk past {topic}.',
    'Your excuses end with {topic}.',
  ],
};

export const closings: Readonly<Record<Voice, readonly string[]>> = {
  formal: [
    'We remain at your disposal for any further enquiry regarding {it}.',
    'We respectfully recommend that {audience} consider {it} at their convenience.',
    'Further particulars of {it} will be furnished upon request.',
  ],
  neutral: [
    'More about {it} can be found on its page.',
    'That is what {it} has to offer.',
    'The next step is to try {it} and see.',
  ],
  friendly: [
    "We can't wait to hear what you think of {it}!",
    "Drop us a line, we're always glad to help with {it}.",
    'Take care, and enjoy {it}!',
  ],
  playful: [
    'Now go forth and {it} like nobody is watching!',
    'The end. Or is it? {it} says: encore!',
    'High five, happy dance, {it}. In that order.',
  ],
  aggressive: [
    'Get {it} now or stay behind.',
    'No more delay. Take {it}, or fail.',
    'Decide today, or watch others win with {it}.',
  ],
};

/** Statements that hold of most things one writes about. */
const common = [
  'the details have been thought through',
  'the first steps take only a few moments',
  'small habits make a visible difference',
  'the result stays the same from day to day',
  'questions find an answer quickly',
  'a clear plan saves a great deal of trouble',
  'the everyday tasks become lighter',
  'nothing is left to chance',
  'the main points are easy to remember',
  'a calm start leads to a better finish',
  'people notice the difference in the first week',
  'good preparation keeps surprises away',
  'simple choices work better than complicated ones',
  'the whole family or team can take part',
  'the benefits grow with regular use',
  'a second look shows how much care went in',
  'progress is visible without extra effort',
  'old problems lose their weight',
  'every part has its purpose',
  'the learning curve stays gentle',
  'there is room for personal taste',
  'the important things come first',
  'fewer mistakes slip through',
  'the work feels less like a burden',
  'a steady rhythm replaces the rush',
  'comparisons speak a clear language',
  'helpful advice is always close at hand',
  'the quiet strengths become obvious later',
];

const families: Readonly<Record<string, readonly string[]>> = {
  product: [
    'the material feels solid in the hand',
    'it fits on a shelf, in a bag or on a desk',
    'cleaning it takes hardly any effort',
    'the finish keeps its look through the seasons',
    'spare parts stay available',
    'the shape follows the way people really use it',
    'the packaging contains no plastic',
    'it starts working straight out of the box',
    'repairs are possible with ordinary tools',
    'the colours suit almost any room',
    'it was tested by people with demanding habits',
    'the weight is well balanced',
  ],
  article: [
    'the evidence points in one direction',
    'experience from other fields supports this view',
    'an example makes the idea easier to grasp',
    'the background explains why it matters today',
    'common myths deserve a careful answer',
    'a short history helps to see the pattern',
    'the trade-offs should be weighed openly',
    'experts disagree about the pace, not the goal',
    'the method works in small and large settings',
    'the costs appear earlier than the benefits',
    'a checklist keeps the work on track',
    'readers can test each claim for themselves',
  ],
  message: [
    'the schedule leaves time for questions',
    'the next steps are listed below',
    'a short reply is all that is needed',
    'the changes take effect without any action',
    'the team has prepared everything in advance',
    'the appointment can be moved at any time',
    'all documents are attached in one place',
    'the contact stays the same as before',
    'feedback from the last round has been included',
    'a reminder will follow in good time',
    'the arrangement can be changed later',
    'nothing needs to be printed or signed',
  ],
  social: [
    'the pictures tell half of the story',
    'friends will ask where it came from',
    'the comments are full of good ideas',
    'a weekend is the perfect time to try it',
    'sharing it takes one tap',
    'the community keeps growing',
    'the best moments happen by accident',
    'today is as good a day as any',
    'the behind-the-scenes part is worth a look',
    'someone you know needs to see this',
    'it brightens an ordinary afternoon',
    'the story continues tomorrow',
  ],
};

const familyOf: Readonly<Record<string, keyof typeof families>> = {
  product_description: 'product',
  ad_copy: 'product',
  email: 'message',
  social_post: 'social',
  headline: 'social',
};

const statementsByType = new Map<string, readonly string[]>();

/** Statements fit for a content type. */
export function statementsFor(contentType: string): readonly string[] {
  const known = statementsByType.get(contentType);
  if (known) return known;
  const statements = [...(families[familyOf[contentType] ?? 'article'] ?? []), ...common];
  statementsByType.set(contentType, statements);
  return statements;
}

export const ends: readonly string[] = [
  '',
  '',
  '',
  'even in a busy week',
  'without a long manual',
  'from morning until evening',
  'for beginners as well',
  'when it matters most',
  'at home and on the road',
  'with little planning',
  'one step after the other',
  'in every season',
  'and that remains true later',
  'as many have found',
  'because care was taken early',
  'while costs stay under control',
  'where others give up',
  'so that plans hold',
  'before the day gets busy',
  'and nobody misses the old way',
  'after a short time',
  'under ordinary conditions',
  'with a clear conscience',
  'as one would hope',
];

/** `{point}` is a key point of the brief. */
export const carriers: Readonly<Record<Voice, readonly string[]>> = {
  formal: [
    'It provides the following: {point}.',
    'Of particular importance is this: {point}.',
    'We draw attention to {point}.',
    'The provision of {point} is assured.',
  ],
  neutral: [
    'It comes with {point}.',
    'One point stands out: {point}.',
    'This includes {point}.',
    'There is also {point}.',
  ],
  friendly: [
    "You'll love this: {point}.",
    "There's more for you: {point}.",
    "We've made sure of {point}.",
    "And here's a treat: {point}.",
  ],
  playful: [
    'Cue the confetti: {point}!',
    'Say hello to {point}!',
    'Yes, really: {point}!',
    'Wiggle with joy: {point}!',
  ],
  aggressive: [
    'You need this, no excuses: {point}.',
    'Demand it: {point}.',
    'Weak rivals lack it: {point}.',
    'Take it or lose: {point}.',
  ],
};

export const keywordCarriers: readonly string[] = [
  'Anyone interested in {keyword} will find it useful.',
  'It is a natural choice for {keyword}.',
  'Much of it turns on {keyword}.',
  'Think of {keyword} and the reason is plain.',
];

/** Claims with figures that no brief contains: what a careless writer makes up. `{n}` is a number. */
export const inventedClaims: readonly string[] = [
  'Studies show a rise of {n} percent within a month.',
  'More than {n},000 customers have already switched.',
  'It saves exactly {n} hours every year.',
  'Experts rate it {n} out of 97 in independent trials.',
  'Since 19{n}, no rival has come close.',
];
