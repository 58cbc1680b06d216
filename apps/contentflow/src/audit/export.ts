import { topics as allTopics } from '@contentflow/contracts';
import { configurationError, messageOf, usageError } from '@contentflow/kernel';
import { exportLog } from '@contentflow/ledger';
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { openLog, type LogOptions } from '../command-line/open-log.ts';

export interface ExportOptions extends LogOptions {
  readonly output: string;
  readonly topics: string;
}

/** Writes the log as JSON lines, whole or not at all. */
export async function run(options: ExportOptions): Promise<void> {
  const topics = topicsOf(options.topics);
  const log = await openLog(options);
  try {
    const partial = `${options.output}.partial`;
    const file = opened(partial);
    let lines = 0;
    for await (const line of exportLog(log, topics)) {
      writeSync(file, `${line}\n`);
      lines++;
    }
    closeSync(file);
    renameSync(partial, options.output);
    console.log(`${lines} lines in ${options.output}`);
  } finally {
    await log.close();
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw configurationError(
      '--output',
      `cannot write "${path}": ${messageOf(error)}`,
      'name a file that you may write',
    );
  }
}

function topicsOf(text: string): string[] {
  const names = allTopics.map(({ name }) => name);
  if (text === 'all') return names;
  return text.split(',').map((each) => {
    const name = names.find((known) => known === each || known === `contentflow.${each}`);
    if (!name) throw usageError(`there is no topic "${each}"`, `there are ${names.join(', ')}`);
    return name;
  });
}
