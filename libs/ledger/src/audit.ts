/** What checks a log, apart from the service: for threads and commands, which need nothing else of it. */
export { audit } from './domain/audit.ts';
export type { AuditOptions, AuditPoint, AuditResult } from './domain/audit-result.ts';
export { proveDecisions } from './domain/decision-proofs.ts';
export type { PolicyDifference, ProofResult } from './domain/proof-result.ts';
export type { Difference, EventSource } from './domain/event-source.ts';
export type { SignedStanding, Witness } from './domain/signatures/verify-signatures.ts';
export { openExportedLog } from './export/exported-log.ts';
