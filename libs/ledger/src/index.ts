import type { DecisionProcedure } from '@contentflow/decisions';
import { reportFold } from './domain/report/report.ts';
import { decisionDocuments } from './read-model/decisions.ts';

export * from './domain/audit.ts';
export * from './domain/audit-result.ts';
export * from './domain/chain.ts';
export * from './domain/documentation.ts';
export * from './domain/event-source.ts';
export * from './domain/operator-commands.ts';
export type { PolicyDifference } from './domain/proof-result.ts';
export * from './domain/report/comparison.ts';
export * from './domain/report/record.ts';
export * from './domain/report/report-at.ts';
export { asMoney } from './domain/report/as-money.ts';
export * from './domain/report/report.ts';
export * from './domain/report/series.ts';
export * from './domain/report/traffic.ts';
export * from './domain/signatures/last-signed.ts';
export type { SignedStanding, Witness } from './domain/signatures/verify-signatures.ts';
export * from './domain/system-view.ts';
export * from './export/export-log.ts';
export * from './export/exported-log.ts';
export { Evolution } from './evolution.ts';
export { BackgroundAudit } from './background-audit.ts';
export * from './ledger.module.ts';
export * from './read-model/decisions.ts';
export * from './sequencer.ts';

/** What it keeps folded, beside procedures. */
export const folds = { 'ledger.report': reportFold };

/** The ledger orders and tells; it decides nothing by itself. */
export const procedures: readonly DecisionProcedure[] = [];

/** What the ledger remembers, for rebuilds. */
export const projections = [decisionDocuments] as const;
