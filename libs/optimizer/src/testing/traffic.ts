import {
  type Assignment,
  ContentGenerated,
  type EventData,
  type EventDefinition,
  FeedbackReceived,
  GenerationMeasured,
  newEvent,
  type Recipe,
  recipeSchema,
} from '@contentflow/contracts';
import { afterEntry, type Decided, initialSystemState, type SystemState } from '@contentflow/decisions';
import { evolve, type Random, type StoredEvent } from '@contentflow/kernel';
import { type Arms, noArms } from '../domain/arm-statistics.ts';
import { armsOf } from '../domain/experiments/trials.ts';
import { type Observations, observations } from '../domain/observations.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const plain = 'Write for the reader named in the brief. Keep to the tone that the brief asks for. ';
const padding = 'Choose warm pleasant lively sentences that carry the reader gently along through the whole piece. ';

/** A recipe in which there is something to better on every lever. */
export const recipe: Recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: plain + padding.repeat(20) },
  steps: [
    { id: 'outline', instruction: 'Outline it.', maxOutputTokens: 100 },
    { id: 'draft', instruction: 'Write it.', needs: ['outline'], maxOutputTokens: 400 },
    { id: 'subject', instruction: 'Name it.', needs: ['outline'], maxOutputTokens: 20 },
  ],
  output: { body: 'draft', title: 'subject' },
  model: 'large',
  cache: { strategy: 'off' },
});

export const models = [
  { name: 'large', provider: 'test', usdPerMillionInput: 10, usdPerMillionOutput: 30 },
  { name: 'small', provider: 'test', usdPerMillionInput: 1, usdPerMillionOutput: 3 },
  { name: 'largest', provider: 'test', usdPerMillionInput: 20, usdPerMillionOutput: 60 },
];

export interface Generation {
  readonly contentType?: string;
  readonly unit: string;
  readonly time: number;
  readonly assignment?: Partial<Assignment>;
  readonly timeMs?: number;
  readonly cost?: number;
  readonly tokens?: number;
  readonly quality?: number;
  readonly cacheHit?: boolean;
  readonly failed?: boolean;
  /** Of its brief. */
  readonly keyPoints?: number;
}

/** The measurement of one generation, at the place that the partition gives it. */
export function measured(
  generation: Generation,
  offset = 0,
  partition = 0,
): StoredEvent<EventData<typeof GenerationMeasured>> {
  const { unit, time, assignment = {}, failed = false, cacheHit = false } = generation;
  const { timeMs = 20_000, cost = 0.01, tokens = 900, quality = 8, keyPoints = 3 } = generation;
  const data: EventData<typeof GenerationMeasured> = {
    contentId: `content-${unit}-${offset}`,
    contentType: generation.contentType ?? 'email',
    unit,
    assignment: {
      recipe: 'r',
      holdback: false,
      exposures: [],
      withheld: [],
      improvements: [],
      ledgerPosition: 0,
      ...assignment,
    },
    model: 'large',
    provider: 'test',
    outcome: failed ? 'timeout' : 'ok',
    acceptedAt: time,
    metrics: {
      timeMs,
      waitMs: 0,
      tokens,
      tokensIn: tokens / 2,
      tokensOut: tokens / 2,
      calls: 3,
      cost,
      quality: failed ? null : quality,
      engagement: null,
    },
    measures: null,
    cacheHit,
    retries: 0,
    covariates: { words: 100, keyPoints, material: 40, language: 'en' },
    judge: 'test',
    simulated: true,
  };
  const event = newEvent(GenerationMeasured, { subject: unit, data, time, cause: { id: data.contentId } });
  return { ...event, partition, offset };
}

/** What a reader says of one generation. */
export function rated(
  { unit, time, assignment = {} }: Pick<Generation, 'unit' | 'time' | 'assignment'>,
  rating: number,
): StoredEvent<EventData<typeof FeedbackReceived>> {
  const { contentId, assignment: assigned } = measured({ unit, time, assignment }).data;
  const data: EventData<typeof FeedbackReceived> = {
    contentId,
    contentType: 'email',
    unit,
    rater: unit,
    assignment: assigned,
    rating,
    aspects: [],
    quality: null,
    words: 100,
    simulated: true,
  };
  return {
    ...newEvent(FeedbackReceived, { subject: contentId, data, time, cause: { id: contentId } }),
    partition: 0,
    offset: 0,
  };
}

