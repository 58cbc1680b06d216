import { ContentFlowError, messageOf } from '@contentflow/kernel';
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_BYTES, type MasterKey, masterKeyFrom } from '../personal/sealing.ts';

const VARIABLE = 'CONTENTFLOW_MASTER_KEY';
const FILE_VARIABLE = 'CONTENTFLOW_MASTER_KEY_FILE';
const LEAST_CHARACTERS = 32;
const OWNER_ONLY = 0o600;

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
  const said = environment[VARIABLE];
  if (said !== undefined && said !== '') return usable(said, VARIABLE);
  const named = environment[FILE_VARIABLE];
  if (named !== undefined && named !== '') return fromFile(named);
  if (folder === undefined)
    throw missing('personal data cannot be kept without a master key', `set ${VARIABLE} or ${FILE_VARIABLE}`);
  const file = masterKeyFile(folder);
  if (existsSync(file)) return fromFile(file);
  if (hasKeys) throw missing(`the master key of this folder is gone: "${file}"`, `bring it back, or set ${VARIABLE}`);
  return fromFile(written(file));
}

function fromFile(file: string): MasterKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw missing(`the master key cannot be read: ${messageOf(error)}`, `see ${FILE_VARIABLE}`);
  }
  return usable(text.trim(), `"${file}"`);
}

function usable(text: string, where: string): MasterKey {
  if (text.length < LEAST_CHARACTERS)
    throw missing(
      `${where} has fewer than ${LEAST_CHARACTERS} characters`,
      'make one with "openssl rand -base64 32", and keep the one that keys are wrapped by already',
    );
  return masterKeyFrom(Buffer.from(text));
}

/** Whole or not at all, and of two processes the first one's. */
function written(file: string): string {
  const staged = `${file}.${process.pid}`;
  writeFileSync(staged, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: OWNER_ONLY, flush: true });
  try {
    linkSync(staged, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(staged, { force: true });
  }
  return file;
}

const missing = (problem: string, fix: string): ContentFlowError =>
  new ContentFlowError('no-master-key', problem, { field: VARIABLE, fix });
