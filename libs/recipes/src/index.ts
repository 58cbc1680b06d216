export * from './brand.ts';
export * from './compression.ts';
export * from './prompt-template.ts';
export * from './prompt.ts';
export * from './proposals.ts';
export * from './recipe-change.ts';
export * from './unit.ts';
export * from './workflow.ts';
