import { briefOf } from './brief-from-form.ts';

const form = (fields: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};

describe('a brief from the form', () => {
  it('leaves out what was left empty', () => {
    const fields = { contentType: 'email', topic: ' a rain jacket ', audience: '', length: '', keyPoints: '\n \n' };
    expect(briefOf(form(fields))).toEqual({ contentType: 'email', topic: 'a rain jacket' });
  });

  it('splits key points by line and keywords by comma, and counts length in words', () => {
    const fields = {
      contentType: 'email',
      topic: 'x',
      keyPoints: 'light, thin\r\nwaterproof',
      keywords: 'rain, jacket,',
      length: '120',
    };
    expect(briefOf(form(fields))).toEqual({
      contentType: 'email',
      topic: 'x',
      keyPoints: ['light, thin', 'waterproof'],
      keywords: ['rain', 'jacket'],
      length: 120,
    });
  });
});
