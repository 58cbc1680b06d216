export * from './bench-log.ts';
export type { Figure } from './figures.ts';
