import { measureText, type MeasuredBrief } from './index.ts';
import { wrappingsOf } from './wrapping.ts';

const text = 'The lamp stands on your desk. It gives a warm light, and it folds flat.';

describe('what a model leaves around a text', () => {
  it.each([
    ['fence', `\`\`\`markdown\n${text}\n\`\`\``],
    ['fence', `~~~\n${text}`],
    ['chat', `Sure! Here is the text:\n\n${text}`],
    ['chat', `Here's a friendly post for you:\n${text}`],
    ['chat', `I've drafted a description.\n\n${text}`],
    ['chat', `${text}\n\nLet me know if you want another tone.`],
    ['thoughts', `<think>short, warm</think>${text}`],
    ['thoughts', `The user wants a description. I should be brief.\n\n${text}`],
  ])('%s', (wrapping, wrapped) => {
    expect(wrappingsOf(wrapped, 'custom')).toEqual([wrapping]);
  });

  it.each([
    ['custom', text],
    ['email', 'Hi Jo,\n\nThe plan is ready.\n\nLet me know if you can come.'],
    ['custom', `Here is what you need to know.\n\n${text}`],
    ['custom', `Of all lamps this is the lightest.\n\n${text}`],
    ['custom', `Sure-footed in any weather.\n\n${text}`],
  ])('is not seen in %s: %s', (contentType, plain) => {
    expect(wrappingsOf(plain, contentType)).toEqual([]);
  });

  it('lowers the structure and the score', () => {
    const brief: MeasuredBrief = { contentType: 'custom', topic: 'lamp' };
    const plain = measureText(brief, text);
    const wrapped = measureText(brief, `\`\`\`\n${text}\n\`\`\``);
    expect(wrapped.measures.structure).toBeLessThan(plain.measures.structure);
    expect(wrapped.failures).toContain('wrapped');
    expect(wrapped.score).toBeLessThan(plain.score - 1);
  });
});
