export * from './assignment.ts';
export * from './blast-radius.ts';
export * from './decision-procedure.ts';
export * from './dependents.ts';
export * from './freeze.ts';
export * from './portfolio.ts';
export * from './spending.ts';
export * from './system-state.ts';
