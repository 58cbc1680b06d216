import { seededRandom } from '@contentflow/kernel';
import { parse } from 'csv-parse/sync';
import { denseFeatures, denseNames, type SparseVector } from '../routing/prompt-features.ts';
import { fitLogistic, fitRidge, logistic, predict } from '../routing/linear-models.ts';
import { sharedData } from '../testing/shared-data.ts';
import { areaUnder, backtestRouting, crossValidateRouting, type RoutedPrompt } from './routing.ts';

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

it('has a name for every measure of a prompt', () => {
  expect(denseFeatures('How many are 3/4 of 20% of $1,000?').length).toBe(denseNames.length);
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

describe('logistic regression', () => {
  it('finds the log-odds that its rows were drawn with', () => {
    const rows = Array.from({ length: 4000 }, (): SparseVector => ({
      indices: Int32Array.of(0, 1),
      values: Float64Array.of(1, random.normal()),
    }));
    const targets = rows.map(({ values }) => Number(random.next() < logistic(-0.5 + 1.5 * (values[1] ?? 0))));
    const [intercept, slope] = fitLogistic(rows, targets, 2, 1e-6);
    // Standard errors about 0.04 and 0.05.
    expect(intercept).toBeCloseTo(-0.5, 0);
    expect(Math.abs((slope ?? 0) - 1.5)).toBeLessThan(0.2);
  });

  it('is held back by its penalty', () => {
    const rows = [-1, 1].map((x): SparseVector => ({ indices: Int32Array.of(0, 1), values: Float64Array.of(1, x) }));
    const slope = (penalty: number): number => fitLogistic(rows, [0, 1], 2, penalty)[1] ?? 0;
    expect(slope(10)).toBeLessThan(slope(1));
    // At the optimum the penalty's pull is that of the errors: 2 (1 − σ(w)) = penalty · w.
    expect(2 * (1 - logistic(slope(1)))).toBeCloseTo(slope(1), 5);
  });
});

const shared = sharedData('routing/routellm_gsm8k.csv.gz');
(shared ? describe : describe.skip)('on the 1,307 GSM8K prompts of RouteLLM (shared data)', () => {
  it('orders prompts better than their length does, in five folds', () => {
    const rows = parse(shared ?? '', { columns: true }) as Record<string, string>[];
    const gsm8k = rows.map((row): RoutedPrompt => ({
      prompt: row['prompt'] ?? '',
      quality: { weak: Number(row['weak_mixtral_ok']), strong: Number(row['strong_gpt4_ok']) },
      cost: { weak: 0.6, strong: 20 },
    }));
    const { summary } = crossValidateRouting(gsm8k, 5, 1);
    expect(summary.areaByLength).toBeCloseTo(0.598, 2);
    expect(summary.area).toBeGreaterThan(0.63);
    expect(summary.gainOverLength.lower).toBeGreaterThan(0);
  });
});
