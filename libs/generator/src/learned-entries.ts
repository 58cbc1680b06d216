import { type EntryThresholds, entryThresholds } from '@contentflow/language-models';
import { ownValue } from '@contentflow/kernel';
import type { Audit, Audits } from './domain/wrong-hits.ts';

interface Learned {
  readonly thresholds: EntryThresholds;
  readonly from: number;
  /** Of each partition, the last audit that was learned from. */
  readonly last: Map<number, Audit>;
}

/** Thresholds of the entries of each content type, by all that was judged of them. */
export class LearnedEntries {
  readonly #byType = new Map<string, Learned>();

  /** @param from  what was judged before says nothing; epoch milliseconds */
  of(parts: readonly Audits[], contentType: string, from: number): EntryThresholds {
    const lists = parts.map((part) => ownValue(part, contentType) ?? []);
    const known = this.#byType.get(contentType);
    const goesOn =
      known?.from === from && [...known.last].every(([part, last]) => (lists[part]?.lastIndexOf(last) ?? -1) >= 0);
    const learned: Learned = goesOn
      ? known
      : { thresholds: entryThresholds({ isPooled: true }), from, last: new Map<number, Audit>() };
    this.#byType.set(contentType, learned);
    lists.forEach((audits, part) => learnFrom(learned, part, audits));
    return learned.thresholds;
  }
}

function learnFrom({ thresholds, from, last }: Learned, part: number, audits: readonly Audit[]): void {
  const known = last.get(part);
  const latest = audits.at(-1);
  if (latest === undefined || latest === known) return;
  const start = known === undefined ? 0 : audits.lastIndexOf(known) + 1;
  for (const { at, entry, similarity, verdict } of audits.slice(start))
    if (entry !== undefined && at >= from && verdict !== 'unclear')
      thresholds.learn(entry, similarity, verdict !== 'only_made');
  last.set(part, latest);
}
