import { defaultPolicy } from '@contentflow/contracts';
import { cachePolicy, cacheWorlds, simulatedCache } from './testing/simulated-cache.ts';

const seeds = Array.from({ length: 6 }, (_, i) => i + 1);
const runsOf = (world: string, guarantee: 'watched' | 'shown', requests: number) =>
  seeds.flatMap((seed) => {
    const of = cacheWorlds(seed)[world];
    if (!of) throw new Error(`no world ${world}`);
    return simulatedCache(of, cachePolicy(guarantee), seed, [requests]);
  });
const isWithin = ({ hits, wrongHits }: { hits: number; wrongHits: number }): boolean =>
  wrongHits <= defaultPolicy.cache.wrongHitShare * hits;

describe('answers that are given only once it is shown that few of them are wrong', () => {
  it('are given where they are right, more of them than by one threshold for all', () => {
    const shown = runsOf('nearly all right', 'shown', 2500);
    expect(shown.every(isWithin)).toBe(true);
    const sum = (runs: typeof shown): number => runs.reduce((total, { hits }) => total + hits, 0);
    expect(sum(shown)).toBeGreaterThan(3 * sum(runsOf('nearly all right', 'watched', 2500)));
  });

  it('are not given where entries that look right so far are wrong as often as any', () => {
    expect(runsOf('2 % wrong at any similarity', 'shown', 1500).every(({ hits }) => hits === 0)).toBe(true);
    expect(runsOf('2 % wrong at any similarity', 'watched', 1500).every(isWithin)).toBe(false);
  });

  it('are those of the good entries where some serve nobody', () => {
    const runs = runsOf('one entry in twenty good for nobody', 'shown', 2500);
    expect(runs.every(isWithin)).toBe(true);
    expect(runs.every(({ hits }) => hits > 0)).toBe(true);
  });
});
