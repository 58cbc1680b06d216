import { LogReader } from '@contentflow/event-log/reader';
import { proveDecisions } from '@contentflow/ledger/audit';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { procedures } from '../procedures.ts';
import type { FromProofs, ProofTask } from './proofs-on-thread.ts';

/** Takes decisions again, and tells what came of it; how far it is by the hundred. */
const port = parentPort as MessagePort;
const { file, ...task } = workerData as ProofTask;
const say = (message: FromProofs): void => port.postMessage(message);
const source = new LogReader(file);

const result = await proveDecisions({
  ...task,
  source,
  procedures: Object.fromEntries(procedures),
  onProgress: (checked) => checked % 100 === 0 && say({ checked }),
});
source.close();
say({ result });
