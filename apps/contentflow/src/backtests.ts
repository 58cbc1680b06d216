import type { Backtest } from './backtests/backtest.ts';

/** Each component, loaded when it is asked for. */
export const backtests: Readonly<Record<string, () => Promise<Backtest>>> = {
  detect: async () => (await import('./backtests/detect.ts')).detect,
  forecast: async () => (await import('./backtests/forecast.ts')).forecast,
  scale: async () => (await import('./backtests/scale.ts')).scale,
  experiment: async () => (await import('./backtests/experiment.ts')).experiment,
  'stream-experiment': async () => (await import('./backtests/stream-experiment.ts')).streamExperiment,
  ratings: async () => (await import('./backtests/ratings.ts')).ratings,
  engagement: async () => (await import('./backtests/engagement.ts')).engagement,
  routing: async () => (await import('./backtests/routing.ts')).routing,
  cache: async () => (await import('./backtests/cache.ts')).cache,
  quality: async () => (await import('./backtests/quality.ts')).quality,
  comments: async () => (await import('./backtests/comments.ts')).comments,
};
