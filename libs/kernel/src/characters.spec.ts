import fc from 'fast-check';
import { isLongerThan } from './characters.ts';

describe('the length of a text', () => {
  it('is that of its code points, whatever it holds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '字', '😀', '\u{10ffff}', '\ud83d', '\ude00'), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 12 }), (each, most) => {
        expect(isLongerThan(each, most)).toBe([...each].length > most);
      }),
    );
  });
});
