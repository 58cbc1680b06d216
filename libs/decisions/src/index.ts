export * from './assignment.ts';
export * from './decision-procedure.ts';
export * from './system-state.ts';
