import { topics as allTopics } from '@contentflow/contracts';
import type { EventLog } from '@contentflow/event-log';
import type { SigningKey } from '@contentflow/kernel';
import { exportLog, lastSigned } from '@contentflow/ledger';
import { readSigningKeys } from '@contentflow/nest-platform';
import { openLog, type LogOptions } from '../command-line/open-log.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { noteBeside, openOutput } from '../command-line/output-file.ts';

export interface ExportOptions extends LogOptions {
  readonly output: string;
  readonly topics: string;
  readonly json?: boolean;
}

/** Writes the log as JSON lines, whole or not at all. */
export async function run(options: ExportOptions): Promise<void> {
  const topics = topicsOf(options.topics);
  const log = await openLog(options);
  try {
    const output = openOutput(options.output);
    try {
      let lines = 0;
      const key = await signerOf(log, options);
      for await (const line of exportLog(log, topics, key)) {
        output.write(`${line}\n`);
        lines++;
      }
      output.finish();
      const unsigned = key ? '' : '; its end is not signed, for want of the key';
      const told = JSON.stringify({ output: options.output, lines, signed: key !== undefined });
      noteBeside(options.output, options.json ? told : `${lines} lines in ${options.output}${unsigned}`);
    } finally {
      output.drop();
    }
  } finally {
    await log.close();
  }
}

/** The key that signs by what the log says: while a new one has not been told yet, the one before. */
async function signerOf(log: EventLog, { kafka, data }: ExportOptions): Promise<SigningKey | undefined> {
  const { current, before } = readSigningKeys(kafka ? undefined : data) ?? {};
  const { signer } = await lastSigned(log);
  return before !== undefined && before.publicKey === signer ? before : current;
}

function topicsOf(text: string): string[] {
  const names = allTopics.map(({ name }) => name);
  if (text === 'all') return names;
  return text.split(',').map((each) => {
    const name = names.find((known) => known === each || known === `contentflow.${each}`);
    if (!name) throw unknownName('topic', each, names, '--topics');
    return name;
  });
}
