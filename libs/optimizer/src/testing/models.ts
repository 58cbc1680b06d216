import type { Random } from '@contentflow/kernel';
import type { EventData, GenerationMeasured } from '@contentflow/contracts';
import type { AgedWindow } from '../domain/models/outcome-evidence.ts';
import { featuresOf, noOutcomes, type Outcomes, recordOutcome } from '../domain/models/outcome-windows.ts';
import { measured } from './traffic.ts';

/** What a model really does with a brief of so many key points. */
export type TrueModel = (keyPoints: number) => Outcomes;

export const covariatesOf = (keyPoints: number): EventData<typeof GenerationMeasured>['covariates'] => ({
  words: 0,
  keyPoints,
  material: 60,
  language: 'en',
});
export const featuresWith = (keyPoints: number): number[] => featuresOf(covariatesOf(keyPoints));

/** The strong model is good at everything; the cheap one at a tenth of the cost is as good on briefs of few key points. */
export const strong: TrueModel = (keyPoints) => ({ cost: 0.1, timeMs: 20_000, quality: 8.2 - 0.05 * keyPoints });
export const cheap: TrueModel = (keyPoints) => ({
  cost: 0.01,
  timeMs: 20_000,
  quality: 8.2 - 0.05 * keyPoints - 0.6 * Math.max(0, keyPoints - 4),
});

/** How much one content varies: cost and time by these shares, quality by points. */
const NOISE = { cost: 0.25, timeMs: 0.3, quality: 0.8 };

export function drawnOutcomes(random: Random, { cost, timeMs, quality }: Outcomes): Outcomes {
  return {
    cost: random.logNormal(cost * Math.exp(-(NOISE.cost ** 2) / 2), NOISE.cost),
    timeMs: random.logNormal(timeMs * Math.exp(-(NOISE.timeMs ** 2) / 2), NOISE.timeMs),
    quality: quality + NOISE.quality * random.normal(),
  };
}

export interface Window {
  readonly models: Readonly<Record<string, { readonly of: TrueModel; readonly count: number }>>;
  /** What the recipe of this window adds or takes for every model. */
  readonly level?: Partial<Outcomes>;
}

/** Windows of traffic, the oldest first, half an hour apart: key points from 1 to 9, each as likely. */
export const windowsDrawn = (random: Random, windows: readonly Window[]): AgedWindow[] =>
  windows.map(({ models, level = {} }, index) => {
    const window = noOutcomes();
    for (const [model, { of, count }] of Object.entries(models))
      for (let i = 0; i < count; i++) {
        const keyPoints = 1 + random.below(9);
        const { cost, timeMs, quality } = drawnOutcomes(random, of(keyPoints));
        const { data } = measured({
          unit: `${index}-${i}`,
          time: 0,
          cost: cost * (level.cost ?? 1),
          timeMs: timeMs * (level.timeMs ?? 1),
          quality: quality + (level.quality ?? 0),
        });
        recordOutcome(window, { ...data, model, covariates: covariatesOf(keyPoints) });
      }
    return { window, ageMs: (windows.length - 1 - index) * 30 * 60_000 };
  });
