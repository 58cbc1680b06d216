import { defaultPolicy } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { type CacheRun, cachePolicy, cacheWorlds, simulatedCache } from '../testing/simulated-cache.ts';

type Report = (line: string) => void;

const SEEDS = Array.from({ length: 20 }, (_, i) => 101 + i);
const LENGTHS = [500, 2000, 5000];

/** How often more of what a cache gives is wrong than may be, where the truth is known; in the columns hits ÷ requests, wrong ÷ hits, runs past the limit. */
export function benchCacheLimit(report: Report): void {
  const lengths = LENGTHS.map((length) => `${length} requests`);
  report(`| world | guarantee | ${lengths.join(' | ')} |`);
  for (const world of Object.keys(cacheWorlds(0)))
    for (const guarantee of ['shown', 'watched'] as const) {
      const runs = SEEDS.flatMap((seed) => {
        const of = ownValue(cacheWorlds(seed), world);
        return of ? [simulatedCache(of, cachePolicy(guarantee), seed, LENGTHS)] : [];
      });
      const figures = LENGTHS.map((length, k) =>
        figureOf(
          runs.flatMap((run) => run[k] ?? []),
          length,
        ),
      );
      report(`| ${world} | ${guarantee} | ${figures.join(' | ')} |`);
    }
}

function figureOf(runs: readonly CacheRun[], length: number): string {
  const hits = runs.reduce((sum, run) => sum + run.hits, 0);
  const wrong = runs.reduce((sum, run) => sum + run.wrongHits, 0);
  const past = runs.filter((run) => run.wrongHits > defaultPolicy.cache.wrongHitShare * run.hits).length;
  const share = ((100 * wrong) / Math.max(1, hits)).toFixed(2);
  return `${(hits / (runs.length * length)).toFixed(3)}, ${share} %, ${past}/${runs.length}`;
}
