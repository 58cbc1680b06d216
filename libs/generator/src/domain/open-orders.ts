import {
  ChangeScreened,
  type EventData,
  type EventOf,
  PromptCandidateDrafted,
  PromptCandidatesRequested,
  PromptCandidateScreened,
  fold,
  ScreeningRequested,
} from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';

export type Order = EventOf<typeof PromptCandidatesRequested>;
export type ScreeningOrder = EventOf<typeof ScreeningRequested>;
export type Drafted = EventData<typeof PromptCandidateDrafted>;

/** Work orders for new prompts and for other changes to be tried, and what has come of them; one partition of it. */
export interface Orders {
  readonly asked: readonly Order[];
  readonly toScreen: readonly ScreeningOrder[];
  readonly drafted: readonly Drafted[];
  /** Candidates. */
  readonly screened: readonly string[];
  /** Orders to try other changes that were carried out. */
  readonly carriedOut: readonly string[];
}

const KEPT = 200;

export const orders = fold<Orders>(() => ({
  asked: [],
  toScreen: [],
  drafted: [],
  screened: [],
  carriedOut: [],
}))
  .on(PromptCandidatesRequested, (known, order) => ({
    ...known,
    asked: [...known.asked, order].slice(-KEPT),
  }))
  .on(PromptCandidateDrafted, (known, { data }) => ({
    ...known,
    drafted: [...known.drafted, data].slice(-KEPT),
  }))
  .on(PromptCandidateScreened, (known, { data }) => ({
    ...known,
    screened: [...known.screened, data.candidateId].slice(-KEPT),
  }))
  .on(ScreeningRequested, (known, order) => ({
    ...known,
    toScreen: [...known.toScreen, order].slice(-KEPT),
  }))
  .on(ChangeScreened, (known, { data }) => ({
    ...known,
    // All that an order asked for is told at once.
    carriedOut: [...known.carriedOut.filter((each) => each !== data.requestId), data.requestId].slice(-KEPT),
  }));

/** What is left of an order: to be drafted, or these prompts to be tried. */
export interface OpenOrder {
  readonly order: Order;
  /** Undefined until they are drafted. */
  readonly drafted: readonly Drafted[] | undefined;
}

/** Nobody waits for it any longer: the prompt has had other chances since. */
const STALE_MS = 6 * HOUR_MS;

/** Content types for which an order stands in the ledger that is not forgotten. */
export const typesAsked = (parts: readonly Orders[], at: number): string[] => [
  ...new Set(
    parts
      .flatMap((part): readonly (Order | ScreeningOrder)[] => [...part.asked, ...part.toScreen])
      .filter(({ time }) => at - time < STALE_MS)
      .map(({ data }) => data.contentType),
  ),
];

/** Whether an order is for the one who asks, and still stands. */
type IsWanted = (order: { readonly requestId: string; readonly contentType: string }) => boolean;

/** The first order that stands in the ledger and has work left. */
export function nextOrder(parts: readonly Orders[], isWanted: IsWanted, at: number): OpenOrder | undefined {
  const drafted = parts.flatMap((part) => part.drafted);
  const screened = new Set(parts.flatMap((part) => part.screened));
  return parts
    .flatMap((part) => part.asked)
    .filter(({ data, time }) => isWanted(data) && at - time < STALE_MS)
    .map((order): OpenOrder => {
      const own = drafted.filter(({ requestId }) => requestId === order.data.requestId);
      return { order, drafted: own.length > 0 ? own : undefined };
    })
    .find(
      ({ drafted: own }) =>
        own === undefined || own.some(({ change, candidateId }) => change !== null && !screened.has(candidateId)),
    );
}

/** The first order to try other changes that stands in the ledger and was not carried out. */
export function nextScreening(parts: readonly Orders[], isWanted: IsWanted, at: number): ScreeningOrder | undefined {
  const done = new Set(parts.flatMap((part) => part.carriedOut));
  return parts
    .flatMap((part) => part.toScreen)
    .find(({ data, time }) => isWanted(data) && at - time < STALE_MS && !done.has(data.requestId));
}
