import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  GenerationFailed,
  Topic,
} from '@contentflow/contracts';
import type { Fold, StoredEvent } from '@contentflow/kernel';

/** A brief that was accepted and has not ended yet. */
export interface OpenBrief {
  readonly accepted: StoredEvent<EventData<typeof BriefAccepted>>;
  readonly claim?: Claim;
}
export interface Claim {
  readonly worker: string;
  readonly attempt: number;
  readonly leaseUntil: number;
}

export type OpenBriefs = ReadonlyMap<string, OpenBrief>;

/**
 * What is still to be made, in the order accepted. The first live claim owns a brief, a claim whose lease has run out is
 * passed on, and the first completion ends it: whatever comes later of the same brief changes nothing.
 *
 * The map is changed in place, because a queue of thousands is folded event by event; each partition has its own.
 */
export const openBriefs: Fold<Map<string, OpenBrief>> = {
  topics: [Topic.content],
  initial: () => new Map(),
  apply: {
    [BriefAccepted.type]: (open, event: StoredEvent<EventData<typeof BriefAccepted>>) =>
      open.has(event.data.contentId) ? open : open.set(event.data.contentId, { accepted: event }),
    [GenerationClaimed.type]: (open, { data, time }: StoredEvent<EventData<typeof GenerationClaimed>>) => {
      const brief = open.get(data.contentId);
      if (!brief || (isLive(brief.claim, time) && brief.claim?.worker !== data.worker)) return open;
      const { worker, attempt, leaseUntil } = data;
      return open.set(data.contentId, { ...brief, claim: { worker, attempt, leaseUntil } });
    },
    [ContentGenerated.type]: (open, { data }: StoredEvent<EventData<typeof ContentGenerated>>) =>
      without(open, data.contentId),
    [GenerationFailed.type]: (open, { data }: StoredEvent<EventData<typeof GenerationFailed>>) =>
      without(open, data.contentId),
  },
};

export const isLive = (claim: Claim | undefined, at: number): boolean => claim !== undefined && claim.leaseUntil > at;

function without(open: Map<string, OpenBrief>, id: string): Map<string, OpenBrief> {
  open.delete(id);
  return open;
}
