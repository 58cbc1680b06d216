import { usageError, ownValue } from '@contentflow/kernel';
import { proportionSample, type AbsoluteAndRelative, type Comparison, type Sample } from '../sample.ts';
import { sampleRatioTest } from '../sample-ratio.ts';
import { confidenceSequence } from '../sequential.ts';
import { welchTest } from '../welch.ts';

export interface ExperimentCaseResult {
  readonly id: string;
  readonly welch: AbsoluteAndRelative;
  readonly sequential: AbsoluteAndRelative;
  readonly srm: { readonly p: number };
}

export interface ExperimentBacktest {
  readonly cases: readonly ExperimentCaseResult[];
}

/**
 * `backtest experiment`: what the tests say of finished experiments, at 95 %.
 * @param input `{cases: [{id, kind: "proportion"|"mean", control: {n, successes | mean, variance}, treatment, expectedShare?}]}`
 * @throws ContentFlowError of code "usage" that names the field
 */
export function backtestExperiment(input: unknown): ExperimentBacktest {
  const { cases } = objectOf(input, 'input');
  if (!Array.isArray(cases)) throw usageError('input.cases is not a list', 'write {"cases": [ … ]}');
  return { cases: cases.map((each: unknown, i) => resultOf(objectOf(each, `cases[${i}]`), `cases[${i}]`)) };
}

function resultOf(experiment: Fields, path: string): ExperimentCaseResult {
  const control = sampleFrom(experiment, 'control', path);
  const treatment = sampleFrom(experiment, 'treatment', path);
  const share = experiment['expectedShare'] === undefined ? 0.5 : numberOf(experiment, 'expectedShare', path);
  if (!(share > 0 && share < 1)) throw usageError(`${path}.expectedShare lies in (0, 1), got ${share}`);
  return {
    id: String(experiment['id'] ?? path),
    welch: plain(welchTest(control, treatment)),
    sequential: plain(confidenceSequence(control, treatment)),
    srm: { p: sampleRatioTest([control.n, treatment.n], [1 - share, share]).p },
  };
}

/** Field order as documented. */
const plain = ({ relative, ...absolute }: AbsoluteAndRelative): AbsoluteAndRelative => ({
  ...absolute,
  relative: { ...relative } satisfies Comparison,
});

type Fields = Readonly<Record<string, unknown>>;

function sampleFrom(experiment: Fields, arm: 'control' | 'treatment', path: string): Sample {
  const fields = objectOf(experiment[arm], `${path}.${arm}`);
  const n = numberOf(fields, 'n', `${path}.${arm}`);
  if (!(n >= 0)) throw usageError(`${path}.${arm}.n is below 0`);
  switch (experiment['kind']) {
    case 'proportion': {
      const successes = numberOf(fields, 'successes', `${path}.${arm}`);
      if (!(successes >= 0 && successes <= n)) throw usageError(`${path}.${arm}.successes lies in [0, n]`);
      return proportionSample(n, successes);
    }
    case 'mean': {
      const variance = numberOf(fields, 'variance', `${path}.${arm}`);
      if (!(variance >= 0)) throw usageError(`${path}.${arm}.variance is below 0`);
      return { n, mean: numberOf(fields, 'mean', `${path}.${arm}`), variance };
    }
    default:
      throw usageError(`${path}.kind is neither "proportion" nor "mean": ${JSON.stringify(experiment['kind'])}`);
  }
}

function objectOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null) throw usageError(`${path} is not an object`);
  return value as Fields;
}

function numberOf(fields: Fields, name: string, path: string): number {
  const value = ownValue(fields, name);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw usageError(`${path}.${name} is not a number`);
  return value;
}
