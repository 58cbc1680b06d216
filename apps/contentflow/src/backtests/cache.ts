import { usageError } from '@contentflow/kernel';
import { backtestCachePairs, backtestCacheStore, backtestEntryThresholds } from '@contentflow/language-models';
import { type Backtest, csv, columns } from './backtest.ts';
import { number, text } from './options.ts';
import { sorted } from './rows.ts';

/** Hits of a cache by meaning, and how many of them are wrong. */
export const cache: Backtest = {
  reads: columns(['query'], ['candidate', 'duplicate', 'split', 'group']),
  run: async ({ rows, options }) => {
    if (options['mode'] === 'store') {
      const { readable, unreadable } = sorted(rows, cacheQuery);
      const meanings = await configuredMeanings(
        text(options, 'config'),
        readable.map(({ query }) => query),
      );
      const train = options['train'] === undefined ? 0 : number(options, 'train', 0.5);
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
      text(options, 'config'),
      readable.flatMap(({ query, candidate }) => [query, candidate]),
    );
    const { rows: judged, summary } = backtestCachePairs(readable, number(options, 'train', 0.5), { meanings });
    const shown = judged.map(({ row, similarity, hit }) => ({ row, similarity, hit: Number(hit) }));
    const { backtestSimilarity } = await import('@contentflow/optimizer');
    const labelled = judged.map((each) => {
      const { candidate: entry = '', duplicate: isRight = false } = readable[each.row] ?? {};
      return { ...each, entry, isRight };
    });
    const learned = { inOperation: backtestSimilarity(labelled), byEntry: backtestEntryThresholds(labelled) };
    return { output: csv(['row', 'similarity', 'hit'], shown), summary: { ...summary, ...learned }, unreadable };
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
