import {
  ChangeScreened,
  fold,
  PromptCandidateScreened,
  type RecipeChange,
  type ScreenedRun,
} from '@contentflow/contracts';
import { HOUR_MS, ownValue, ownValueOrNew } from '@contentflow/kernel';
import { foldedUntil } from '@contentflow/ledger';
import { SystemStateReader } from '@contentflow/nest-platform';
import { type MissedGain, missedGains, type ScreeningResult, type World } from '@contentflow/simulation';
import { mean } from '@contentflow/statistics';
import type { SimulatedDay } from './simulated-day.ts';

interface Pair {
  readonly control: ScreenedRun | null;
  readonly treatment: ScreenedRun | null;
}

const screenedFold = fold<ScreeningResult[]>(() => [])
  .on(ChangeScreened, (all, { data, time }) => withScreened(all, data, time))
  .on(PromptCandidateScreened, (all, { data, time }) => withScreened(all, data, time));

function withScreened(
  all: ScreeningResult[],
  { contentType, change, pairs }: { contentType: string; change: RecipeChange; pairs: readonly Pair[] },
  at: number,
): ScreeningResult[] {
  const both = pairs.flatMap(({ control, treatment }) => (control && treatment ? [{ control, treatment }] : []));
  if (both.length < 2) return all;
  const gains = both.map(({ control, treatment }) => treatment.quality - control.quality);
  const quality = mean(gains);
  const variance = gains.reduce((sum, gain) => sum + (gain - quality) ** 2, 0) / (gains.length - 1);
  const times = (of: (run: ScreenedRun) => number): number =>
    mean(both.map(({ treatment }) => of(treatment))) / mean(both.map(({ control }) => of(control)));
  all.push({
    contentType,
    change,
    at,
    quality,
    error: Math.sqrt(variance / both.length),
    cost: times(({ cost }) => cost),
    time: times(({ timeMs }) => timeMs),
  });
  return all;
}

/** Where the oracle's gain is missing, at noon and at the end, as Markdown. */
export async function missedGainsPage(day: SimulatedDay, world: World): Promise<string> {
  const screened = (await foldedUntil(day.platform.log, screenedFold, day.clock.now())).flat();
  const state = day.app.get(SystemStateReader).current();
  const dayToExplain = { world, state, screened, proposable: day.proposable, startMs: day.startMs };
  const times = [day.startMs + 12 * HOUR_MS, day.clock.now()].filter((at) => at <= day.clock.now());
  const sections = times.map((at) => sectionOf(missedGains(dayToExplain, at), world, (at - day.startMs) / HOUR_MS));
  return [`# Where the oracle's gain went: ${world.name} (simulated)`, ...sections, ''].join('\n\n');
}

function sectionOf(missed: readonly MissedGain[], { contentTypes }: World, hour: number): string {
  const shares = Object.values(contentTypes).reduce((sum, { share }) => sum + share, 0);
  const weighted: Record<string, { share: number }> = {};
  for (const { cause, contentType, share } of missed)
    ownValueOrNew(weighted, cause, () => ({ share: 0 })).share +=
      (share * (ownValue(contentTypes, contentType)?.share ?? 0)) / shares;
  const causes = Object.entries(weighted)
    .sort(([, a], [, b]) => b.share - a.share)
    .map(([cause, { share }]) => `${cause} ${share.toFixed(2)}`);
  return [
    `## After ${hour} hours`,
    `Missing, as a share of the oracle's gain, content types weighted by their traffic: ${causes.join(', ') || 'nothing'}.`,
    [
      '| content type | part | change | share | in truth: quality, cost, time | why | what became of it |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...missed.map(
        ({ contentType, part, change, share, quality, cost, time, cause, story }) =>
          `| ${contentType} | ${part} | ${change} | ${share.toFixed(2)} | ${quality.toFixed(2)}, × ${cost.toFixed(2)}, × ${time.toFixed(2)} | ${cause} | ${story} |`,
      ),
    ].join('\n'),
  ].join('\n\n');
}
