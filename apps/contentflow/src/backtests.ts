import { DAY_MS, decimalOf, HOUR_MS, MINUTE_MS, ownValue, usageError } from '@contentflow/kernel';
import type { Columns, Row } from '@contentflow/input-files';

export interface BacktestInput {
  readonly rows: readonly Row[];
  readonly document: unknown;
  readonly options: Readonly<Record<string, string | undefined>>;
}
export type BacktestOutput =
  | { readonly kind: 'csv'; readonly columns: readonly string[]; readonly rows: readonly object[] }
  | { readonly kind: 'text'; readonly text: string };
export interface Backtest {
  /** Rows of a table or of JSON, with these columns; or one JSON document. */
  readonly reads: Columns | 'json';
  readonly run: (input: BacktestInput) => BacktestResult | Promise<BacktestResult>;
}
interface BacktestResult {
  readonly output: BacktestOutput;
  readonly summary: unknown;
  /** A page that draws it, where it can be drawn. */
  readonly page?: () => Promise<string>;
  /** What could not be used, with its line where it is a row. */
  readonly unreadable: readonly { readonly line?: number; readonly problem: string }[];
}

const json = (value: unknown): BacktestOutput => ({ kind: 'text', text: `${JSON.stringify(value, null, 1)}\n` });
const jsonLines = (values: readonly unknown[]): BacktestOutput => ({
  kind: 'text',
  text: values.map((value) => `${JSON.stringify(value)}\n`).join(''),
});
const csv = (columns: readonly string[], rows: readonly object[]): BacktestOutput => ({ kind: 'csv', columns, rows });

/** What a data set may hold besides is passed by. */
const columns = (required: readonly string[], optional: readonly string[] = []): Columns => ({
  names: [...required, ...optional],
  required,
  mayHaveOthers: true,
});

/** The first two columns, whatever they are called. */
const timeSeries: Columns = {
  ...columns([], ['timestamp', 'value']),
  isRow: ([first = '', second = '']) => !Number.isNaN(timeOf(first)) && decimalOf(second) !== undefined,
};

