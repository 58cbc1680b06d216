export * from './procedures.ts';
export * from './services.ts';
