import { ContentFlowError } from '@contentflow/kernel';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KEY_BYTES, type MasterKey, masterKeyFrom } from '../personal/sealing.ts';
import type { SubjectKeys } from '../personal/subject-keys.ts';
import type { Platform } from '../platform.ts';
import { readMasterKey } from './master-key.ts';
import { sqliteSubjectKeys } from './sqlite-subject-keys.ts';

/** Not `.sqlite`: a backup copies those, and must not hold these. */
export const SUBJECT_KEYS = 'subject-keys.db';

export type VaultPlace = Pick<Platform, 'folder' | 'keysIn' | 'mongo'>;
export interface Vault {
  readonly master: MasterKey;
  readonly keys: SubjectKeys;
  close(): Promise<void>;
}

/**
 * The keys of an installation; in memory where nothing is kept.
 * @throws ContentFlowError `no-master-key` where there is none, or another than the keys are wrapped by
 */
export async function openVault(place: VaultPlace): Promise<Vault> {
  const keys = await openKeys(place);
  try {
    const before = await keys.fingerprint();
    const folder = folderOf(place);
    const isKept = folder !== undefined || place.mongo !== undefined;
    const master = isKept ? readMasterKey(folder, before !== undefined) : masterKeyFrom(randomBytes(KEY_BYTES));
    if (before === undefined) await keys.keepFingerprint(master.fingerprint);
    if ((await keys.fingerprint()) !== master.fingerprint)
      throw new ContentFlowError(
        'no-master-key',
        'this is not the master key that the keys of persons are wrapped by',
        {
          field: 'CONTENTFLOW_MASTER_KEY',
          fix: 'set the one that the installation began with',
        },
      );
    return { master, keys, close: () => keys.close() };
  } catch (error) {
    await keys.close();
    throw error;
  }
}

const folderOf = ({ folder, keysIn }: VaultPlace): string | undefined => keysIn ?? folder;

async function openKeys(place: VaultPlace): Promise<SubjectKeys> {
  const { mongo } = place;
  const folder = folderOf(place);
  if (!mongo) return sqliteSubjectKeys(folder === undefined ? ':memory:' : join(folder, SUBJECT_KEYS));
  // Who runs embedded does not wait for mongoose to load.
  const { connectMongoSubjectKeys } = await import('./mongo-subject-keys.ts');
  return connectMongoSubjectKeys(mongo.uri, mongo.databaseOf('subjects'));
}
