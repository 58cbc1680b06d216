import {
  type Call,
  type ContentGenerated,
  type EventData,
  type EventOf,
  type GenerationFailed,
  GenerationMeasured,
  impartialScore,
  newEvent,
  type Quality,
  type UseServed,
} from '@contentflow/contracts';
import type { NewEvent } from '@contentflow/kernel';
import {
  measureNames,
  measureText,
  type MeasuredText,
  predictedEngagement,
  rulesVersion,
} from '@contentflow/text-quality';

type Measured = EventData<typeof GenerationMeasured>;
type Generated = EventData<typeof ContentGenerated>;
type Failed = EventData<typeof GenerationFailed>;

/** Texts chosen among others once counted by the score that they were chosen for, and lengths that a recipe asked for were none: other scales. */
const judge = `${rulesVersion}+impartial+asked`;

/** The six metrics of content that was made. */
export function measureGenerated(event: EventOf<typeof ContentGenerated>, now: number): NewEvent<Measured> {
  const { data } = event;
  if (data.personal) return measureSealed(event, now);
  const measured = measuredQuality(data);
  const quality = impartialScore(data.quality ?? measured);
  const engagement = predictedEngagement(data.brief, data.content.body, { ...measured, score: quality });
  return measurement(event, now, {
    ...commonFacts(data),
    outcome: 'ok',
    metrics: { ...usedMetrics(data), quality, engagement },
    measures: measured.measures,
    judge,
  });
}

/** Of content about a person: what it took, and how good the generator found it when it could read it. */
function measureSealed(event: EventOf<typeof ContentGenerated>, now: number): NewEvent<Measured> {
  const { data } = event;
  return measurement(event, now, {
    ...commonFacts(data),
    outcome: 'ok',
    metrics: { ...usedMetrics(data), quality: data.quality ? impartialScore(data.quality) : null, engagement: null },
    measures: data.quality?.measures ?? null,
    judge,
  });
}

/** The metrics of a brief that ended in a failure: what it took, and nothing made. */
export function measureFailed(event: EventOf<typeof GenerationFailed>, now: number): NewEvent<Measured> {
  const { data } = event;
  return measurement(event, now, {
    ...commonFacts(data),
    outcome: data.failure,
    metrics: { ...usedMetrics(data), quality: null, engagement: null },
    measures: null,
    judge,
  });
}

/** The metrics of a call whose use was named: the use stands in the place of the content type, since nothing else is said of what is wanted. */
export function measureUse(event: EventOf<typeof UseServed>, now: number): NewEvent<Measured> {
  const { completionId, use, unit, assignment, acceptedAt, calls, usage, asked, answer, failure, simulated } =
    event.data;
  const { quality } = answer ?? {};
  return measurement(event, now, {
    contentId: completionId,
    contentType: use,
    unit,
    assignment,
    ...leadingCall(calls),
    outcome: failure ?? 'ok',
    acceptedAt,
    metrics: { ...usedMetrics({ usage, calls }), quality: quality ? impartialScore(quality) : null, engagement: null },
    measures: quality?.measures ?? null,
    cacheHit: false,
    retries: retriesIn(calls),
    covariates: { words: 0, keyPoints: 0, material: asked.characters, language: 'und' },
    judge,
    simulated,
  });
}

/** Repeats of a unit share its partition, so that an experiment meets them in order. */
const measurement = (
  cause: EventOf<typeof ContentGenerated | typeof GenerationFailed | typeof UseServed>,
  time: number,
  data: Measured,
) => newEvent(GenerationMeasured, { subject: data.unit, data, time, cause });

/** The generator's own measurement where it made one: the threshold was held against that. */
function measuredQuality({ brief, content, quality }: Generated): MeasuredText {
  return quality ? asMeasuredText(quality, content.body) : measureText(brief, content.body);
}

const asMeasuredText = (quality: Quality, body: string): MeasuredText => ({
  ...quality,
  applicable: measureNames,
  failures: body.trim() === '' ? ['empty'] : [],
  judge: rulesVersion,
});

function commonFacts({ contentId, brief, unit, assignment, acceptedAt, calls, simulated }: Generated | Failed) {
  const { model, provider } = leadingCall(calls);
  return {
    contentId,
    contentType: brief.contentType,
    unit,
    assignment,
    model,
    provider,
    acceptedAt,
    cacheHit: calls.length > 0 && calls.every(({ cache }) => cache === 'exact' || cache === 'semantic'),
    retries: retriesIn(calls),
    covariates: {
      words: brief.length ?? 0,
      keyPoints: brief.keyPoints?.length ?? 0,
      material: brief.topic.length + (brief.reference?.length ?? 0),
      language: brief.language ?? 'en',
    },
    simulated,
  };
}

const retriesIn = (calls: readonly Call[]): number => calls.filter(({ attempt }) => attempt > 1).length;

function usedMetrics({ usage, calls: made }: Pick<Generated | Failed, 'usage' | 'calls'>) {
  const { timeMs, waitMs, tokensIn, tokensOut, calls, cost } = usage;
  const steady = withoutFailures(timeMs, made);
  return { timeMs, ...steady, waitMs, tokens: tokensIn + tokensOut, tokensIn, tokensOut, calls, cost };
}

/** Of what it took, without the attempts that failed; of those beside others, as if they had been waited for, but no less than the longest call. */
function withoutFailures(timeMs: number, calls: readonly Call[]): { steadyMs?: number } {
  const failed = calls.filter(({ outcome }) => outcome !== 'ok');
  if (failed.length === 0) return {};
  const longest = Math.max(0, ...calls.filter(({ outcome }) => outcome === 'ok').map((each) => each.timeMs));
  const lost = failed.reduce((sum, each) => sum + each.timeMs, 0);
  return { steadyMs: Math.min(timeMs, Math.max(longest, timeMs - lost)) };
}

const noCall = { model: 'none', provider: 'none', tokensOut: 0 };

/** The call that wrote most; where none wrote, the last one made. */
export function leadingCall(calls: readonly Call[]): Pick<Call, 'model' | 'provider'> {
  const { model, provider } = calls.reduce<Pick<Call, 'model' | 'provider' | 'tokensOut'>>(
    (leading, call) => (call.tokensOut > leading.tokensOut || leading.tokensOut === 0 ? call : leading),
    noCall,
  );
  return { model, provider };
}
