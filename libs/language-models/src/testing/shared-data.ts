import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const folder = process.env['CONTENTFLOW_SHARED'] ?? join(repository, '..', 'shared');

/** A data set that lies beside the repository, or undefined where it does not. */
export function sharedData(path: string): string | undefined {
  const file = join(folder, 'data', path);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Rows of a fixture of tab-separated values. */
export const fixtureRows = (name: string): string[][] =>
  readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t'));
