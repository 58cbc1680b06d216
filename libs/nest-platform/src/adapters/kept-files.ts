import { ContentFlowError } from '@contentflow/kernel';
import { existsSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CheckedFiles } from './checked-files.ts';
import { damageOf } from './file-integrity.ts';
import { SUBJECT_KEYS } from './open-vault.ts';

/** A SQLite file beside the log that nothing can be made into again. */
export interface KeptFile {
  readonly name: string;
  /** What is lost where it is gone on without. */
  readonly without: string;
}

const keptFiles: readonly KeptFile[] = [
  { name: 'budgets.sqlite', without: 'what was spent until now counts for no budget' },
  {
    name: 'idempotency-keys.sqlite',
    without: 'requests of the last day that come again count once still, but are answered as if they were the first',
  },
  { name: 'responses.sqlite', without: 'responses that were kept are unknown' },
  { name: SUBJECT_KEYS, without: 'what readers said, and what is about persons, stays unreadable' },
];

/** A kept file that is not what was left. */
export interface KeptFileFault {
  readonly file: string;
  /** `budgets.sqlite is damaged: file is not a database` */
  readonly problem: string;
  readonly fix: string;
}

/** @param isChecked  whether a file need not be read through */
export function keptFileFaults(
  folder: string,
  checked: Pick<CheckedFiles, 'isGone'>,
  isChecked: (file: string) => boolean = () => false,
): KeptFileFault[] {
  return keptFiles.flatMap(({ name, without }): KeptFileFault[] => {
    const file = join(folder, name);
    const fix = `bring it back from a copy, or go on without it by "contentflow start --accept-loss": ${without}`;
    if (checked.isGone(file)) return [{ file, problem: `${name} is gone`, fix }];
    if (!existsSync(file) || isChecked(file)) return [];
    const damage = damageOf(file);
    return damage === undefined ? [] : [{ file, problem: `${name} is damaged: ${damage}`, fix }];
  });
}

export const damagedError = ({ problem, fix }: KeptFileFault): ContentFlowError =>
  new ContentFlowError('damaged', problem, { fix });

/** Under another name, for a person to look at. @returns the name */
export function setAside(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  let to = `${file}.damaged`;
  for (let copy = 2; existsSync(to); copy++) to = `${file}.damaged-${copy}`;
  for (const end of ['-wal', '-shm']) if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${to}${end}`);
  renameSync(file, to);
  return basename(to);
}
