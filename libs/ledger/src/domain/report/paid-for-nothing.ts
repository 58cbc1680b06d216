import type { Failure, Report, Usage } from '@contentflow/contracts';

/** Briefs and calls of named uses that ended without content, and what all their calls cost; US dollars. */
export type PaidForNothing = Report['system_evolution']['paid_for_nothing'];

const none = { briefs: 0, spending: 0 };
export const nothingPaid: PaidForNothing = { cancelled: none, failed: none };

export function withFailure(
  paid: PaidForNothing,
  { failure, usage }: { readonly failure: Failure; readonly usage: Usage },
): PaidForNothing {
  const ended = failure === 'cancelled' ? 'cancelled' : 'failed';
  const { briefs, spending } = paid[ended];
  return { ...paid, [ended]: { briefs: briefs + 1, spending: spending + usage.cost } };
}

/** Of partitions, in partition order. */
export const mergePaidForNothing = (parts: readonly PaidForNothing[]): PaidForNothing => ({
  cancelled: sumOf(parts.map(({ cancelled }) => cancelled)),
  failed: sumOf(parts.map(({ failed }) => failed)),
});

const sumOf = (parts: readonly PaidForNothing['failed'][]): PaidForNothing['failed'] =>
  parts.reduce(
    (sum, { briefs, spending }) => ({ briefs: sum.briefs + briefs, spending: sum.spending + spending }),
    none,
  );
