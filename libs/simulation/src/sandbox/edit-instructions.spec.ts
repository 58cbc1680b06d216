import { seededRandom } from '@contentflow/kernel';
import { editingMessages, refusalOf } from '@contentflow/recipes';
import { editInstructions } from './edit-instructions.ts';
import { guidanceFor } from './guidance.ts';

const instructions = guidanceFor('email', 1300);
const lesson = {
  contentId: 'c',
  brief: 'a kettle',
  text: 'The kettle stands on a base of brushed steel and hums a tune when it is done.',
  flaws: ['key points missing'],
};
const asked = (edit: 'compression' | 'rewrite'): string =>
  editingMessages(edit, 'email', instructions, [lesson])[1]?.content ?? '';
const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const edited = (edit: 'compression' | 'rewrite', seed: number): string =>
  editInstructions(asked(edit), seededRandom(seed)) ?? '';

describe('the sandbox edits instructions', () => {
  it('only where the request holds some', () => {
    expect(editInstructions('# Brief\nTopic: tea\n# Task: draft\nWrite.', seededRandom(1))).toBeUndefined();
  });

  it('by what the request says alone: the same request and draws give the same answer', () => {
    expect(edited('compression', 1)).toBe(edited('compression', 1));
    expect(edited('compression', 1)).not.toBe(edited('compression', 2));
  });

  it('shorter when told to shorten, and with a rule about the flaws that it was told of when told to rewrite', () => {
    const lengths = seeds.map((seed) => edited('compression', seed).length / instructions.length);
    expect(Math.max(...lengths)).toBeLessThan(0.9);
    expect(lengths.reduce((sum, each) => sum + each, 0) / lengths.length).toBeLessThan(0.75);
    expect(edited('rewrite', 1)).toContain('key points missing');
  });

  it('with the mistakes that editors make: some lose a rule, some quote, most can be used', () => {
    const refusals = seeds.map((seed) => refusalOf('rewrite', edited('rewrite', seed), instructions, [lesson]));
    const share = (pattern: RegExp): number => refusals.filter((why) => why && pattern.test(why)).length / seeds.length;
    expect(share(/lost/)).toBeGreaterThan(0.05);
    expect(share(/copies/)).toBeGreaterThan(0.05);
    expect(refusals.filter((why) => why === undefined).length).toBeGreaterThan(40);
  });
});
