import { useEffect, useState } from 'react';
import type { Listed, ListedDecision } from './documents.ts';
import { usePolled } from './polling.ts';

/** How many the page remembers, so that rare ones stay among the many routine ones. */
const KEPT = 1000;

/** Decisions never change, so the page asks for the latest few and keeps what it has. The latest first. */
export function useLatestDecisions(): {
  readonly decisions: readonly ListedDecision[];
  readonly problem: string | undefined;
} {
  const [decisions, setDecisions] = useState<readonly ListedDecision[]>([]);
  const limit = decisions.length === 0 ? 500 : 50;
  const { document, problem } = usePolled<Listed<ListedDecision>>(`/v1/decisions?limit=${limit}`, 1500);
  useEffect(() => {
    if (document) setDecisions((known) => withLatest(known, document.items));
  }, [document]);
  return { decisions, problem };
}

/** A server that starts its ledger again starts the list again. */
export function withLatest(
  known: readonly ListedDecision[],
  latest: readonly ListedDecision[],
): readonly ListedDecision[] {
  const newest = latest[0]?.seq ?? -1;
  const ids = new Set(latest.map(({ id }) => id));
  const isSameLedger = newest >= (known[0]?.seq ?? -1);
  const older = isSameLedger ? known.filter(({ id }) => !ids.has(id)) : [];
  return [...latest, ...older].slice(0, KEPT);
}
