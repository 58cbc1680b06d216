import { hash128 } from '@contentflow/kernel';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Snapshots } from '../snapshots.ts';
import { build } from './code-version.ts';

/** The files of a folder that no start of this build begins from. None where the code runs from source: then nobody's are of use or in the way. */
export function snapshotsOfOthers(folder: string, own = build): string[] {
  if (own === undefined || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.snapshot'))
    .map((name) => join(folder, name))
    .filter((file) => buildOf(file) !== own);
}

function buildOf(file: string): unknown {
  try {
    return (deserialize(readFileSync(file)) as { build?: unknown }).build;
  } catch {
    return undefined;
  }
}

/** Snapshots as files of a folder, shared by all processes that open it: any of them is as good, since folding is deterministic. */
export function snapshotFiles(folder: string, build: string): Snapshots {
  const fileOf = (name: string): string => join(folder, `${name}.snapshot`);
  return {
    async read(name) {
      try {
        const kept = deserialize(await readFile(fileOf(name))) as { build?: unknown; value?: unknown };
        return kept.build === build ? kept.value : undefined;
      } catch {
        // None yet, or one that was cut short: all is folded again.
        return undefined;
      }
    },
    async write(name, value) {
      // Serialised before anything is awaited: the state goes on changing.
      const bytes = serialize({ build, value });
      const partial = `${fileOf(name)}.${process.pid}-${hash128(name).slice(0, 6)}`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(partial, bytes);
        await rename(partial, fileOf(name));
      } finally {
        await rm(partial, { force: true });
      }
    },
  };
}
