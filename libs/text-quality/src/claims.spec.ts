import { contradicts } from './claims.ts';
import { measureText } from './index.ts';
import { sentenceFacts } from './sentence-facts.ts';

const facts = (text: string) => sentenceFacts(text, 'en');

describe('claims', () => {
  const brief = {
    contentType: 'custom',
    topic: 'Aurora lamp',
    keyPoints: ['free returns'],
    reference: 'The Aurora lamp uses 5 watts. Sales rose by a fifth. It comes with free returns.',
  };
  const grounded = (text: string): number => measureText(brief, text).measures.groundedness;

  it.each([
    'It won a design award.',
    'Doctors recommend it.',
    'It lasts for fifty years.',
    'It is waterproof.',
    'It is the best-selling lamp.',
    'A study found that it helps.',
    'Sales fell by a fifth.',
  ])('that nothing bears out: %s', (claim) => {
    expect(grounded(`The Aurora lamp uses 5 watts. ${claim}`)).toBeLessThan(0.9);
  });

  it.each(['Returns are free.', 'Sales rose by a fifth.', 'We wish you a good evening.', 'Best regards, the team.'])(
    'are none in %s',
    (plain) => {
      expect(grounded(`The Aurora lamp uses 5 watts. ${plain}`)).toBe(1);
    },
  );

  it('contradict by a word of opposite meaning, or by a negation', () => {
    const source = facts('Meetings became shorter in the office.');
    expect(contradicts(facts('Meetings became longer in the office.'), source)).toBe(true);
    expect(contradicts(facts('Meetings did not become longer in the office.'), source)).toBe(false);
    expect(contradicts(facts('The office got longer desks.'), source)).toBe(false);
    expect(contradicts(facts('The lamp is not made of oak.'), facts('lamp made of oak'))).toBe(true);
  });
});
