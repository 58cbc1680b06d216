import { systemClock } from '@contentflow/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedFigures } from './embedded-benchmark.ts';
import type { Figure } from './figures.ts';

export interface BenchLogOptions {
  /** Measure the Kafka engine too. */
  readonly brokers?: readonly string[];
  /** More of them narrow the ratios: ten short interleaved pairs each. Default 5. */
  readonly repetitions?: number;
  /** How long the steady pace is kept. Default 5. */
  readonly seconds?: number;
  /** Where the files lie while it runs. Default: the system's folder for such. */
  readonly folder?: string;
}

/** Measures the log beside the drivers under it, one figure after the other; returns all of them. */
export async function benchLog(options: BenchLogOptions, report: (figure: Figure) => void): Promise<readonly Figure[]> {
  const { brokers, repetitions = 5, seconds = 5 } = options;
  const figures: Figure[] = [];
  const keep = (figure: Figure): void => {
    figures.push(figure);
    report(figure);
  };
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'contentflow-bench-'));
  try {
    await embeddedFigures({ folder, repetitions, seconds, clock: systemClock }, keep);
  } finally {
    rmSync(folder, { recursive: true });
  }
  if (brokers) {
    const { kafkaFigures } = await import('./kafka-benchmark.ts');
    await kafkaFigures({ brokers, repetitions, seconds, clock: systemClock }, keep);
  }
  return figures;
}

/** One figure as a row of a Markdown table: name, ours, plain, ratio, its quartiles, aim. */
export function asRow({ name, value, unit, plain, ratio, quartiles, aim, verdict }: Figure): string {
  const number = (n: number | undefined): string =>
    n === undefined ? '' : n.toLocaleString('en', { maximumFractionDigits: unit === 'ms' ? 1 : 0 });
  const judged = aim === undefined ? '' : `${aim}: ${verdict}`;
  return `| ${name} | ${number(value)} ${unit} | ${number(plain)} | ${ratio?.toFixed(2) ?? ''} | ${quartiles?.map((q) => q.toFixed(2)).join('–') ?? ''} | ${judged} |`;
}