/** Each component, loaded when it is asked for. */
export const backtests: Readonly<Record<string, () => Promise<Backtest>>> = {
  detect: async () => {
    const { backtestDetect } = await import('@contentflow/statistics');
    return series((rows, options) => {
      const { rows: scored, summary } = backtestDetect(rows, { probation: count(options, 'probation', 100) });
      return { output: csv(['timestamp', 'value', 'anomaly_score'], scored.map(withIsoTime)), summary };
    });
  },
  forecast: async () => {
    const { backtestForecast } = await import('@contentflow/statistics');
    return series((rows, options) => {
      const { rows: made, summary } = backtestForecast(rows, {
        horizonMs: duration(options, 'horizon', '30m'),
        from: share(options, 'from', 0.7),
      });
      const columns = ['made_at', 'timestamp', 'expected', 'lower', 'upper', 'actual'];
      return {
        output: csv(
          columns,
          made.map((row) => ({ ...withIsoTime(row), made_at: iso(row.made_at) })),
        ),
        summary,
      };
    });
  },
  scale: async () => {
    const { backtestScale } = await import('@contentflow/statistics');
    return series((rows, options) => {
      const { rows: scaled, summary } = backtestScale(rows, {
        horizonMs: duration(options, 'horizon', '30m'),
        from: share(options, 'from', 0.7),
        capacity: number(options, 'capacity'),
        startDelayMs: duration(options, 'startDelay', '10m'),
      });
      return { output: csv(['timestamp', 'load', 'instances'], scaled.map(withIsoTime)), summary };
    });
  },
  experiment: async () => {
    const { backtestExperiment } = await import('@contentflow/statistics');
    return {
      reads: 'json',
      run: ({ document }) => {
        const { cases } = backtestExperiment(document);
        const unreadable = cases.filter((each) => 'problem' in each);
        return { output: json({ cases }), summary: { cases: cases.length, unreadable: unreadable.length }, unreadable };
      },
    };
  },
  'stream-experiment': async () => {
    const { backtestStreamExperiment } = await import('@contentflow/statistics');
    return {
      reads: columns(['experiment', 'variant', 'value'], ['covariate']),
      run: ({ rows, options }) => {
        const { readable, unreadable } = sorted(rows, exposureOf);
        const control = options['control'];
        if (!control) throw usageError('--control names no variant', 'write --control NAME');
        const { verdicts, summary } = backtestStreamExperiment(readable, {
          control,
          shares: shares(options['shares']),
        });
        return { output: jsonLines(verdicts), summary, unreadable };
      },
    };
  },
  ratings: async () => {
    const { ratingsBacktest, readRatingRow } = await import('@contentflow/text-quality');
    return {
      reads: columns(['text', 'rating']),
      run: ({ rows, options }) => {
        const { readable, unreadable } = sorted(rows, readRatingRow);
        const { results, summary } = ratingsBacktest(readable, share(options, 'train', 0.7));
        return { output: csv(['row', 'rating', 'predicted', 'lower', 'upper'], results), summary, unreadable };
      },
    };
  },
  engagement: async () => {
    const { engagementBacktest, readEngagementRow } = await import('@contentflow/text-quality');
    return {
      reads: columns(['group', 'text', 'impressions', 'clicks']),
      run: ({ rows, options }) => {
        const { readable, unreadable } = sorted(rows, readEngagementRow);
        const { results, summary } = engagementBacktest(readable, share(options, 'train', 0.5), options['seed'] ?? '1');
        return { output: csv(['group', 'text', 'expected'], results), summary, unreadable };
      },
    };
  },
  routing: async () => {
    const { backtestRouting } = await import('@contentflow/language-models');
    return {
      reads: { ...columns(['prompt']), prefixes: ['quality_', 'cost_'] },
      run: ({ rows, options }) => {
        const { readable, unreadable } = sorted(rows, routedPrompt);
        const { rows: scored, summary } = backtestRouting(
          readable,
          share(options, 'train', 0.5),
          count(options, 'seed', 1),
        );
        const page = async () => (await import('./report-page/routing-page.ts')).routingPage(summary);
        return { output: csv(['row', 'score'], scored), summary, unreadable, page };
      },
    };
  },
  cache: async () => {
    const { backtestCachePairs, backtestCacheStore } = await import('@contentflow/language-models');
    return {
      reads: columns(['query'], ['candidate', 'duplicate', 'split', 'group']),
      run: async ({ rows, options }) => {
        if (options['mode'] === 'store') {
          const { readable, unreadable } = sorted(rows, cacheQuery);
          const meanings = await configuredMeanings(
            options['config'],
            readable.map(({ query }) => query),
          );
          const train = options['train'] === undefined ? 0 : share(options, 'train', 0.5);
          const { rows: served, summary } = backtestCacheStore(readable, train, { meanings });
          const shown = served.map(({ row, hit, servedRow }) => ({
            row,
            hit: Number(hit),
            served_row: servedRow ?? '',
          }));
          return { output: csv(['row', 'hit', 'served_row'], shown), summary, unreadable };
        }
        if (options['mode'] !== 'pairs') throw usageError(`--mode is neither pairs nor store: "${options['mode']}"`);
        const { readable, unreadable } = sorted(rows, cachePair);
        const meanings = await configuredMeanings(
          options['config'],
          readable.flatMap(({ query, candidate }) => [query, candidate]),
        );
        const { rows: judged, summary } = backtestCachePairs(readable, share(options, 'train', 0.5), { meanings });
        const shown = judged.map(({ row, similarity, hit }) => ({ row, similarity, hit: Number(hit) }));
        const { backtestSimilarity } = await import('@contentflow/optimizer');
        const labelled = judged.map((each) => ({ ...each, isRight: readable[each.row]?.duplicate ?? false }));
        const inOperation = backtestSimilarity(labelled);
        return { output: csv(['row', 'similarity', 'hit'], shown), summary: { ...summary, inOperation }, unreadable };
      },
    };
  },
  quality: async () => {
    const { qualityBacktest, readQualityRow } = await import('@contentflow/text-quality');
    return {
      reads: columns(['brief', 'text']),
      run: ({ rows }) => {
        const { readable, unreadable } = sorted(rows, readQualityRow);
        const { results, summary } = qualityBacktest(readable);
        return { output: jsonLines(results), summary, unreadable };
      },
    };
  },
  comments: async () => {
    const { commentsBacktest, readCommentRow } = await import('@contentflow/text-quality');
    return {
      reads: columns(['comment'], ['language']),
      run: ({ rows }) => {
        const { readable, unreadable } = sorted(rows, readCommentRow);
        const { results, summary } = commentsBacktest(readable);
        return { output: jsonLines(results), summary, unreadable };
      },
    };
  },
};

