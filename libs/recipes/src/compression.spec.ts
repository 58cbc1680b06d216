import fc from 'fast-check';
import { compressInstructions } from './compression.ts';

const wordy = `You are an experienced editor. Please make sure to write in a clear and friendly voice.
It is important that you keep in mind that readers are busy. Choose warm words that readers enjoy.
- Never invent numbers.
- Use at most 120 words.
- Answer with JSON.
Choose lively words that readers enjoy. Choose pleasant words that readers enjoy.`;

describe('compressing instructions', () => {
  it('takes out what carries no instruction', () => {
    expect(compressInstructions('Please write in order to sell.', 0)).toBe('Write to sell.');
    expect(compressInstructions('It is important that you write briefly.', 0)).toBe('You write briefly.');
  });

  it('then takes out the sentences that say least beyond the others', () => {
    const text = 'Write about tea for cooks. Describe flavour and origin. Write about tea.';
    expect(compressInstructions(text, 0.15)).toBe('Write about tea for cooks. Describe flavour and origin.');
  });

  it.each([0.2, 0.35, 0.5])('really removes a share of %d where there is so much to remove', (share) => {
    expect(compressInstructions(wordy, share).length).toBeLessThanOrEqual(wordy.length * (1 - share));
  });

  it('keeps what forbids, counts, or fixes a format, whatever is cut', () => {
    const least = compressInstructions(wordy, 0.99);
    for (const kept of ['Never invent numbers.', 'Use at most 120 words.', 'Answer with JSON.'])
      expect(least).toContain(kept);
  });

  it.each([
    'Never write "really great" or "very good".',
    'Do not simply repeat the brief.',
    "Don't just list features.",
    'Use the template `please {name}` only.',
  ])('leaves words that carry meaning where they stand: %s', (sentence) => {
    expect(compressInstructions(sentence, 0)).toBe(sentence);
  });

  it('leaves a line that holds no filler as it was', () => {
    expect(compressInstructions('iPhone names keep their case, e.g. in titles.', 0)).toBe(
      'iPhone names keep their case, e.g. in titles.',
    );
  });

  it('is deterministic, never longer, and stays as it is when done again', () => {
    const sentence = fc.constantFrom(
      'Please write well.',
      'Never lie.',
      'Write about tea.',
      'Tea is nice.',
      '# Rules',
      '',
      '- be very brief.',
    );
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 12 }), fc.constantFrom(0, 0.2, 0.5, 0.9), (sentences, share) => {
        const text = sentences.join('\n');
        const once = compressInstructions(text, share);
        expect(once.length).toBeLessThanOrEqual(text.length);
        expect(compressInstructions(`${text}`, share)).toBe(once);
        expect(compressInstructions(once, 0)).toBe(once);
        for (const kept of ['Never lie.', '# Rules']) expect(once.includes(kept)).toBe(text.includes(kept));
      }),
    );
  });
});
