export * from './embedded/open.ts';
export * from './read-model.ts';
export * from './run-projection.ts';
export * from './rebuild-projection.ts';
