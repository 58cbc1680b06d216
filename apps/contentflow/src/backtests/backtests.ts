import type { Backtest } from './backtest.ts';

/** Each component, loaded when it is asked for. */
export const backtests: Readonly<Record<string, () => Promise<Backtest>>> = {
  detect: async () => (await import('./detect.ts')).detect,
  forecast: async () => (await import('./forecast.ts')).forecast,
  scale: async () => (await import('./scale.ts')).scale,
  experiment: async () => (await import('./experiment.ts')).experiment,
  'stream-experiment': async () => (await import('./stream-experiment.ts')).streamExperiment,
  ratings: async () => (await import('./ratings.ts')).ratings,
  engagement: async () => (await import('./engagement.ts')).engagement,
  routing: async () => (await import('./routing.ts')).routing,
  cache: async () => (await import('./cache.ts')).cache,
  quality: async () => (await import('./quality.ts')).quality,
  comments: async () => (await import('./comments.ts')).comments,
};