/** By the embeddings of the configuration file, where it names any. */
async function configuredMeanings(file: string | undefined, texts: readonly string[]) {
  const { loadConfiguration } = await import('@contentflow/nest-platform');
  const { embeddings } = await loadConfiguration(file);
  if (!embeddings) return undefined;
  const { createEmbedder, meaningsOf } = await import('@contentflow/language-models');
  const embedder = createEmbedder(embeddings);
  try {
    return await meaningsOf(embedder, texts);
  } finally {
    await embedder.close();
  }
}

type SeriesRow = { readonly timestamp: number; readonly value: number };

/** A component that reads `timestamp,value`. */
const series = (
  run: (rows: readonly SeriesRow[], options: BacktestInput['options']) => { output: BacktestOutput; summary: unknown },
): Backtest => ({
  reads: timeSeries,
  run: ({ rows, options }) => {
    const { readable, unreadable } = sorted(rows, seriesRow);
    return { ...run(readable, options), unreadable };
  },
});

function seriesRow(value: Readonly<Record<string, unknown>>): SeriesRow | { problem: string } {
  const [first, second] = Object.values(value);
  const timestamp = timeOf(String(value['timestamp'] ?? first ?? ''));
  const measured = decimalOf(value['value'] ?? second);
  if (Number.isNaN(timestamp)) return { problem: `timestamp: is not a time: "${String(value['timestamp'] ?? first)}"` };
  if (measured === undefined) return { problem: notANumber('value', value['value'] ?? second) };
  return { timestamp, value: measured };
}

/** Epoch seconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS` as UTC. Milliseconds; NaN for anything else. */
export function timeOf(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  const isUtc = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed);
  return Date.parse(isUtc ? `${trimmed.replace(' ', 'T')}Z` : trimmed);
}

const iso = (time: number): string => new Date(time).toISOString();
const withIsoTime = <T extends { timestamp: number }>(row: T): object => ({ ...row, timestamp: iso(row.timestamp) });

function exposureOf(value: Readonly<Record<string, unknown>>) {
  const { experiment, variant, covariate } = value;
  const measured = decimalOf(value['value']);
  const before = decimalOf(covariate);
  if (typeof experiment !== 'string') return { problem: 'experiment: is missing' };
  if (typeof variant !== 'string') return { problem: 'variant: is missing' };
  if (measured === undefined) return { problem: notANumber('value', value['value']) };
  if (before === undefined && covariate != null && covariate !== '')
    return { problem: notANumber('covariate', covariate) };
  return { experiment, variant, value: measured, ...(before === undefined ? {} : { covariate: before }) };
}

const notANumber = (field: string, value: unknown): string =>
  `${field}: is not a number: "${String(value ?? '')}"; write it like 1234.5`;

