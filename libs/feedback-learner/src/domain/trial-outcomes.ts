import {
  EngagementRecorded,
  type EventData,
  type Exposure,
  FeedbackReceived,
  GenerationMeasured,
  Topic,
  type Variant,
} from '@contentflow/contracts';
import type { Fold, StoredEvent } from '@contentflow/kernel';
import { addToMoments, mergeMoments, type Moments, momentsOf, noMoments } from '@contentflow/statistics';

/** What came of the contents of one arm. */
export interface ArmOutcome {
  readonly quality: Moments;
  /** Predicted from the text, for where nobody records engagement. */
  readonly predictedEngagement: Moments;
  readonly impressions: number;
  /** Ratings by voice: count and sum. One voice is one unit, however often it speaks. */
  readonly ratings: Readonly<Record<string, readonly [n: number, sum: number]>>;
  /** Clicks and the like by voice. */
  readonly actors: Readonly<Record<string, number>>;
}

interface TrialOutcome {
  readonly lastAt: number;
  readonly control: ArmOutcome;
  readonly treatment: ArmOutcome;
}

export interface TrialOutcomes {
  /** By experiment, those heard of last. */
  readonly trials: Readonly<Record<string, TrialOutcome>>;
  /** Raters who gave more than anyone reads: no voice of theirs counts, not even the first. */
  readonly floods: readonly string[];
}

const TRIALS_KEPT = 64;
const FLOODS_KEPT = 2000;
const VOICES_KEPT = 2000;
/** Clicks and the like that one voice can add to an arm. */
const ACTIONS_PER_VOICE = 5;

const nothing: ArmOutcome = {
  quality: noMoments,
  predictedEngagement: noMoments,
  impressions: 0,
  ratings: {},
  actors: {},
};

export const trialOutcomes: Fold<TrialOutcomes> = {
  topics: [Topic.feedback, Topic.measurements],
  initial: () => ({ trials: {}, floods: [] }),
  apply: {
    [GenerationMeasured.type]: (state, { data, time }: StoredEvent<EventData<typeof GenerationMeasured>>) =>
      ofExposed(state, data.assignment.exposures, time, (arm) => withMeasurement(arm, data.metrics)),
    [FeedbackReceived.type]: (state, { data, time }: StoredEvent<EventData<typeof FeedbackReceived>>) =>
      data.flood
        ? withFlood(state, data.rater)
        : ofExposed(state, data.assignment.exposures, time, (arm) => withRating(arm, voiceOf(data), data.rating)),
    [EngagementRecorded.type]: (state, { data, time }: StoredEvent<EventData<typeof EngagementRecorded>>) =>
      data.flood
        ? withFlood(state, data.rater)
        : ofExposed(state, data.assignment.exposures, time, (arm) => withEngagement(arm, voiceOf(data), data.kind)),
  },
};

/** Who is not named speaks with the voice of the content: many at one item count as one. */
const voiceOf = ({ rater, contentId }: { rater: string | null; contentId: string }): string => rater ?? contentId;

function ofExposed(
  state: TrialOutcomes,
  exposures: readonly Exposure[],
  at: number,
  change: (arm: ArmOutcome) => ArmOutcome,
): TrialOutcomes {
  if (exposures.length === 0) return state;
  const trials = exposures.reduce((all, { experiment, variant }) => {
    const known = all[experiment];
    const trial = known ?? { lastAt: at, control: nothing, treatment: nothing };
    const changed = { ...all, [experiment]: { ...trial, lastAt: at, [variant]: change(trial[variant]) } };
    return known ? changed : bounded(changed);
  }, state.trials);
  return { ...state, trials };
}

const withFlood = (state: TrialOutcomes, rater: string | null): TrialOutcomes =>
  rater === null || state.floods.includes(rater)
    ? state
    : { ...state, floods: [...state.floods, rater].slice(-FLOODS_KEPT) };

function bounded(trials: TrialOutcomes['trials']): TrialOutcomes['trials'] {
  const ids = Object.keys(trials);
  if (ids.length <= TRIALS_KEPT) return trials;
  const lastAt = (id: string): number => trials[id]?.lastAt ?? 0;
  const oldest = ids.reduce((a, b) => (lastAt(b) < lastAt(a) ? b : a));
  const { [oldest]: _oldest, ...kept } = trials;
  return kept;
}

const withMeasurement = (
  arm: ArmOutcome,
  { quality, engagement }: EventData<typeof GenerationMeasured>['metrics'],
): ArmOutcome => ({
  ...arm,
  quality: quality === null ? arm.quality : addToMoments(arm.quality, quality),
  predictedEngagement:
    engagement === null ? arm.predictedEngagement : addToMoments(arm.predictedEngagement, engagement),
});

function withRating(arm: ArmOutcome, voice: string, rating: number): ArmOutcome {
  const before = arm.ratings[voice];
  if (!before && Object.keys(arm.ratings).length >= VOICES_KEPT) return arm;
  const [n, sum] = before ?? [0, 0];
  return { ...arm, ratings: { ...arm.ratings, [voice]: [n + 1, sum + rating] } };
}

function withEngagement(
  arm: ArmOutcome,
  voice: string,
  kind: EventData<typeof EngagementRecorded>['kind'],
): ArmOutcome {
  if (kind === 'impression') return { ...arm, impressions: arm.impressions + 1 };
  if (kind === 'dwell') return arm;
  const before = arm.actors[voice] ?? 0;
  if (before >= ACTIONS_PER_VOICE || (before === 0 && Object.keys(arm.actors).length >= VOICES_KEPT)) return arm;
  return { ...arm, actors: { ...arm.actors, [voice]: before + 1 } };
}

/** One arm over all partitions, as evidence: small, whoever many spoke. */
export interface ArmEvidence {
  readonly quality: Moments;
  readonly predictedEngagement: Moments;
  readonly impressions: number;
  readonly actions: number;
  /** Over voices, each with the mean of what it gave. */
  readonly satisfaction: Moments;
}

export function armEvidence(parts: readonly TrialOutcomes[], experiment: string, variant: Variant): ArmEvidence {
  const arms = parts.flatMap(({ trials }) => trials[experiment]?.[variant] ?? []);
  const floods = new Set(parts.flatMap((part) => part.floods));
  const voices = new Map<string, { n: number; sum: number }>();
  for (const { ratings } of arms)
    for (const [voice, [n, sum]] of Object.entries(ratings)) {
      if (floods.has(voice)) continue;
      const before = voices.get(voice) ?? { n: 0, sum: 0 };
      voices.set(voice, { n: before.n + n, sum: before.sum + sum });
    }
  return {
    quality: arms.reduce((all, { quality }) => mergeMoments(all, quality), noMoments),
    predictedEngagement: arms.reduce((all, arm) => mergeMoments(all, arm.predictedEngagement), noMoments),
    impressions: arms.reduce((all, { impressions }) => all + impressions, 0),
    actions: arms.reduce((all, { actors }) => all + actionsOf(actors, floods), 0),
    satisfaction: momentsOf([...voices.values()].map(({ n, sum }) => sum / n)),
  };
}

const actionsOf = (actors: ArmOutcome['actors'], floods: ReadonlySet<string>): number =>
  Object.entries(actors).reduce((sum, [voice, actions]) => (floods.has(voice) ? sum : sum + actions), 0);
