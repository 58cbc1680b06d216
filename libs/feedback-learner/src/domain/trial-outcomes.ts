import {
  EngagementRecorded,
  type EventData,
  type Exposure,
  FeedbackReceived,
  GenerationMeasured,
  type Variant,
  fold,
} from '@contentflow/contracts';
import { addToMoments, mergeMoments, type Moments, momentsOf, noMoments } from '@contentflow/statistics';

/** What came of the contents of one arm. Changed in place, since many speak; evidence is drawn from it again each time. */
interface ArmOutcome {
  quality: Moments;
  /** Predicted from the text, for where nobody records engagement. */
  predictedEngagement: Moments;
  impressions: number;
  /** Ratings by voice: count and sum. One voice is one unit, however often it speaks. */
  readonly ratings: Map<string, readonly [n: number, sum: number]>;
  /** Clicks and the like by voice. */
  readonly actors: Map<string, number>;
}

interface TrialOutcome {
  lastAt: number;
  readonly control: ArmOutcome;
  readonly treatment: ArmOutcome;
}

export interface TrialOutcomes {
  /** By experiment, those heard of last. */
  readonly trials: Map<string, TrialOutcome>;
  /** Raters who gave more than anyone reads: no voice of theirs counts, not even the first. */
  readonly floods: Set<string>;
}

const TRIALS_KEPT = 64;
const FLOODS_KEPT = 2000;
const VOICES_KEPT = 2000;
/** Clicks and the like that one voice can add to an arm. */
const ACTIONS_PER_VOICE = 5;

const nothing = (): ArmOutcome => ({
  quality: noMoments,
  predictedEngagement: noMoments,
  impressions: 0,
  ratings: new Map(),
  actors: new Map(),
});

export const trialOutcomes = fold<TrialOutcomes>(() => ({ trials: new Map(), floods: new Set() }))
  .on(GenerationMeasured, (state, { data, time }) =>
    recordForArms(state, data.assignment.exposures, time, (arm) => recordMeasurement(arm, data.metrics)),
  )
  .on(FeedbackReceived, (state, { data, time }) =>
    data.flood
      ? recordFlood(state, data.rater)
      : recordForArms(state, data.assignment.exposures, time, (arm) =>
          recordRating(arm, voiceOf(data), data.rating, data.replaces),
        ),
  )
  .on(EngagementRecorded, (state, { data, time }) =>
    data.flood
      ? recordFlood(state, data.rater)
      : recordForArms(state, data.assignment.exposures, time, (arm) => recordEngagement(arm, voiceOf(data), data.kind)),
  );

/** Who is not named speaks with the voice of the content: many at one item count as one. */
const voiceOf = ({ rater, contentId }: { rater: string | null; contentId: string }): string => rater ?? contentId;

function recordForArms(
  state: TrialOutcomes,
  exposures: readonly Exposure[],
  at: number,
  change: (arm: ArmOutcome) => void,
): TrialOutcomes {
  for (const { experiment, variant } of exposures) {
    const trial = trialOf(state.trials, experiment, at);
    trial.lastAt = at;
    change(trial[variant]);
  }
  return state;
}

function trialOf(trials: TrialOutcomes['trials'], experiment: string, at: number): TrialOutcome {
  const known = trials.get(experiment);
  if (known) return known;
  const trial = { lastAt: at, control: nothing(), treatment: nothing() };
  trials.set(experiment, trial);
  if (trials.size > TRIALS_KEPT) {
    const [oldest] = [...trials].reduce((a, b) => (b[1].lastAt < a[1].lastAt ? b : a));
    trials.delete(oldest);
  }
  return trial;
}

function recordFlood(state: TrialOutcomes, rater: string | null): TrialOutcomes {
  if (rater !== null) state.floods.add(rater);
  for (const oldest of state.floods) {
    if (state.floods.size <= FLOODS_KEPT) break;
    state.floods.delete(oldest);
  }
  return state;
}

function recordMeasurement(
  arm: ArmOutcome,
  { quality, engagement }: EventData<typeof GenerationMeasured>['metrics'],
): void {
  if (quality !== null) arm.quality = addToMoments(arm.quality, quality);
  if (engagement !== null) arm.predictedEngagement = addToMoments(arm.predictedEngagement, engagement);
}

function recordRating({ ratings }: ArmOutcome, voice: string, rating: number, replaces: number | undefined): void {
  const before = ratings.get(voice);
  if (!before && ratings.size >= VOICES_KEPT) return;
  const [n, sum] = before ?? [0, 0];
  const isNews = replaces === undefined || n === 0;
  ratings.set(voice, isNews ? [n + 1, sum + rating] : [n, sum + rating - replaces]);
}

function recordEngagement(arm: ArmOutcome, voice: string, kind: EventData<typeof EngagementRecorded>['kind']): void {
  if (kind === 'impression') arm.impressions++;
  if (kind === 'impression' || kind === 'dwell') return;
  const before = arm.actors.get(voice) ?? 0;
  if (before >= ACTIONS_PER_VOICE || (before === 0 && arm.actors.size >= VOICES_KEPT)) return;
  arm.actors.set(voice, before + 1);
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
  const arms = parts.flatMap(({ trials }) => trials.get(experiment)?.[variant] ?? []);
  const floods = new Set(parts.flatMap((part) => [...part.floods]));
  const voices = new Map<string, { n: number; sum: number }>();
  for (const { ratings } of arms)
    for (const [voice, [n, sum]] of ratings) {
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
  [...actors].reduce((sum, [voice, actions]) => (floods.has(voice) ? sum : sum + actions), 0);
