import type { Policy } from '@contentflow/contracts';
import type { Positions } from '@contentflow/kernel';
import type { ProofResult } from '@contentflow/ledger/audit';
import { Worker } from 'node:worker_threads';

const THREAD = new URL('./proof-thread.ts', import.meta.url);

/** Which decisions are taken again: those before these ends of a log's file. */
export interface ProofTask {
  readonly file: string;
  readonly ends: Positions;
  readonly code: string;
  readonly policyOverride?: Policy;
}
export type FromProofs = { readonly checked: number } | { readonly result: ProofResult };

/** Takes the decisions again on a thread of its own. @throws what it throws there */
export function proofsOnThread(task: ProofTask, onProgress?: (checked: number) => void): Promise<ProofResult> {
  const thread = new Worker(THREAD, { workerData: task });
  return new Promise((resolve, reject) => {
    thread.on('message', (message: FromProofs) => {
      if ('result' in message) resolve(message.result);
      else onProgress?.(message.checked);
    });
    thread.on('error', reject);
    thread.on('exit', (code) => reject(new Error(`the thread that takes decisions again ended with ${code}`)));
  });
}
