import { checkGrammar } from './deep-grammar.ts';
import { measureTextDeeply } from './measure-text.ts';

describe('the grammar of real texts', () => {
  it('finds what the rules do not look for, and passes the terms of the brief', async () => {
    const slips = await checkGrammar('The Lumivo lamp are very brigt in the the evening.', ['Lumivo']);
    expect(slips.map(({ found }) => found)).toEqual(expect.arrayContaining(['brigt', 'the the']));
    expect(slips.map(({ found }) => found)).not.toContain('Lumivo');
    expect(await checkGrammar('The lamp is bright.')).toEqual([]);
  });

  it('is another judge than the rules', async () => {
    const measured = await measureTextDeeply({ contentType: 'custom', topic: 'lamp' }, 'The lamp is very brigt.');
    expect(measured.judge).toBe('rules/1+harper');
    expect(measured.measures.grammar).toBeLessThan(1);
  });
});
