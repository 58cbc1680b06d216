export * from './domain/measure-generation.ts';
export * from './monitor.module.ts';
