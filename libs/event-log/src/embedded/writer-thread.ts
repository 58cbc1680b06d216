import { isContentFlowError, messageOf } from '@contentflow/kernel';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { LogFile } from './log-file.ts';
import type { Operation, Outcome } from './operations.ts';
import { fileError } from './sqlite-errors.ts';
import { Store } from './store.ts';
import type { FromWriter, ToWriter, WriterError } from './writer-messages.ts';

/** The one thread of a process that writes. All that has arrived while it was busy goes into one synced transaction. */
const port = parentPort as MessagePort;
const file = new LogFile((workerData as { file: string }).file, { isSynced: true });
const store = new Store(file);

port.on('message', (message: ToWriter) => {
  const operations: Operation[] = [];
  let isClosing = false;
  for (let next: ToWriter | undefined = message; next !== undefined; next = nextMessage()) {
    if (next === 'close') isClosing = true;
    else operations.push(...next.operations);
  }
  if (operations.length > 0) answer(written(operations));
  if (isClosing) end();
});
answer('ready');

function nextMessage(): ToWriter | undefined {
  return (receiveMessageOnPort(port) as { message: ToWriter } | undefined)?.message;
}

function written(operations: readonly Operation[]): FromWriter {
  try {
    return { outcomes: file.transaction((): Outcome[] => operations.map((operation) => store.run(operation))) };
  } catch (error) {
    return { failed: operations.length, error: asData(fileError(file.path, error)) };
  }
}

function answer(message: FromWriter): void {
  port.postMessage(message);
}

function end(): void {
  file.close();
  port.close();
}

function asData(error: unknown): WriterError {
  return { code: isContentFlowError(error) ? error.code : 'log-failed', problem: messageOf(error) };
}
