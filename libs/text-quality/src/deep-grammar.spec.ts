import { checkGrammar, dialectOf } from './deep-grammar.ts';
import { measureTextDeeply } from './measure-text.ts';

describe('the grammar of real texts', () => {
  it('finds what the rules do not look for, and passes the terms of the brief', async () => {
    const slips = await checkGrammar('The Lumivo lamp are very brigt in the the evening.', ['Lumivo']);
    expect(slips.map(({ found }) => found)).toEqual(expect.arrayContaining(['brigt', 'the the']));
    expect(slips.map(({ found }) => found)).not.toContain('Lumivo');
    expect(await checkGrammar('The lamp is bright.')).toEqual([]);
  });

  it('reads a text in the dialect of its brief, one after the other', async () => {
    const british = 'The colour of the programme is grey, and we organised it.';
    const [inBritish, inAmerican] = await Promise.all([checkGrammar(british, [], 'British'), checkGrammar(british)]);
    expect(inBritish).toEqual([]);
    expect(inAmerican.length).toBeGreaterThan(0);
    expect([undefined, 'en', 'en-GB', 'en_au'].map(dialectOf)).toEqual([
      'American',
      'American',
      'British',
      'Australian',
    ]);
  });

  it('sees a misspelling in a heading in sentence case', async () => {
    expect(await checkGrammar('# A warm lihgt for long evenings\n\nIt is here.')).toMatchObject([{ found: 'lihgt' }]);
  });

  it('is another judge than the rules', async () => {
    const measured = await measureTextDeeply({ contentType: 'custom', topic: 'lamp' }, 'The lamp is very brigt.');
    expect(measured.judge).toBe('rules/2+harper');
    expect(measured.measures.grammar).toBeLessThan(1);
  });
});
