import { ownValueOrNew } from '@contentflow/kernel';
import {
  type Brief,
  ChangeScreened,
  ContentGenerated,
  type EventData,
  type EventOf,
  FeedbackReceived,
  fold,
  PromptCandidateDrafted,
  PromptCandidateScreened,
  type Quality,
} from '@contentflow/contracts';
import { isCountedRating } from '../arm-statistics.ts';
import { recordLast } from '../windows.ts';

/** Content that was made and measured, outside the holdback. */
export interface Sample {
  readonly contentId: string;
  readonly unit: string;
  readonly time: number;
  readonly brief: Brief;
  readonly body: string;
  readonly quality: number;
  readonly measures: Quality['measures'];
}

/** What readers said of one content: never their words, which may hold anything. */
export interface Said {
  readonly ratings: number;
  readonly sum: number;
  readonly wishes: readonly string[];
}

export type Screened = Omit<EventData<typeof PromptCandidateScreened>, 'simulated' | 'cost'>;

/** What is known of prompts on one partition; its containers are changed in place. */
export interface PromptKnowledge {
  /** By content type, the latest last. */
  readonly samples: Record<string, Sample[]>;
  readonly said: Map<string, Said>;
  /** By content type, in order. */
  readonly screened: Record<string, Screened[]>;
  readonly spent: { readonly time: number; readonly contentType: string; readonly cost: number }[];
}

export interface PromptObservations {
  readonly prompts: PromptKnowledge;
}

/** Per partition: enough to choose from, little enough to hold. */
const SAMPLES_KEPT = 60;
const COMMENTS_KEPT = 1000;
const SCREENED_KEPT = 60;
const SPENT_KEPT = 500;
/** A brief with more than that, such as a long reference, is no sample. */
const LONGEST_BRIEF = 4000;

export const promptsFold = fold<PromptKnowledge>(() => ({ samples: {}, said: new Map(), screened: {}, spent: [] }))
  .on(ContentGenerated, (known, event) => {
    recordSample(known, event);
    return known;
  })
  .on(PromptCandidateDrafted, (known, event) => {
    recordDrafted(known, event);
    return known;
  })
  .on(PromptCandidateScreened, (known, event) => {
    recordScreened(known, event);
    return known;
  })
  .on(ChangeScreened, (known, event) => {
    recordDrafted(known, event);
    return known;
  })
  .on(FeedbackReceived, (known, { data }) => {
    if (isCountedRating(data)) recordComments(known, data);
    return known;
  });

function recordSample({ samples }: PromptKnowledge, { data, time }: EventOf<typeof ContentGenerated>): void {
  const { assignment, brief, content, contentId, quality, unit, usage } = data;
  const isFromCache = usage.cache === 'exact' || usage.cache === 'semantic';
  // Nobody else's prompt learns from what is about a person.
  if (data.personal) return;
  if (assignment.holdback || isFromCache || !quality || content.body.trim() === '') return;
  if (JSON.stringify(brief).length > LONGEST_BRIEF) return;
  const { score, measures } = quality;
  const sample = { contentId, unit, time, brief, body: content.body, quality: score, measures };
  recordLast(
    ownValueOrNew(samples, brief.contentType, () => []),
    sample,
    SAMPLES_KEPT,
  );
}

function recordComments({ said }: PromptKnowledge, data: EventData<typeof FeedbackReceived>): void {
  const { ratings, sum, wishes } = said.get(data.contentId) ?? { ratings: 0, sum: 0, wishes: [] };
  const wanted = data.aspects
    .filter(({ polarity }) => polarity === 'negative')
    .map(({ aspect, wanted }) => (wanted === undefined ? `readers dislike the ${aspect}` : `readers want: ${wanted}`));
  said.delete(data.contentId);
  said.set(data.contentId, { ratings: ratings + 1, sum: sum + data.rating, wishes: [...wishes, ...wanted].slice(-5) });
  if (said.size > COMMENTS_KEPT) said.delete(said.keys().next().value as string);
}

function recordDrafted(
  { spent }: PromptKnowledge,
  event: EventOf<typeof PromptCandidateDrafted> | EventOf<typeof ChangeScreened>,
): void {
  recordLast(spent, { time: event.time, contentType: event.data.contentType, cost: event.data.cost }, SPENT_KEPT);
}

function recordScreened({ screened, spent }: PromptKnowledge, event: EventOf<typeof PromptCandidateScreened>): void {
  const { simulated: _simulated, cost, ...candidate } = event.data;
  const all = ownValueOrNew(screened, candidate.contentType, () => []);
  if (!all.some(({ candidateId }) => candidateId === candidate.candidateId)) recordLast(all, candidate, SCREENED_KEPT);
  recordLast(spent, { time: event.time, contentType: candidate.contentType, cost }, SPENT_KEPT);
}

/** Money for drafting and screening since then, of one content type or of all. */
export const spentOnPrompts = (parts: readonly PromptKnowledge[], since: number, contentType?: string): number =>
  parts
    .flatMap(({ spent }) => spent)
    .filter((each) => each.time >= since && (contentType === undefined || each.contentType === contentType))
    .reduce((sum, { cost }) => sum + cost, 0);
