import { seededRandom } from '@contentflow/kernel';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { learnGain } from '../routing/expected-gain.ts';
import { fitRidge, predict } from '../routing/linear-models.ts';
import { complexity, type SparseVector } from '../routing/prompt-features.ts';
import { topicsOf } from '../routing/topics.ts';
import { withinCost } from '../routing/within-cost.ts';
import { sharedData } from '../testing/shared-data.ts';
import { areaUnder, backtestRouting, crossValidateRouting, type RoutedPrompt, routedWithinCost } from './routing.ts';

const random = seededRandom(3);
/** Prompts with many numbers are beyond the small model; length says nothing. */
const prompts: RoutedPrompt[] = Array.from({ length: 300 }, (_, i) => {
  const numbers = i % 6;
  const words = Array.from({ length: 30 + random.below(30) }, () => random.pick(['apple', 'house', 'river', 'cloud']));
  words.splice(0, numbers, ...Array.from({ length: numbers }, (_, k) => String(7 * k + 3)));
  return {
    prompt: `${words.join(' ')}?`,
    quality: { small: numbers > 2 ? 0 : 1, large: 1 },
    cost: { small: 0.1, large: 1 },
  };
});

describe('the routing backtest', () => {
  it('scores the tested rows, and knows the most expensive from the cheapest', () => {
    const { rows, summary } = backtestRouting(prompts, 0.5);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 150 }, (_, i) => 150 + i));
    expect(summary).toMatchObject({ cheapest: 'small', mostExpensive: 'large', rows: 150 });
  });

  it('finds what makes a prompt hard', () => {
    const { summary } = crossValidateRouting(prompts);
    expect(summary.area).toBeGreaterThan(0.95 * summary.oracleArea);
    expect(summary.gainOverLength.lower).toBeGreaterThan(0);
  });

  it('draws a curve from the cheapest alone to the most expensive alone', () => {
    const { curve } = backtestRouting(prompts, 0.5).summary;
    expect(curve[0]).toMatchObject({ share: 0, gapRecovered: 0, cost: expect.closeTo(0.1) as number });
    expect(curve.at(-1)).toMatchObject({ share: 1, gapRecovered: 1, quality: 1, cost: expect.closeTo(1) as number });
  });

  it('gives the same for the same seed, and does not look at tested rows', () => {
    expect(backtestRouting(prompts, 0.5)).toEqual(backtestRouting(prompts, 0.5));
    const changed = prompts.map((prompt, i) => (i < 200 ? prompt : { ...prompt, quality: { small: 1, large: 0 } }));
    expect(backtestRouting(changed, 0.5).rows).toEqual(backtestRouting(prompts, 0.5).rows);
  });

  it('says when there is too little to learn from', () => {
    expect(() => backtestRouting(prompts.slice(0, 10), 0.5)).toThrow(RangeError);
  });
});

it('has an area of one half for an order that says nothing', () => {
  const gains = Array.from({ length: 4000 }, () => random.below(2));
  expect(
    areaUnder(
      gains,
      gains.map(() => random.next()),
    ),
  ).toBeCloseTo(0.5, 1);
});

describe('what a prompt is expected to gain', () => {
  it('grows with what has to be held together, whatever it is about', () => {
    const short = 'Name the capital of France.';
    const long =
      'If Ann has 3 boxes, each with 12 pens, and gives away half of them, but not the red ones, how many are left?';
    expect(complexity(long)).toBeGreaterThan(complexity(short));
    const learned = learnGain(
      prompts.map(({ prompt }) => prompt),
      prompts.map(({ quality }) => (quality['large'] ?? 0) - (quality['small'] ?? 0)),
    );
    expect(learned(long)).toBeGreaterThan(learned(short));
  });

  it('depends the less on words learned, the fewer of a prompt’s words are known', () => {
    const texts = Array.from({ length: 200 }, (_, i) => `${i % 2 ? 'apple river' : 'house cloud'} ${'ab'[i % 2]}`);
    const learned = learnGain(
      texts,
      texts.map((_, i) => i % 2),
    );
    const change = (rest: string): number => learned(`apple river ${rest}`) - learned(`house cloud ${rest}`);
    const among = change('quartz fjord vexing jumbo');
    expect(among).toBeGreaterThan(0);
    expect(among).toBeLessThan(change(''));
  });
});

