import { ContentFlowError, ownValue, usageError } from '@contentflow/kernel';
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

/** A case that says nothing a test could use, and what is wrong with it. */
export interface UnreadableCase {
  readonly id: string;
  readonly problem: string;
}

export interface ExperimentBacktest {
  /** In the order of the input, the unreadable ones too. */
  readonly cases: readonly (ExperimentCaseResult | UnreadableCase)[];
}

/**
 * `backtest experiment`: what the tests say of finished experiments, at 95 %. A case that cannot be read is named, and the others go on.
 * @param input `{cases: [{id, kind: "proportion"|"mean", control: {n, successes | mean, variance}, treatment, expectedShare?}]}`
 * @throws ContentFlowError of code "usage" where there is no list of cases
 */
export function backtestExperiment(input: unknown): ExperimentBacktest {
  const { cases } = objectOf(input, 'input');
  if (!Array.isArray(cases)) throw usageError('input.cases is not a list', 'write {"cases": [ … ]}');
  return { cases: cases.map((each: unknown, i) => readCase(each, `cases[${i}]`)) };
}

function readCase(each: unknown, path: string): ExperimentCaseResult | UnreadableCase {
  try {
    return resultOf(objectOf(each, path), path);
  } catch (error) {
    if (!(error instanceof ContentFlowError)) throw error;
    return { id: idOf(each, path), problem: error.message };
  }
}

/** As it is named; by its place where it has no name. */
function idOf(each: unknown, path: string): string {
  const id = typeof each === 'object' && each !== null ? ownValue(each as Fields, 'id') : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : path;
}

function resultOf(experiment: Fields, path: string): ExperimentCaseResult {
  const control = sampleFrom(experiment, 'control', path);
  const treatment = sampleFrom(experiment, 'treatment', path);
  const share = experiment['expectedShare'] === undefined ? 0.5 : numberOf(experiment, 'expectedShare', path);
  if (!(share > 0 && share < 1)) throw usageError(`${path}.expectedShare lies in (0, 1), got ${share}`);
  return {
    id: idOf(experiment, path),
    welch: plain(welchTest(control, treatment)),
    sequential: plain(confidenceSequence(control, treatment)),
    srm: { p: sampleRatioTest([control.n, treatment.n], [1 - share, share]).p },
  };
}

/** Field order as documented. */
const plain = ({ relative, ...absolute }: AbsoluteAndRelative): AbsoluteAndRelative => ({
  ...absolute,
  relative: relative && ({ ...relative } satisfies Comparison),
});

type Fields = Readonly<Record<string, unknown>>;

function sampleFrom(experiment: Fields, arm: 'control' | 'treatment', path: string): Sample {
  const fields = objectOf(experiment[arm], `${path}.${arm}`);
  const n = numberOf(fields, 'n', `${path}.${arm}`);
  if (!(Number.isInteger(n) && n >= 0)) throw usageError(`${path}.${arm}.n is no count: ${n}`);
  switch (experiment['kind']) {
    case 'proportion': {
      const successes = numberOf(fields, 'successes', `${path}.${arm}`);
      if (!(Number.isInteger(successes) && successes >= 0 && successes <= n))
        throw usageError(`${path}.${arm}.successes is no count in [0, n]: ${successes}`);
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
