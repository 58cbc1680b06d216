import { ownValue, type Random } from '@contentflow/kernel';

/** Slips of grammar and spelling, as a hasty writer makes them. Each leaves the sentence recognisable. */
const misspelt: Readonly<Record<string, string>> = {
  because: 'becuase',
  their: 'thier',
  every: 'evrey',
  people: 'poeple',
  which: 'wich',
  really: 'realy',
  without: 'witout',
  beginning: 'begining',
  difference: 'diffrence',
  important: 'importent',
  effort: 'efort',
  different: 'diffrent',
  surprises: 'suprises',
  until: 'untill',
  necessary: 'neccessary',
  follow: 'folow',
  finish: 'finnish',
  visible: 'visable',
  answer: 'anwser',
  problems: 'probelms',
  with: 'wiht',
  that: 'taht',
  the: 'teh',
};

const slips: readonly ((sentence: string, random: Random) => string)[] = [
  (sentence) => sentence.replace(/ (the|a|it|is|to) /, ' $1 $1 '),
  (sentence) => sentence.replace(/[a-z]{3,}/g, (word) => ownValue(misspelt, word) ?? word),
  (sentence) => sentence.charAt(0).toLowerCase() + sentence.slice(1),
  (sentence) => sentence.replace(/ (?:is|are) /, (verb) => (verb === ' is ' ? ' are ' : ' is ')),
  (sentence) => sentence.replace(/([a-z]) ([a-z]+)\.$/, '$1 $2'),
  (sentence) => sentence.replace(/, /, ' ,'),
];

/** The sentence with one slip in it; sentences that offer no hold for the slip drawn get another. */
export function withSlip(sentence: string, random: Random): string {
  const first = random.below(slips.length);
  for (let i = 0; i < slips.length; i++) {
    const slipped = (slips[(first + i) % slips.length] as (typeof slips)[number])(sentence, random);
    if (slipped !== sentence) return slipped;
  }
  return sentence;
}
