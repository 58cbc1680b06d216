import { brandSchema } from '@contentflow/contracts';
import { brandGuidance, brandViolations } from './brand.ts';

const brand = brandSchema.parse({
  styleGuide: 'We say "you".',
  useTerms: ['AquaTrail', { use: 'sign in', insteadOf: ['log in', 'login'] }],
  bannedTerms: ['cheap', 'world class', 'C++'],
});
const found = (text: string): string[] =>
  brandViolations(brand, text).map(({ rule, found: what }) => `${rule} ${what}`);

describe('a brand’s rules', () => {
  it('find banned terms as whole words, whatever their case, spaces or hyphens', () => {
    expect(found('CHEAP and World-Class, in C++.')).toEqual(['banned CHEAP', 'banned World-Class', 'banned C++']);
    expect(found('Cheaper, cheapest, a worldclass team, C+.')).toEqual([]);
  });

  it('find what a term takes the place of, and say what belongs there', () => {
    expect(brandViolations(brand, 'Please Log in here.')).toEqual([
      { rule: 'wrong_term', found: 'Log in', use: 'sign in' },
    ]);
    expect(found('Sign in here, then Sign In there.')).toEqual([]);
  });

  it('find a name that is written in another way', () => {
    expect(found('The Aquatrail is an AquaTrail, not an AQUATRAIL.')).toEqual([
      'wrong_form Aquatrail',
      'wrong_form AQUATRAIL',
    ]);
  });

  it('count each form once, and nothing where there is nothing', () => {
    expect(found('cheap, cheap, Cheap')).toEqual(['banned cheap', 'banned Cheap']);
    expect(found('A fine bottle.')).toEqual([]);
  });

  it('hold beyond ASCII', () => {
    const strict = brandSchema.parse({ bannedTerms: ['günstig'] });
    expect(brandViolations(strict, 'Günstig! Ungünstig?').map((each) => each.found)).toEqual(['Günstig']);
  });

  it('are told to the model', () => {
    expect(brandGuidance(brand)).toBe(
      [
        '# Brand',
        'We say "you".',
        'Write these terms exactly so, where they occur:\n- AquaTrail\n- sign in (never: log in, login)',
        'Never use these terms, in any form:\n- cheap\n- world class\n- C++',
      ].join('\n'),
    );
    expect(brandGuidance(brandSchema.parse({}))).toBe('');
  });
});
