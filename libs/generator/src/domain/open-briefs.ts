import {
  BriefAccepted,
  type Call,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  GenerationFailed,
  fold,
} from '@contentflow/contracts';
import { isLeaseHeld, type StoredEvent } from '@contentflow/kernel';

/** A brief that was accepted and has not ended yet. */
export interface OpenBrief {
  readonly accepted: StoredEvent<EventData<typeof BriefAccepted>>;
  readonly claim?: Claim;
  /** Those of all attempts, as far as claims have told. */
  readonly calls: readonly Call[];
  /** All attempts so far have cost no more; US dollars. */
  readonly mayCostUsd: number;
}
export interface Claim {
  readonly worker: string;
  readonly attempt: number;
  /** When it was said last. */
  readonly at: number;
  readonly leaseUntil: number;
}

/** Of one partition. */
export interface Briefs {
  readonly open: Map<string, OpenBrief>;
  /** Those that ended last: an acceptance that is repeated after them, by its idempotency key, opens nothing again. */
  readonly ended: Set<string>;
}

/** What it goes by among the folds of a process. */
export const OPEN_BRIEFS = 'generator.open-briefs';

/** Repeats come within hours; whoever comes later finds the document. */
const REMEMBERED = 20_000;

/**
 * What is still to be made, in the order accepted. The first live claim owns a brief, a claim whose lease has run out is
 * passed on, and the first completion ends it: whatever comes later of the same brief changes nothing.
 *
 * It is changed in place, because a queue of thousands is folded event by event; each partition has its own.
 */
export const openBriefs = fold<Briefs>(() => ({ open: new Map(), ended: new Set() }))
  .on(BriefAccepted, (briefs, event) => {
    const { contentId } = event.data;
    if (!briefs.open.has(contentId) && !briefs.ended.has(contentId))
      briefs.open.set(contentId, { accepted: event, calls: [], mayCostUsd: 0 });
    return briefs;
  })
  .on(GenerationClaimed, (briefs, { data, time }) => {
    const brief = briefs.open.get(data.contentId);
    if (!brief || (isLive(brief.claim, time) && brief.claim?.worker !== data.worker)) return briefs;
    const { worker, attempt, leaseUntil, calls = brief.calls, mayCostUsd = 0 } = data;
    briefs.open.set(data.contentId, {
      ...brief,
      claim: { worker, attempt, at: time, leaseUntil },
      calls,
      mayCostUsd: Math.max(brief.mayCostUsd, mayCostUsd),
    });
    return briefs;
  })
  .on(ContentGenerated, (briefs, { data }) => ended(briefs, data.contentId))
  .on(GenerationFailed, (briefs, { data }) => ended(briefs, data.contentId));

/** Not for ever where the clock was set back meanwhile. */
export const isLive = (claim: Claim | undefined, at: number): boolean =>
  claim !== undefined && isLeaseHeld(claim.leaseUntil, at, claim.leaseUntil - claim.at);

function ended(briefs: Briefs, id: string): Briefs {
  briefs.open.delete(id);
  briefs.ended.add(id);
  if (briefs.ended.size > REMEMBERED) briefs.ended.delete(briefs.ended.values().next().value as string);
  return briefs;
}
