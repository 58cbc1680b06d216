export * from './compression.ts';
export * from './prompt.ts';
export * from './proposals.ts';
export * from './recipe-change.ts';
export * from './unit.ts';
export * from './workflow.ts';
