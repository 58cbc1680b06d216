export * from './domain/audit.ts';
export * from './domain/chain.ts';
export * from './domain/event-source.ts';
export * from './export/export-log.ts';
export * from './export/exported-log.ts';
export * from './ledger.module.ts';
export * from './sequencer.ts';
