import { joinFolder } from '../adapters/folder-processes.ts';

/** A process on a folder, for tests that kill it. */
joinFolder(process.argv[2] as string, process.argv[3] === 'alone');
process.send?.('ready');
setInterval(() => undefined, 60_000);
