import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type MasterKey, masterKeyFrom } from '../personal/sealing.ts';
import { beginSecretFile, missingSecret, type Secret, secretInFile, secretOfEnvironment } from './secret-text.ts';

const MASTER_KEY: Secret = {
  name: 'the master key',
  code: 'no-master-key',
  variable: 'CONTENTFLOW_MASTER_KEY',
  fileVariable: 'CONTENTFLOW_MASTER_KEY_FILE',
};

/** Of an installation on one machine that was told no other. */
export const masterKeyFile = (folder: string): string => join(folder, 'master.key');

/**
 * The master key from the environment, from the file that it names, or from the folder's own file, which is made where there is none and no key
 * has been wrapped yet.
 * @throws ContentFlowError `no-master-key` where there is none, or what there is cannot be one
 */
export function readMasterKey(
  folder: string | undefined,
  hasKeys: boolean,
  environment: NodeJS.ProcessEnv = process.env,
): MasterKey {
  const said = secretOfEnvironment(MASTER_KEY, environment);
  if (said !== undefined) return masterKeyFrom(Buffer.from(said));
  const { variable, fileVariable } = MASTER_KEY;
  if (folder === undefined)
    throw missingSecret(
      MASTER_KEY,
      'personal data cannot be kept without a master key',
      `set ${variable} or ${fileVariable}`,
    );
  const file = masterKeyFile(folder);
  if (hasKeys && !existsSync(file))
    throw missingSecret(
      MASTER_KEY,
      `the master key of this folder is gone: "${file}"`,
      `bring it back, or set ${variable}`,
    );
  beginSecretFile(file);
  return masterKeyFrom(Buffer.from(secretInFile(MASTER_KEY, file)));
}
