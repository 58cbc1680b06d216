import { parentPort, workerData } from 'node:worker_threads';
import { SqliteDocuments } from './sqlite-documents.ts';

/** One call of a method of the documents, and what came of it. */
export interface Call {
  readonly id: number;
  readonly method: keyof SqliteDocuments;
  readonly args: unknown[];
}
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: unknown; readonly errcode: number | undefined };

const port = parentPort;
if (!port) throw new Error('runs as a worker thread only');
const documents = new SqliteDocuments((workerData as { file: string }).file);

port.on('message', ({ id, method, args }: Call) => {
  try {
    const call = documents[method] as (...args: unknown[]) => unknown;
    port.postMessage({ id, result: call.apply(documents, args) } satisfies Answer);
  } catch (error) {
    // An error that is cloned keeps its message alone.
    const { errcode } = error as { errcode?: number };
    port.postMessage({ id, error, errcode } satisfies Answer);
  }
});
