import { ContentFlowError, messageOf, ownValue } from '@contentflow/kernel';
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A secret of an installation, and where it may be said: in a variable, in a file that another names, or in the folder's own file. */
export interface Secret {
  /** In words: `the master key`. */
  readonly name: string;
  /** Of the error where it is missing. */
  readonly code: string;
  readonly variable: string;
  readonly fileVariable: string;
}

const LEAST_CHARACTERS = 32;
const OWNER_ONLY = 0o600;
const NEW_BYTES = 32;

/**
 * What the environment says of it, or the file that it names.
 * @returns undefined where it says nothing
 * @throws ContentFlowError of the secret's code for what cannot be one
 */
export function secretOfEnvironment(secret: Secret, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const said = ownValue(environment, secret.variable);
  if (said !== undefined && said !== '') return usable(secret, said, secret.variable);
  const named = ownValue(environment, secret.fileVariable);
  return named === undefined || named === '' ? undefined : secretInFile(secret, named);
}

/** @throws ContentFlowError of the secret's code for a file that cannot be read, or holds too little */
export function secretInFile(secret: Secret, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw missingSecret(secret, `${secret.name} cannot be read: ${messageOf(error)}`, `see ${secret.fileVariable}`);
  }
  return usable(secret, text.trim(), `"${file}"`);
}

/** Writes a secret to a file that is its owner's alone: whole or not at all, and of two processes the first one's. */
export function beginSecretFile(file: string, text = randomBytes(NEW_BYTES).toString('base64')): void {
  if (existsSync(file)) return;
  const staged = `${file}.${process.pid}`;
  writeFileSync(staged, `${text}\n`, { mode: OWNER_ONLY, flush: true });
  try {
    linkSync(staged, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(staged, { force: true });
  }
}

function usable(secret: Secret, text: string, where: string): string {
  if (text.length >= LEAST_CHARACTERS) return text;
  throw missingSecret(
    secret,
    `${where} has fewer than ${LEAST_CHARACTERS} characters`,
    `make one with "openssl rand -base64 32", and keep ${secret.name} that is in use already`,
  );
}

export const missingSecret = ({ code, variable }: Secret, problem: string, fix: string): ContentFlowError =>
  new ContentFlowError(code, problem, { field: variable, fix });
