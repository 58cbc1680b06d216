export * from './domain/chain.ts';
export * from './ledger.module.ts';
export * from './sequencer.ts';
