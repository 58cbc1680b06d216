import { publicKeyPem, usageError } from '@contentflow/kernel';
import { lastSigned } from '@contentflow/ledger';
import { hasSigningKey, readSigningKeys, rotateSigningKey } from '@contentflow/nest-platform';
import { openLog, type LogOptions } from '../command-line/open-log.ts';
import { writeOutput } from '../command-line/output-file.ts';

export interface CheckpointOptions extends LogOptions {
  readonly output?: string;
  readonly publicKey?: boolean;
  readonly rotateKey?: boolean;
  readonly json?: boolean;
}

/** Tells what was signed last, or by which key; or begins another key. */
export async function run(options: CheckpointOptions): Promise<void> {
  if (options.rotateKey) return rotate(options);
  const log = await openLog(options);
  try {
    const { last, signer = folderKey(options) } = await lastSigned(log);
    if (options.publicKey) {
      if (signer === undefined)
        throw usageError('nothing is signed here', 'start it once: the ledger signs every five minutes');
      const pem = publicKeyPem(signer);
      return tell(options.json ? `${JSON.stringify({ publicKey: pem })}\n` : pem, options);
    }
    if (!last)
      throw usageError('there is no checkpoint yet', 'the ledger signs one every five minutes, and when it stops');
    tell(`${JSON.stringify(last, null, 1)}\n`, options);
  } finally {
    await log.close();
  }
}

/** Of a folder whose log has no checkpoint yet. */
const folderKey = ({ kafka, data }: CheckpointOptions): string | undefined =>
  readSigningKeys(kafka ? undefined : data)?.current.publicKey;

function rotate({ kafka, data, json }: CheckpointOptions): void {
  if (kafka || !hasSigningKey(data))
    throw usageError(
      kafka ? 'past one machine the key comes from the environment' : `there is no key in "${data}"`,
      'set CONTENTFLOW_SIGNING_KEY to the new one and CONTENTFLOW_SIGNING_KEY_BEFORE to the old one, and start the ledger again',
    );
  rotateSigningKey(data);
  if (json) return console.log(JSON.stringify({ rotated: true }));
  console.log(
    'a new key is made; the next start says so in the log, signed with the one before, and signs with it from then on',
  );
}

function tell(text: string, { output }: CheckpointOptions): void {
  writeOutput(output ?? '-', text);
}
