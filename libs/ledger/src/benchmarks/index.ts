export * from './headlines.ts';