/** Content as it was made, by one call for each of these steps. */
export function generated({
  holdback = false,
  timeMs = 100,
  cache = 'miss' as 'miss' | 'exact',
  steps = ['draft'],
}): StoredEvent {
  const { data } = measured({ unit: 'g', time: 0 });
  const call = { step: 'draft', provider: 'test', model: 'large', attempt: 1, tokensIn: 10, tokensOut: 10, cost: 1 };
  const usage = { tokensIn: 10, tokensOut: 10, calls: 1, cost: 1, timeMs, waitMs: 0, cache };
  const event = newEvent(ContentGenerated, {
    subject: 'g',
    time: 0,
    cause: { id: 'g' },
    data: {
      contentId: 'g',
      brief: { contentType: 'email', topic: 'Tea' },
      unit: 'g',
      assignment: { ...data.assignment, holdback },
      worker: 'w',
      acceptedAt: 0,
      calls: steps.map((step) => ({
        ...call,
        step,
        timeToFirstTokenMs: 1,
        timeMs,
        waitMs: 0,
        outcome: 'ok' as const,
        cache,
      })),
      usage,
      simulated: true,
      content: { body: 'Tea.' },
      revised: false,
      belowThreshold: false,
    },
  });
  return { ...event, partition: 0, offset: 0 };
}

export const observed = (events: readonly StoredEvent[]): Observations =>
  events.reduce((known, event) => evolve(observations, known, event), observations.initial());

export const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };

/** A decision as somebody took it. */
export type TestDecision = Omit<Decided, 'definition'> & {
  readonly definition: Pick<EventDefinition, 'type'>;
  readonly at?: number;
};

/** The system after these decisions, in this order. */
export const systemAfter = (decisions: readonly TestDecision[], from: SystemState = initialSystemState): SystemState =>
  decisions.reduce(
    (state, { definition, subject, data, at = 0 }) => afterDecision(state, definition, subject, data, at),
    from,
  );

function afterDecision(
  state: SystemState,
  { type }: TestDecision['definition'],
  subject: string,
  data: Readonly<Record<string, unknown>>,
  time: number,
): SystemState {
  const seq = state.position;
  const decision = {
    id: `decision-${seq}`,
    type,
    source: 'test',
    subject,
    time,
    data: { basis, ...data },
    correlationId: 'test',
  };
  return afterEntry(state, { seq, previousHash: '', hash: '', hashVersion: 2, decision });
}

/** How one arm does: the means, each with the spread that one generation has. */
export interface ArmMeans {
  readonly units?: number;
  readonly timeMs?: number;
  readonly cost?: number;
  readonly tokens?: number;
  readonly quality?: number;
  /** Standard deviation of quality, in points. */
  readonly spread?: number;
  readonly success?: number;
  /** 1–5, of the third that is rated; else nobody rates. */
  readonly satisfaction?: number;
}

/** What two arms do in one epoch, drawn unit by unit. */
export function armsDrawn(random: Random, control: ArmMeans, treatment: ArmMeans, experiment = 'e'): Arms {
  const events = (['control', 'treatment'] as const).flatMap((variant) => {
    const means = variant === 'control' ? control : treatment;
    return Array.from({ length: means.units ?? 400 }, (_, index) => index).flatMap((index) => {
      const assignment = { exposures: [{ experiment, variant, epoch: 0 }] };
      const unit = { unit: `${variant}-${index}`, time: 0, assignment };
      const measurement = measured({ ...unit, ...drawn(random, means) });
      const { satisfaction } = means;
      if (satisfaction === undefined || index % 3 > 0) return [measurement];
      return [measurement, rated(unit, Math.round(Math.min(5, Math.max(1, satisfaction + random.normal()))))];
    });
  });
  return armsOf([observed(events)], experiment)[0] ?? noArms;
}

/** One generation of an arm: money, time and tokens vary by a quarter of their mean, quality by half a point where nothing else is said. */
export function drawn(random: Random, means: ArmMeans): Omit<Generation, 'unit' | 'time'> {
  const { timeMs = 20_000, cost = 0.01, tokens = 900, quality = 8, spread = 0.5, success = 1 } = means;
  const around = (mean: number): number => random.logNormal(mean, 0.25);
  return {
    timeMs: around(timeMs),
    cost: around(cost),
    tokens: around(tokens),
    quality: quality + spread * random.normal(),
    failed: random.next() >= success,
  };
}
