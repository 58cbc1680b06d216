import { usageError } from '@contentflow/kernel';
import { type BenchOptions, benchmarks } from './benchmarks.ts';

/** Runs one benchmark, or all, and prints what it measured. */
export async function run(options: BenchOptions, name?: string): Promise<void> {
  if (name !== undefined && !Object.hasOwn(benchmarks, name))
    throw usageError(`there is no benchmark "${name}"`, `there are ${Object.keys(benchmarks).join(', ')}`);
  for (const [each, measure] of Object.entries(benchmarks)) {
    if (name !== undefined && each !== name) continue;
    console.log(`\n## ${each}`);
    await measure((line) => console.log(line), options);
  }
}
