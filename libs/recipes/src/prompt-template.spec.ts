import { filledTemplate, unknownPlaceholders } from './prompt-template.ts';

const brief = {
  contentType: 'sku_text',
  topic: 'Bottle {{audience}}',
  keyPoints: ['cold for 24 h', 'fits $1 holders'],
  keywords: ['steel', 'bottle'],
  metadata: { sku: 4711, size: { ml: 750 } },
};

describe('a prompt of one’s own', () => {
  it('is filled from the brief, and what the brief says is not filled again', () => {
    expect(filledTemplate('{{ topic }} ({{metadata.sku}}, {{metadata.size.ml}} ml): {{keywords}}', brief)).toBe(
      'Bottle {{audience}} (4711, 750 ml): steel, bottle',
    );
    expect(filledTemplate('Points:{{keyPoints}}', brief)).toBe('Points:\n- cold for 24 h\n- fits $1 holders');
  });

  it('leaves out a line that would say nothing', () => {
    expect(filledTemplate('For: {{audience}}\nOn: {{topic}} {{tone}}\n\nEnd.', brief)).toBe(
      'On: Bottle {{audience}} \n\nEnd.',
    );
  });

  it('knows the fields of a brief and no others', () => {
    expect(unknownPlaceholders('{{topic}} {{metadata.sku}} {{price}} {{metadata}}')).toEqual(['price', 'metadata']);
  });
});
