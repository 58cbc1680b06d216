export * from './bench-read-model.ts';