/** `prompt,quality_MODEL…,cost_MODEL…` */
function routedPrompt(value: Readonly<Record<string, unknown>>) {
  const numbers = (prefix: string): Record<string, number> =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, number]) => [name.slice(prefix.length), decimalOf(number) ?? Number.NaN]),
    );
  const [quality, cost] = [numbers('quality_'), numbers('cost_')];
  const bad = [...Object.entries(quality), ...Object.entries(cost)].find(([, number]) => !Number.isFinite(number));
  if (typeof value['prompt'] !== 'string') return { problem: 'prompt: is missing' };
  if (bad) return { problem: `${bad[0]}: is not a number` };
  return { prompt: value['prompt'], quality, cost };
}

const YES: ReadonlySet<unknown> = new Set(['1', 'true', 1, true]);
const NO: ReadonlySet<unknown> = new Set(['0', 'false', 0, false]);

function cachePair({ query, candidate, duplicate, split }: Readonly<Record<string, unknown>>) {
  if (typeof query !== 'string' || typeof candidate !== 'string') return { problem: 'query or candidate: is missing' };
  if (!YES.has(duplicate) && !NO.has(duplicate)) return { problem: 'duplicate: is neither 0 nor 1' };
  const isDuplicate = YES.has(duplicate);
  return { query, candidate, duplicate: isDuplicate, ...(typeof split === 'string' && split !== '' ? { split } : {}) };
}

function cacheQuery({ query, group }: Readonly<Record<string, unknown>>) {
  if (typeof query !== 'string' || group === undefined || group === '')
    return { problem: 'query or group: is missing' };
  return { query, group: String(group) };
}

/** Rows that can be read, and those that cannot, with their line. `row` counts from 0 over all rows of the file. */
function sorted<T extends object>(
  rows: readonly Row[],
  read: (value: Readonly<Record<string, unknown>>, row: number) => T,
): { readable: Exclude<T, { problem: string }>[]; unreadable: { line: number; problem: string }[] } {
  const readable: Exclude<T, { problem: string }>[] = [];
  const unreadable: { line: number; problem: string }[] = [];
  rows.forEach((row, index) => {
    const result = 'problem' in row ? row : read(row.value, index);
    if ('problem' in result) unreadable.push({ line: row.line, problem: String(result.problem) });
    else readable.push(result as Exclude<T, { problem: string }>);
  });
  return { readable, unreadable };
}

function number(options: BacktestInput['options'], name: string): number {
  const value = decimalOf(ownValue(options, name));
  if (value === undefined) throw usageError(`--${name} is not a number: "${ownValue(options, name) ?? ''}"`);
  return value;
}
const count = (options: BacktestInput['options'], name: string, otherwise: number): number =>
  ownValue(options, name) === undefined ? otherwise : number(options, name);

function share(options: BacktestInput['options'], name: string, otherwise: number): number {
  const value = ownValue(options, name) === undefined ? otherwise : number(options, name);
  if (!(value > 0 && value < 1)) throw usageError(`--${name} lies between 0 and 1, got ${value}`);
  return value;
}

/** `NAME=0.5,…`; empty where nothing was said. */
function shares(text: string | undefined): Record<string, number> {
  const pairs = (text ?? '').split(',').filter((each) => each !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      const share = decimalOf(value) ?? 0;
      if (name === '' || !(share > 0)) throw usageError(`--shares: "${pair}" is not NAME=SHARE`);
      return [name, share];
    }),
  );
}

const units: Readonly<Record<string, number>> = { s: 1000, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `30m`, `10s`, `1h`: milliseconds. */
function duration(options: BacktestInput['options'], name: string, otherwise: string): number {
  const text = ownValue(options, name) ?? otherwise;
  const [, value, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text) ?? [];
  if (value === undefined || unit === undefined)
    throw usageError(`--${name} is not a duration: "${text}"`, 'write e.g. 30m');
  return Number(value) * (ownValue(units, unit) ?? 0);
}