describe('topics', () => {
  const about = (subject: string): string[] => {
    const own = subject.split(' ');
    return Array.from({ length: 40 }, () => Array.from({ length: 12 }, () => random.pick(own)).join(' '));
  };
  const texts = [...about('sail harbour anchor mast keel'), ...about('flour oven yeast butter dough')];

  it('hold prompts that share words, and none that share none', () => {
    const topics = topicsOf(texts, 2, seededRandom(1));
    expect(new Set(topics.slice(0, 40)).size).toBe(1);
    expect(new Set(topics.slice(40)).size).toBe(1);
    expect(topics[0]).not.toBe(topics[40]);
  });

  it('are scored by what was learned from others', () => {
    // Learned from itself, each of the two topics would be ordered rightly; from the other it says nothing of its words.
    const rows = texts.map((prompt): RoutedPrompt => ({
      prompt,
      quality: { small: Number(!/anchor|yeast/.test(prompt.slice(0, 12))), large: 1 },
      cost: { small: 0, large: 1 },
    }));
    const apart = crossValidateRouting(rows, { topics: 2, folds: 2 });
    const changed = rows.map((row, i) => (i < 40 ? { ...row, quality: { small: 1, large: 0 } } : row));
    expect(crossValidateRouting(changed, { topics: 2, folds: 2 }).rows.slice(0, 40)).toEqual(apart.rows.slice(0, 40));
  });
});

describe('a mean cost that is never passed', () => {
  const call = fc.record({
    score: fc.double({ min: -1, max: 1, noNaN: true }),
    cheapest: fc.integer({ min: 0, max: 10 }),
    extra: fc.integer({ min: 0, max: 500 }),
  });

  it('holds after every prompt, whatever the scores and costs', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 300 }), fc.integer({ min: 10, max: 300 }), (calls, target) => {
        const send = withinCost(target);
        let spent = 0;
        calls.forEach(({ score, cheapest, extra }, i) => {
          const isSent = send(score, { cheapest, mostExpensive: cheapest + extra });
          spent += cheapest + (isSent ? extra : 0);
          expect(spent).toBeLessThanOrEqual(target * (i + 1));
        });
      }),
    );
  });

  it('is used nearly up, on the most promising', () => {
    const { rows } = crossValidateRouting(prompts);
    const kept = routedWithinCost(prompts, rows, 0.55);
    expect(kept.highestCost).toBeLessThanOrEqual(0.55);
    expect(kept.share).toBeGreaterThan(0.4);
    // Half of the prompts need the large model; sent by chance, half of the share would be wasted.
    expect(kept.quality).toBeGreaterThan(0.5 + 0.8 * kept.share);
  });

  it('sends none where the cheapest is all that can be paid', () => {
    const { rows } = crossValidateRouting(prompts);
    expect(routedWithinCost(prompts, rows, 0.1)).toMatchObject({
      share: 0,
      highestCost: expect.closeTo(0.1) as number,
    });
  });
});

describe('ridge regression', () => {
  const row = (...values: number[]): SparseVector => ({
    indices: Int32Array.from(values.keys()),
    values: Float64Array.from(values),
  });

  it('solves the normal equations', () => {
    // y = 1 + 2x without penalty; with penalty 2 the slope is Sxy ÷ (Sxx + 2) = 20 ÷ 12.
    const rows = [-2, -1, 0, 1, 2].map((x) => row(1, x));
    const targets = [-3, -1, 1, 3, 5];
    expect([...fitRidge(rows, targets, 2, 1e-12)]).toEqual([expect.closeTo(1, 4), expect.closeTo(2, 4)]);
    const held = fitRidge(rows, targets, 2, 2);
    expect([...held]).toEqual([expect.closeTo(1, 4), expect.closeTo(20 / 12, 4)]);
    expect(predict(held, row(1, 3))).toBeCloseTo(6, 3);
  });
});

const shared = sharedData('routing/routellm_gsm8k.csv.gz');
(shared ? describe : describe.skip)('on the 1,307 GSM8K prompts of RouteLLM (shared data)', () => {
  const rows = parse(shared ?? '', { columns: true }) as Record<string, string>[];
  const gsm8k = rows.map((row): RoutedPrompt => ({
    prompt: row['prompt'] ?? '',
    quality: { weak: Number(row['weak_mixtral_ok']), strong: Number(row['strong_gpt4_ok']) },
    cost: { weak: 0.6, strong: 20 },
  }));

  it('orders prompts better than their length does, in five folds', () => {
    const { summary } = crossValidateRouting(gsm8k);
    expect(summary.areaByLength).toBeCloseTo(0.598, 2);
    expect(summary.area).toBeGreaterThan(0.645);
    expect(summary.gainOverLength.lower).toBeGreaterThan(0);
  });

  it('does so for topics that it never learned from', () => {
    const { summary } = crossValidateRouting(gsm8k, { topics: 30 });
    expect(summary.area).toBeGreaterThan(0.635);
    expect(summary.gainOverLength.lower).toBeGreaterThan(0);
  });

  it('keeps a mean cost that leaves a third of the calls to the most expensive model', () => {
    const scored = crossValidateRouting(gsm8k).rows;
    expect(routedWithinCost(gsm8k, scored, 7).highestCost).toBeLessThanOrEqual(7);
  });
});
