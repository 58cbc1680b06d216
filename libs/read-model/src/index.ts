export * from './all-documents.ts';
export { DocumentsThread } from './embedded/documents-thread.ts';
export * from './embedded/open.ts';
export * from './mongo/open.ts';
export { cursorAfter } from './query.ts';
export * from './read-model.ts';
export * from './rebuild-projection.ts';
export * from './run-projection.ts';
