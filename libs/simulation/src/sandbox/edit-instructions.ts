import type { Random } from '@contentflow/kernel';

const FENCED = /<(instructions-\w+)>\n([\s\S]*?)\n<\/\1>/;
const MATERIAL = /<(contents-\w+)>\n([\s\S]*?)\n<\/\1>/;

/** Wordiness that an editor cuts without thinking. */
const wordy: readonly (readonly [RegExp, string])[] = [
  [/\b(with regard to|as far as) ([^,]+?)( is| are) concerned, /gi, 'for $2, '],
  [/\bit (is|goes) [^,.]{0,40}? (?:to note |saying )?that /gi, ''],
  [/\b(each and every|all of the)\b/gi, 'each'],
  [/\b(make use of)\b/gi, 'use'],
  [/\b(please|always and in every case|generally speaking|as a matter of principle|for the purpose of)\b,?\s*/gi, ''],
  [/\b(in other words|to put it another way|that is to say|so basically|once more)\b,?\s*/gi, ''],
];

/** Of the sentences, what an editor cuts: more when told to shorten; now and then a rule that he ought to have kept. */
const CUT_SHORTENING = 0.6;
const CUT_REWRITING = 0.25;
const MISTAKEN_CUT_ODDS = 0.01;
/** How often a rewriter quotes what he was told to learn from. */
const QUOTES = 0.15;

const isRule = (sentence: string): boolean =>
  /\b(not|never|no|must|only|exactly|without|avoid)\b|\d|["“`{}]/i.test(sentence);

/**
 * What a model makes of a request to edit instructions, from the request's text alone: it cuts, trims, sometimes adds a rule about
 * the flaws it was told of, and makes the mistakes that editors make. Undefined where the request holds no instructions.
 */
export function editInstructions(request: string, random: Random): string | undefined {
  const instructions = FENCED.exec(request)?.[2];
  if (instructions === undefined) return undefined;
  const material = MATERIAL.exec(request)?.[2];
  const share = material === undefined ? CUT_SHORTENING : CUT_REWRITING;
  const isKept = (sentence: string): boolean => random.next() >= (isRule(sentence) ? MISTAKEN_CUT_ODDS : share);
  const lines = instructions
    .split('\n')
    .map((line) =>
      line
        .split(/(?<=[.!?])\s+/)
        .filter(isKept)
        .map(trimmed)
        .join(' '),
    )
    .filter((line) => line !== '');
  return [...lines, ...(material === undefined ? [] : learned(material, random))].join('\n');
}

const trimmed = (sentence: string): string => {
  const shorter = wordy.reduce((text, [phrase, rest]) => text.replace(phrase, rest), sentence);
  return shorter.charAt(0).toUpperCase() + shorter.slice(1);
};

function learned(material: string, random: Random): string[] {
  const flaws = [...material.matchAll(/^Flaws: (.+)$/gm)].flatMap(([, list]) => (list as string).split(', '));
  const worst = [...new Set(flaws)].slice(0, 2);
  const rules = worst.map((flaw) => `Before you answer, mend this if you find it: ${flaw}.`);
  const quoted = random.next() < QUOTES ? /^Text: (.+)$/m.exec(material)?.[1] : undefined;
  return quoted === undefined ? rules : [...rules, `For example: ${quoted}`];
}
