import fc from 'fast-check';
import { calibrate, judgeOf, measureNames, measureText, type MeasuredBrief, type TextMeasures } from './index.ts';
import { grammarSlips } from './grammar.ts';
import { lengthFit } from './measures/length-fit.ts';
import { fleschKincaidGrade, fleschReadingEase, lix } from './measures/readability.ts';
import { sentencesOf } from './text-blocks.ts';
import { normalNumber } from './sentence-facts.ts';
import { wordsOf } from './words.ts';

const measure = (brief: Partial<MeasuredBrief>, text: string): TextMeasures =>
  measureText({ contentType: 'custom', topic: 'lamp', language: 'en', ...brief }, text).measures;

describe('every measure', () => {
  it('takes a type, a language and a tone that have the name of something every object has for ones it does not know', () => {
    const text = 'The lamp is warm. It stands on the desk and gives light in the evening.';
    const namedBy = (name: string) => measure({ contentType: name, language: name, tone: name }, text);
    expect(namedBy('constructor')).toEqual(namedBy('unheard-of'));
  });

  it('lies in [0, 1], and scores in order in [0, 10], whatever the text', () => {
    const words = fc.constantFrom(
      'lamp',
      'the',
      'THE',
      '20%',
      'a',
      'is',
      '!!',
      '"',
      '\n',
      '\n\n- ',
      '# ',
      'you',
      'ä',
      '光',
      '#tag',
      '.',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 60 }), fc.string(), (parts, tone) => {
        const brief = {
          contentType: 'email',
          topic: 'lamp',
          tone,
          length: 50,
          keyPoints: ['20% off'],
          keywords: ['lamp'],
        };
        const { score, lower, upper, measures } = measureText(brief, parts.join(' '));
        for (const name of measureNames) expect(measures[name] >= 0 && measures[name] <= 1).toBe(true);
        expect(0 <= lower && lower <= score && score <= upper && upper <= 10).toBe(true);
      }),
      { numRuns: 200, seed: 5 },
    );
  });

  it.each([
    ['letters without an end', 'a'.repeat(20_000)],
    ['commas without an end', ','.repeat(20_000)],
    ['words that nobody knows', 'zyxwvutsrqponmlkjihgfe '.repeat(300)],
    ['one line', 'word '.repeat(20_000)],
  ])('takes no more than its time for %s', (_kind, text) => {
    const before = process.cpuUsage();
    measure({}, text);
    const { user } = process.cpuUsage(before);
    expect(user / 1e6).toBeLessThan(2);
  });

  it('depends on brief and text alone, whatever was measured before', () => {
    const text = 'The lamp is bright. The lamp folds flat, and you can carry it anywhere.';
    const first = measure({}, text);
    for (let i = 0; i < 3500; i++) measure({}, `Sentence number ${i} is here.`);
    expect(measure({}, text)).toEqual(first);
  });
});

describe('length', () => {
  it.each([
    [100, 100, 1],
    [108, 100, 1],
    [70, 100, 0.72],
    [200, 100, 0.17],
    [50, 100, 0.17],
    [0, 100, 0],
  ])('%d words of %d', (words, asked, fit) => {
    expect(lengthFit(words, asked, 'email')).toBeCloseTo(fit, 1);
  });
});

describe('key points', () => {
  const coverage = (point: string, text: string): number => measure({ keyPoints: [point] }, text).keyPointCoverage;

  it.each([
    ['battery lasts 20 hours', 'With a battery that lasted 20 hours in tests, you can relax.', 0.9, 1],
    ['battery lasts 20 hours', 'The battery lasts 30 hours.', 0, 0.5],
    ['free shipping', 'Delivery is complimentary.', 0.6, 1],
    ['Not suitable for children', 'It is suitable for children.', 0, 0.5],
    ['Made of oak', 'The desk is white.', 0, 0],
  ])('%s ← %s', (point, text, from, to) => {
    expect(coverage(point, text)).toBeGreaterThanOrEqual(from);
    expect(coverage(point, text)).toBeLessThanOrEqual(to);
  });
});

describe('keywords', () => {
  const coverage = (keyword: string, text: string): number => measure({ keywords: [keyword] }, text).keywordCoverage;

  it('are met in any inflection, less with a gap, not at all when absent', () => {
    expect(coverage('reading lamp', 'Our reading lamps are here.')).toBe(1);
    expect(coverage('reading lamp', 'A reading desk lamp.')).toBe(0.7);
    expect(coverage('reading lamp', 'A desk and a chair.')).toBe(0);
  });

  it('lose by stuffing', () => {
    expect(coverage('lamp', 'Lamp lamp lamp. A lamp is a lamp, and every lamp is a lamp.')).toBeLessThan(0.8);
  });
});

