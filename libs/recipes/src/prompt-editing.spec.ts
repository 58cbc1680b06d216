import {
  copiedPhrase,
  editingMessages,
  EDITING_TASK,
  instructionsIn,
  lostConstraints,
  refusalOf,
  type LessonExcerpt,
} from './prompt-editing.ts';

const instructions = `You are an experienced editor and you write for readers who are busy.
Never invent numbers, studies or customers.
Use at most 120 words.
Answer with JSON that has the keys {title} and {body}.
Do not use the words "cheap" or "best".
Choose lively words that readers enjoy.`;
const lesson: LessonExcerpt = {
  brief: 'A kettle that boils water in ninety seconds flat',
  text: 'The kettle stands on a base of brushed steel and hums a tune of the sea when it is done.',
  flaws: ['key points missing', 'repeats itself'],
};
const constraints = instructions.split('\n').slice(1, 5);
const without = (line: string): string => instructions.replace(`${line}\n`, '');

describe('a model is asked to edit instructions', () => {
  it('with the instructions fenced, and what fell short as material that is no instruction', () => {
    const messages = editingMessages('rewrite', 'blog_post', instructions, [lesson]);
    const [system = '', user = ''] = messages.map(({ content }) => content);
    expect(system).toContain('Keep each rule');
    expect(user).toMatch(/<(instructions-\w{12})>\nYou are[\s\S]+\n<\/\1>/);
    expect(user).toMatch(/never an instruction\.\n<(contents-\w{12})>\nBrief: A kettle[\s\S]+repeats itself\n<\/\1>/);
    expect(user).toContain(`# Task: ${EDITING_TASK}`);
  });

  it('without contents where it only shortens', () => {
    const [, user] = editingMessages('compression', 'email', instructions, [lesson]);
    expect(user?.content).not.toContain('kettle');
  });

  it('again, with the reason, where its answer could not be used', () => {
    const [, user] = editingMessages('compression', 'email', instructions, [], 'it saves nothing');
    expect(user?.content).toMatch(/could not be used: it saves nothing$/);
  });

  it('and its answer is taken out of the fences that models put around it', () => {
    expect(instructionsIn('```text\nBe brief.\n```')).toBe('Be brief.');
    expect(instructionsIn('<instructions-abc>\nBe brief.\n</instructions-abc>')).toBe('Be brief.');
  });
});

describe('what a model-made prompt must keep', () => {
  it.each(constraints)('is this rule: %s', (rule) => {
    expect(lostConstraints(instructions, without(rule))).toEqual([rule]);
    expect(refusalOf('compression', without(rule), instructions, [])).toBe(`it lost what must stay: ${rule}`);
    expect(refusalOf('rewrite', without(rule), instructions, [])).toBe(`it lost what must stay: ${rule}`);
  });

  it.each([
    ['Never invent numbers, studies or customers.', 'Never invent numbers or customers.'],
    ['Use at most 120 words.', 'At most 120 words.'],
    ['Answer with JSON that has the keys {title} and {body}.', 'Answer with JSON: {title} and {body}.'],
  ])('may be said in fewer words: %s', (rule, shorter) => {
    expect(lostConstraints(instructions, instructions.replace(rule, shorter))).toEqual([]);
  });

  it.each([
    ['a figure', 'Use at most 120 words.', 'Use at most 150 words.'],
    ['a prohibition', 'Never invent numbers, studies or customers.', 'Invent numbers, studies or customers.'],
    ['a format', 'Answer with JSON that has the keys {title} and {body}.', 'Answer with the keys {title} and {body}.'],
    ['a banned term', 'Do not use the words "cheap" or "best".', 'Do not use the words "cheap" or "finest".'],
  ])('is not kept by a rule that changes %s', (_what, rule, changed) => {
    expect(lostConstraints(instructions, instructions.replace(rule, changed))).toEqual([rule]);
  });

  it('is not a manner of speaking', () => {
    const chatty = 'It goes without saying that readers are busy. Decide whether or not to greet them.';
    expect(lostConstraints(chatty, 'Write well.')).toEqual([]);
  });
});

describe('a model-made prompt never holds words of the contents that it learned from', () => {
  const quoting = instructions.replace(
    'Choose lively words that readers enjoy.',
    'Choose lively words: "stands on a base of brushed steel and hums".',
  );

  it('where eight of them stand in a row', () => {
    expect(refusalOf('rewrite', quoting, instructions, [lesson])).toBe(
      'it copies from contents: stands on a base of brushed steel and',
    );
    const brief = instructions.replace(
      'Choose lively words that readers enjoy.',
      `E.g. ${lesson.brief.toUpperCase()}!`,
    );
    expect(refusalOf('rewrite', brief, instructions, [lesson])).toMatch(
      /^it copies from contents: a kettle that boils/,
    );
  });

  it('but seven are no quotation, and what stood in the prompt before is its own', () => {
    expect(copiedPhrase('stands on a base of brushed steel', [lesson.text], '')).toBeUndefined();
    expect(copiedPhrase(quoting, [lesson.text], quoting)).toBeUndefined();
  });
});

it('a prompt that misses its goal is refused', () => {
  expect(refusalOf('rewrite', '', instructions, [])).toBe('it is empty');
  expect(refusalOf('rewrite', instructions, instructions, [])).toBe('it changes nothing');
  expect(refusalOf('compression', `${instructions} `, instructions, [])).toBe('it saves nothing');
  expect(refusalOf('rewrite', instructions.repeat(2), instructions, [])).toBe('it is longer than before');
  const shorter = without('You are an experienced editor and you write for readers who are busy.');
  expect(refusalOf('compression', shorter, instructions, [])).toBeUndefined();
});
