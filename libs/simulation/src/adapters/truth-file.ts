import { writeFileSync } from 'node:fs';
import { truthCsv, type TruthRow } from '../truth/truth-rows.ts';

/** Writes the truth of a run, for benchmarks to compare with afterwards. */
export function writeTruthFile(file: string, rows: readonly TruthRow[]): void {
  writeFileSync(file, truthCsv(rows));
}
