import { messageOf } from '@contentflow/kernel';
import { basename } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assertIntact, assertIntactLog } from './file-integrity.ts';

/** Reads files through beside what the process does, and answers what is wrong with each; the log's file is told by its name. */
const port = parentPort as MessagePort;
const { files, logFile, fix } = workerData as {
  readonly files: readonly string[];
  readonly logFile: string;
  readonly fix: string;
};

port.postMessage(
  files.flatMap((file) => {
    try {
      if (basename(file) === basename(logFile)) assertIntactLog(file, fix);
      else assertIntact(file, fix);
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  }),
);
