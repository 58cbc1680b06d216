export * from './day-outcome.ts';
export * from './missed-gains-page.ts';
export * from './simulated-day.ts';
