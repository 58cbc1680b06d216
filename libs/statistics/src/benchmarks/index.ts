export * from './anomaly-score.ts';
export * from './error-rates.ts';
export * from './false-discoveries.ts';
export * from './made-series.ts';
export * from './power.ts';
export * from './report.ts';
export * from './update-rate.ts';
