import { parentPort } from 'node:worker_threads';
import { SqliteDocuments } from './sqlite-documents.ts';

/** One call of a method of the documents of one file, or the opening of it, and what came of it. */
export type Call = { readonly id: number; readonly file: number; readonly args: unknown[] } & {
  readonly method: keyof SqliteDocuments | 'open';
};
export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: unknown; readonly errcode: number | undefined };

const port = parentPort;
if (!port) throw new Error('runs as a worker thread only');
const files = new Map<number, SqliteDocuments>();

port.on('message', (call: Call) => {
  const { id } = call;
  try {
    port.postMessage({ id, result: answerTo(call) } satisfies Answer);
  } catch (error) {
    // An error that is cloned keeps its message alone.
    const { errcode } = error as { errcode?: number };
    port.postMessage({ id, error, errcode } satisfies Answer);
  }
});

function answerTo({ file, method, args }: Call): unknown {
  if (method === 'open') {
    files.set(file, new SqliteDocuments(args[0] as string));
    return undefined;
  }
  const documents = files.get(file);
  if (!documents) throw new Error('the read model is not open');
  if (method === 'close') files.delete(file);
  return (documents[method] as (...args: unknown[]) => unknown).apply(documents, args);
}
