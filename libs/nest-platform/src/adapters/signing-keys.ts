import { type SigningKey, signingKeyFrom } from '@contentflow/kernel';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beginSecretFile, type Secret, secretInFile, secretOfEnvironment } from './secret-text.ts';

const CURRENT: Secret = {
  name: 'the signing key',
  code: 'signing-key',
  variable: 'CONTENTFLOW_SIGNING_KEY',
  fileVariable: 'CONTENTFLOW_SIGNING_KEY_FILE',
};
const BEFORE: Secret = {
  name: 'the signing key before',
  code: 'signing-key',
  variable: 'CONTENTFLOW_SIGNING_KEY_BEFORE',
  fileVariable: 'CONTENTFLOW_SIGNING_KEY_BEFORE_FILE',
};

/** The key that an installation's checkpoints are signed with, and the one before while it has not been told yet. */
export interface SigningKeys {
  readonly current: SigningKey;
  readonly before?: SigningKey;
  /** The log says which key signs: the one before is nobody's any more. */
  handedOver(): void;
}

/** Not `.sqlite`: a backup copies those, and must not hold these. */
export const signingKeyFile = (folder: string): string => join(folder, 'signing.key');
const fileBefore = (folder: string): string => join(folder, 'signing.key.before');

/**
 * From the environment, from the files that it names, or from the folder's own files.
 * @returns undefined where there is none
 * @throws ContentFlowError `signing-key` for what cannot be one
 */
export function readSigningKeys(
  folder: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): SigningKeys | undefined {
  const current = secretOfEnvironment(CURRENT, environment) ?? inFile(CURRENT, folder && signingKeyFile(folder));
  if (current === undefined) return undefined;
  const before = secretOfEnvironment(BEFORE, environment) ?? inFile(BEFORE, folder && fileBefore(folder));
  return {
    current: signingKeyFrom(current),
    ...(before === undefined ? {} : { before: signingKeyFrom(before) }),
    handedOver: () => folder === undefined || rmSync(fileBefore(folder), { force: true }),
  };
}

const inFile = (secret: Secret, file: string | undefined): string | undefined =>
  file !== undefined && existsSync(file) ? secretInFile(secret, file) : undefined;

/** The same of a folder that begins: its key is made where there is none. @param text  of a simulated day, whose key follows from its seed */
export function openSigningKeys(folder: string, text?: string): SigningKeys {
  const found = readSigningKeys(folder, text === undefined ? process.env : {});
  if (found) return found;
  beginSecretFile(signingKeyFile(folder), text);
  return openSigningKeys(folder, text);
}

/** How the key of a simulated day begins: it follows from its seed. */
const OF_SIMULATED_DAY = 'simulated day ';
export const simulatedSigner = (seed: string | number): string =>
  `${OF_SIMULATED_DAY}${seed}, signed by whoever knows its seed`;

/** Whether a simulated day has been here, which can be had again from its seed. */
export function isOfSimulatedDay(folder: string): boolean {
  const file = signingKeyFile(folder);
  return existsSync(file) && readFileSync(file, 'utf8').startsWith(OF_SIMULATED_DAY);
}

/** Also where a rotation was killed before the new key was made. */
export const hasSigningKey = (folder: string): boolean =>
  [signingKeyFile(folder), fileBefore(folder)].some((file) => existsSync(file));

/** A new key for the folder; the next start says so in the log, signed with the one before. A key that was never told is left out. */
export function rotateSigningKey(folder: string): void {
  const file = signingKeyFile(folder);
  if (existsSync(file) && !existsSync(fileBefore(folder))) renameSync(file, fileBefore(folder));
  else rmSync(file, { force: true });
  beginSecretFile(file);
}
