import { Topic, topics } from '@contentflow/contracts';
import { LogReader } from '@contentflow/event-log/reader';
import { ownValue, partitionKey } from '@contentflow/kernel';
import { audit, type AuditOptions, type AuditResult } from '@contentflow/ledger/audit';
import { proofsOnThread } from './proofs-on-thread.ts';

export type LogAuditOptions = Omit<AuditOptions, 'source' | 'procedures' | 'prove'>;

/** Audits the log of a folder: what stands in it is checked here, and decisions are taken again on a thread meanwhile. */
export async function auditLogFile(file: string, options: LogAuditOptions): Promise<AuditResult> {
  const { code, policyOverride, onProgress } = options;
  const source = LogReader.open(file, topics);
  try {
    return await audit({
      ...options,
      source,
      procedures: {},
      prove: (ends) => {
        const entries = ownValue(ends, partitionKey(Topic.ledger, 0)) ?? 0;
        const task = { file, ends, code, ...(policyOverride && { policyOverride }) };
        return proofsOnThread(task, (checked) => onProgress?.(checked, entries));
      },
    });
  } finally {
    source.close();
  }
}
