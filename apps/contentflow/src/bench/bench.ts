import { unknownName } from '../command-line/unknown-name.ts';
import { type BenchOptions, benchmarks } from './benchmarks.ts';

/** Runs one benchmark, or all, and prints what it measured. */
export async function run(options: BenchOptions, name?: string): Promise<void> {
  if (name !== undefined && !Object.hasOwn(benchmarks, name))
    throw unknownName('benchmark', name, Object.keys(benchmarks));
  for (const [each, measure] of Object.entries(benchmarks)) {
    if (name !== undefined && each !== name) continue;
    console.log(`\n## ${each}`);
    await measure((line) => console.log(line), options);
  }
}