describe('grammar', () => {
  const kindsIn = (sentence: string): string[] =>
    grammarSlips(sentence, wordsOf(sentence), 'en').map(({ kind }) => kind);

  it.each([
    ['This is the the lamp.', 'repeated_word'],
    ['It is an useful lamp.', 'article'],
    ['It takes a hour.', 'article'],
    ['They is here.', 'agreement'],
    ['You could of asked.', 'agreement'],
    ['Their is a lamp.', 'confused_word'],
    ['It is better then ever.', 'confused_word'],
    ['We recieve it.', 'misspelling'],
    ['A lamp , a desk.', 'spacing'],
    ['He said "yes.', 'unbalanced'],
    ['Today i saw it.', 'capitalisation'],
  ])('%s', (sentence, kind) => {
    expect(kindsIn(sentence)).toEqual([kind]);
  });

  it.each([
    'An hour ago, a European user bought a one-off unit.',
    'Did he have an MBA? It had had an effect.',
    'The parts of it are fine, and what he does is his own business.',
    "It's the lamp that you've wanted: bright, light and built to last.",
    'They said that that was fine.',
  ])('passes %s', (sentence) => {
    expect(kindsIn(sentence)).toEqual([]);
  });
});

describe('readability formulas', () => {
  // 100 words in 5 sentences, 150 syllables, 20 long words.
  const sizes = { words: 100, sentences: 5, syllables: 150, letters: 450, longWords: 20 };

  it('give the published figures', () => {
    expect(fleschReadingEase(sizes)).toBeCloseTo(206.835 - 20.3 - 126.9, 6);
    expect(fleschKincaidGrade(sizes)).toBeCloseTo(7.8 + 17.7 - 15.59, 6);
    expect(lix(sizes)).toBe(40);
  });
});

describe('language', () => {
  it('is told by the brief where no language is asked for', () => {
    const brief = { language: undefined, topic: 'Nachhaltige Verpackungen für kleine Unternehmen und Händler' };
    expect(measure(brief, 'Verpackungen aus Papier schonen die Umwelt und sparen Geld.').languageFit).toBe(1);
    expect(measure(brief, 'Paper packaging is kind to the planet and saves money.').languageFit).toBeLessThan(0.5);
  });

  it('blames nobody where it cannot be told', () => {
    expect(measure({ language: 'xx' }, 'Paper packaging is kind to the planet.').languageFit).toBe(1);
  });
});

describe('sentences and numbers', () => {
  it('do not end at abbreviations or inside numbers', () => {
    expect(sentencesOf('Dr. Low paid 3.50 euros, e.g. for tea. Then he left!')).toEqual([
      'Dr. Low paid 3.50 euros, e.g. for tea.',
      'Then he left!',
    ]);
  });

  it.each([
    ['1,200', '1200'],
    ['1.200,50', '1200.5'],
    ['3,5', '3.5'],
    ['20', '20'],
  ])('%s is %s', (digits, value) => {
    expect(normalNumber(digits)).toBe(value);
  });
});

describe('severe failures', () => {
  const brief: MeasuredBrief = { contentType: 'email', topic: 'webinar' };
  const failuresOf = (text: string): readonly string[] => measureText(brief, text).failures;
  const start =
    'We would like to invite you to our webinar on the new reports. It takes place in May, and you can take part from your desk.';

  it.each([
    ['', 'empty'],
    ["I'm sorry, but as an AI language model I cannot write this.", 'refusal'],
    [`${start} After the talk there will be time for questions and the`, 'truncated'],
    [`${start} Best regards, [Your Name]`, 'placeholder'],
  ])('%s', (text, failure) => {
    expect(failuresOf(text)).toContain(failure);
    expect(measureText(brief, text).score).toBeLessThan(8.2);
  });

  it('are not seen in a whole text', () => {
    expect(failuresOf(`Dear all,\n\n${start}\n\nBest regards,\nAnna`)).toEqual([]);
  });
});

describe('calibration', () => {
  const measuresWith = (share: number, tone: number): TextMeasures =>
    ({ ...Object.fromEntries(measureNames.map((name) => [name, share])), toneFit: tone }) as unknown as TextMeasures;
  /** These raters care for tone alone. */
  const pairs = Array.from({ length: 200 }, (_, i) => {
    const tone = (i % 11) / 10;
    return { measures: measuresWith(0.5 + 0.5 * ((i % 7) / 6), tone), rating: 1 + 4 * tone };
  });

  it('learns what raters care for, and narrows its interval', () => {
    const calibration = calibrate(pairs);
    expect(calibration?.weights.toneFit).toBeGreaterThan(3);
    expect(calibration?.halfWidth).toBeLessThan(1.5);
    expect(Object.values(calibration?.weights ?? {}).every((weight) => weight >= 0)).toBe(true);
  });

  it('is another judge, the same for the same ratings', () => {
    expect(judgeOf(undefined)).toBe('rules/2');
    expect(calibrate(pairs)?.judge).toBe(calibrate(pairs)?.judge);
    expect(calibrate(pairs)?.judge).not.toBe(calibrate(pairs.slice(1))?.judge);
    expect(JSON.parse(JSON.stringify(calibrate(pairs)))).toEqual(calibrate(pairs));
  });

  it('waits for ten ratings', () => {
    expect(calibrate(pairs.slice(0, 9))).toBeUndefined();
  });
});
