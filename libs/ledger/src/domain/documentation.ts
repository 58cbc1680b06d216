import {
  type AllocationRevised,
  type AdjustmentMadePermanent,
  type AdjustmentProposed,
  type AnomalyDetected,
  type AnomalyHandled,
  type AnomalyResolved,
  type Answer,
  type AutonomyPaused,
  DecisionSequenced,
  type documentationSections,
  type EventData,
  eventName,
  type ExperimentConcluded,
  type ExperimentRegistered,
  type HoldbackRebased,
  type HypothesisProposed,
  type HypothesisRefuted,
  type ImprovementApplied,
  type ImprovementExpired,
  type ImprovementRolledBack,
  type IncidentOpened,
  type IncidentResolved,
  type ModelReplaced,
  type OperatorIntervened,
  type KeyChange,
  type PolicyChanged,
  type PromptCandidatesRequested,
  type ProposalExpired,
  type QualityThresholdRaised,
  type Recipe,
  type RecipeConfigured,
  type RecipeRegistered,
  type RecipeReplaced,
  type RolloutWidened,
  type SemanticCacheAllowed,
  type SemanticCacheRestricted,
  type SemanticCacheShown,
  type ScreeningRequested,
  fold,
  type DecisionRef,
} from '@contentflow/contracts';
import { type Account, autonomySetOn, recipeInForce } from '@contentflow/decisions';
import { MINUTE_MS, type ErasedHandler, ownValue } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import { asMoney } from './report/as-money.ts';
import { emptyRecord, isRefused, type SystemRecord, withDecision } from './report/record.ts';

export type Section = Answer<typeof documentationSections>[number];
/** One sentence about the system, and the decisions that it follows from. */
export type Sentence = Section['sentences'][number];

/** What the documentation is written from: the system's record, and what has been told of each content type. */
export interface DocumentationState {
  readonly record: SystemRecord;
  /** By content type; the system's own under ''. */
  readonly sentences: Readonly<Record<string, readonly Sentence[]>>;
  /** The content type of a hypothesis, an experiment, an improvement, an adjustment, an anomaly, by its id. */
  readonly about: Readonly<Record<string, string>>;
  readonly registered: Readonly<Record<string, DecisionRef>>;
}

/** The latest that is told of each content type; all of it stays in the ledger. */
const MAX_SENTENCES = 200;

export const documentationFold = fold<DocumentationState>(() => ({
  record: emptyRecord,
  sentences: {},
  about: {},
  registered: {},
})).on(DecisionSequenced, (state, event) => {
  const record = withDecision(state.record, event);
  const isVoid = record.system.void.at(-1)?.seq === event.data.seq;
  return isVoid ? { ...state, record } : withSentence({ ...state, record }, event.data);
});

function withSentence(
  state: DocumentationState,
  { seq, decision }: EventData<typeof DecisionSequenced>,
): DocumentationState {
  if (isRefused(decision)) return state;
  const name = eventName(decision.type);
  const ids = idsOf(decision.data);
  const type =
    contentTypeOf(decision.data) ??
    ids.map((id) => ownValue(state.about, id)).find((known) => known !== undefined) ??
    '';
  const text = ownValue(sentences, name)?.(decision.data);
  if (!text) return state;
  const about = type === '' ? state.about : { ...state.about, ...Object.fromEntries(ids.map((id) => [id, type])) };
  const ref = { seq, event: decision.id, name, time: decision.time };
  const isBegun = name === 'RecipeRegistered' || name === 'RecipeReplaced';
  const registered = isBegun ? { ...state.registered, [type]: ref } : state.registered;
  const sentence = { text, time: decision.time, events: [decision.id] };
  const before = ownValue(state.sentences, type) ?? [];
  return {
    ...state,
    about,
    registered,
    sentences: { ...state.sentences, [type]: [...before, sentence].slice(-MAX_SENTENCES) },
  };
}

const contentTypeOf = (data: unknown): string | undefined => {
  const { contentType } = (data ?? {}) as { contentType?: unknown };
  return typeof contentType === 'string' ? contentType : undefined;
};

/** What later decisions will call it by. */
function idsOf(data: unknown): string[] {
  const named = (data ?? {}) as Readonly<Record<string, unknown>>;
  return idFields.map((field) => named[field]).filter((id): id is string => typeof id === 'string');
}
const idFields = ['hypothesisId', 'experimentId', 'improvementId', 'adjustmentId', 'anomalyId'] as const;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const signed = (share: number): string => `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
const inWords = (text: string): string => text.replaceAll('_', ' ');
const about = <Definition>(tell: (data: EventData<Definition>) => string) => tell as (data: never) => string;

/** `experiments.alpha from 0.05 to 0.01`; the first few. */
const describePolicyChanges = (changes: readonly KeyChange[]): string => {
  const shown = changes
    .slice(0, MAX_SHOWN)
    .map(({ key, before, after }) => `${key} from ${describeValue(before)} to ${describeValue(after)}`);
  const more = changes.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
};
const MAX_SHOWN = 5;
const describeValue = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/** One sentence for each kind of decision worth telling; forecasts, looks and scaling steps are left to the series. */
const sentences: Readonly<Record<string, ErasedHandler<(data: unknown) => string>>> = {
  RecipeRegistered: about<typeof RecipeRegistered>(
    ({ version, source }) => `Generation 0 was registered: recipe ${version}, from ${source}.`,
  ),
  RecipeConfigured: about<typeof RecipeConfigured>(
    ({ version, source }) => `Another recipe was written: ${version}, in ${source}.`,
  ),
  RecipeReplaced: about<typeof RecipeReplaced>(
    ({ from, to, reason, carried, ended }) =>
      `Recipe ${to} took the place of ${from} as generation 0: ${reason}; ${carried.length} improvements are tested again on it, ${ended.length} ended.`,
  ),
  PolicyChanged: about<typeof PolicyChanged>(
    ({ version, by, changes = [] }) =>
      `Policy ${version} came into force, set by ${by}${changes.length > 0 ? `: ${describePolicyChanges(changes)}` : ''}.`,
  ),
  AutonomyPaused: about<typeof AutonomyPaused>(({ by, reason }) => `${by} paused autonomy: ${reason}.`),
  AutonomyResumed: about<typeof AutonomyPaused>(({ by, reason }) => `${by} resumed autonomy: ${reason}.`),
  OperatorIntervened: about<typeof OperatorIntervened>(
    ({ by, action, target, reason }) => `${by} intervened (${inWords(action)}, ${target}): ${reason}.`,
  ),
  HypothesisProposed: about<typeof HypothesisProposed>(
    ({ kind, metric, expectedGain, reason }) =>
      `${inWords(kind)} was proposed to better ${metric} by ${percent(expectedGain)}, because ${reason}.`,
  ),
  PromptCandidatesRequested: about<typeof PromptCandidatesRequested>(
    ({ drafts, edits, heldOut }) =>
      `${drafts.length + edits.length} new prompts were asked for, to be tried on ${heldOut.length} held-out briefs.`,
  ),
  ScreeningRequested: about<typeof ScreeningRequested>(
    ({ changes, heldOut }) =>
      `${changes.length} changes were to be tried on ${heldOut.length} held-out briefs before any traffic sees them.`,
  ),
  ProposalExpired: about<typeof ProposalExpired>(
    ({ proposalId, kind, reason }) => `The ${inWords(kind)} ${proposalId} was withdrawn: ${reason}.`,
  ),
  HypothesisRefuted: about<typeof HypothesisRefuted>(
    ({ hypothesisId, reason }) => `Hypothesis ${hypothesisId} was refuted: ${reason}.`,
  ),
  ExperimentRegistered: about<typeof ExperimentRegistered>(
    ({ experimentId, lever, metric, design }) =>
      `Experiment ${experimentId} was registered on ${lever}: does it better ${metric} by ${percent(design.minimumImprovement)}, at level ${design.alpha.toPrecision(2)}?`,
  ),
  ExperimentConcluded: about<typeof ExperimentConcluded>(
    ({ experimentId, verdict, reason, units }) =>
      `Experiment ${experimentId} concluded after ${units} units: ${verdict} (${inWords(reason)}).`,
  ),
  ImprovementApplied: about<typeof ImprovementApplied>(
    ({ type, summary, learnedFrom }) =>
      `${inWords(type)} was applied: ${summary}, learned from ${learnedFrom} generations.`,
  ),
  ImprovementConfirmed: about<typeof ImprovementRolledBack>(
    ({ improvementId, impact }) => `Improvement ${improvementId} was confirmed${effectsOf(impact)}.`,
  ),
  RolloutWidened: about<typeof RolloutWidened>(
    ({ improvementId }) => `Improvement ${improvementId} was rolled out to all: nothing speaks against it.`,
  ),
  ImprovementRolledBack: about<typeof ImprovementRolledBack>(
    ({ improvementId, by, reason }) => `Improvement ${improvementId} was rolled back by the ${by}: ${reason}.`,
  ),
  ImprovementExpired: about<typeof ImprovementExpired>(
    ({ improvementId, reason }) => `Improvement ${improvementId} came due to be tested again: ${reason}.`,
  ),
  AdjustmentProposed: about<typeof AdjustmentProposed>(
    ({ kind, current, target, support }) =>
      `${support.raters} readers asked to ${inWords(kind)}, from ${current} to ${target}.`,
  ),
  AdjustmentMadePermanent: about<typeof AdjustmentMadePermanent>(
    ({ adjustmentId, impact }) => `Adjustment ${adjustmentId} was made permanent${effectsOf(impact)}.`,
  ),
  AdjustmentRolledBack: about<typeof AdjustmentMadePermanent>(
    ({ adjustmentId, impact }) => `Adjustment ${adjustmentId} was rolled back${effectsOf(impact)}.`,
  ),
  AnomalyDetected: about<typeof AnomalyDetected>(
    ({ rule, model, affected, of, value, baseline }) =>
      `${inWords(rule)} of ${model}: ${affected} of ${of} generations, ${value.toPrecision(3)} against ${baseline.toPrecision(3)}.`,
  ),
  AnomalyHandled: about<typeof AnomalyHandled>(
    ({ anomalyId, action, target }) =>
      `Anomaly ${anomalyId} was handled: ${inWords(action)}${target ? ` of ${target}` : ''}.`,
  ),
  AnomalyResolved: about<typeof AnomalyResolved>(
    ({ anomalyId, lastedMs }) => `Anomaly ${anomalyId} was over after ${Math.round(lastedMs / MINUTE_MS)} minutes.`,
  ),
  IncidentOpened: about<typeof IncidentOpened>(
    ({ incidentId, cause, count }) =>
      `Incident ${incidentId} began: ${cause.kind} ${cause.of}, ${count} ${count === 1 ? 'alert' : 'alerts'}.`,
  ),
  IncidentResolved: about<typeof IncidentResolved>(
    ({ incidentId, lastedMs, alerts }) =>
      `Incident ${incidentId} was over after ${Math.round(lastedMs / MINUTE_MS)} minutes and ${alerts} ${alerts === 1 ? 'alert' : 'alerts'}.`,
  ),
  QualityThresholdRaised: about<typeof QualityThresholdRaised>(
    ({ from, to }) => `The quality threshold rose from ${from} to ${to}.`,
  ),
  AllocationRevised: about<typeof AllocationRevised>(
    ({ improvementId, expected: { cost, quality } }) =>
      `The shares of models in improvement ${improvementId} followed what was learned: ${cost.toPrecision(3)} USD and quality ${quality.toFixed(2)} are expected.`,
  ),
  SemanticCacheRestricted: about<typeof SemanticCacheRestricted>(
    ({ onlyMade, judged, budget, similarity }) =>
      `The cache was restricted to ${restrictionIn(similarity)}: ${onlyMade} of ${judged} that it had given for other words did not serve, more than ${budget * 100} % allow.`,
  ),
  SemanticCacheShown: about<typeof SemanticCacheShown>(
    ({ judged, wrongShare, budget }) =>
      `The cache may give answers made for other words: of ${judged} that its thresholds would have given ${(100 * wrongShare.upper).toFixed(2)} % at most were wrong, and ${budget * 100} % may be.`,
  ),
  SemanticCacheAllowed: about<typeof SemanticCacheAllowed>(
    ({ by, reason }) => `${by} let the cache find answers by meaning again: ${reason}.`,
  ),
  ModelReplaced: about<typeof ModelReplaced>(({ model, by, reason }) => `${by} stands in for ${model}: ${reason}.`),
  HoldbackRebased: about<typeof HoldbackRebased>(
    ({ from, to, reason }) => `The holdback moved from recipe ${from} to ${to}: ${reason}.`,
  ),
};

const restrictionIn = (similarity: number | null): string =>
  similarity === null ? 'exact answers' : `answers to requests that are alike by ${similarity}`;

function effectsOf(impact: Readonly<Record<string, { readonly value: number }>>): string {
  const effects = Object.entries(impact).map(([metric, { value }]) => `${metric} ${signed(value)}`);
  return effects.length > 0 ? `: ${effects.join(', ')}` : '';
}

/** The system's documentation of itself: what each content type is made by now, and how it came to be. */
export function documentationOf(
  { record, sentences: narrative, registered }: DocumentationState,
  accounts: Readonly<Record<string, Account>> = {},
): Section[] {
  const types = Object.keys(record.system.generation0).sort();
  return [
    { title: 'The system', sentences: narrative[''] ?? [] },
    ...types.flatMap((type) => [
      { title: `${inWords(type)}: now`, sentences: presentOf(record, type, accounts, ownValue(registered, type)) },
      { title: `${inWords(type)}: how it came to be`, sentences: ownValue(narrative, type) ?? [] },
    ]),
  ].filter((section) => section.sentences.length > 0);
}

function presentOf(
  { system, improvementEvents }: SystemRecord,
  contentType: string,
  accounts: Readonly<Record<string, Account>>,
  origin?: DecisionRef,
): Sentence[] {
  const inForce = system.improvements.filter(
    (each) => each.contentType === contentType && each.status !== 'rolled_back',
  );
  const applied = inForce.map(({ improvementId }) => ownValue(improvementEvents, improvementId) ?? []);
  const recipe = recipeInForce(system, contentType);
  const events = [...(origin ? [origin] : []), ...applied.flatMap((refs) => refs.slice(0, 1))];
  const made: Sentence = {
    text: `${howMade(recipe)}; ${inForce.length} improvements over generation 0.`,
    time: Math.max(0, ...events.map(({ time }) => time)),
    events: events.map(({ event }) => event),
  };
  return [
    made,
    ...inForce.map(({ summary, lever, status, improvementId }, index) => ({
      text: `On ${lever} (${autonomySetOn(system, lever)}): ${summary}; ${status} (${improvementId}).${describeAccount(ownValue(accounts, improvementId))}`,
      time: applied[index]?.at(-1)?.time ?? 0,
      events: (applied[index] ?? []).map(({ event }) => event),
    })),
  ];
}

const howMade = (recipe: Recipe): string =>
  recipe.passedOn
    ? `Calls of this use are passed on by recipe ${recipeVersion(recipe)}: ${recipe.model}, temperature ${recipe.temperature}${recipe.promptOrder ? ', stable instructions first' : ''}`
    : `It is made by recipe ${recipeVersion(recipe)}: ${recipe.steps.length} steps, ${recipe.model}, cache ${recipe.cache.strategy}`;

/** ` It was found for $1.20 (2 failed tries included) and has saved $30 ($20 to $40) over 300 generations; it pays back on 2026-01-05.` */
function describeAccount(account: Account | undefined): string {
  if (!account) return '';
  const { costToFind, screening, experiments, saved, generations, effect, effectRaw, paysBackOn } = account;
  const failed = experiments.length > 1 ? ` (${experiments.length - 1} failed tries included)` : '';
  const shrunk =
    effect && effectRaw !== null
      ? ` Of the ${percent(effectRaw)} measured, ${percent(effect.value)} are believed.`
      : '';
  const isConclusive = saved !== null && (saved.lower > 0 || saved.upper < 0);
  const money = isConclusive
    ? `has saved ${asMoney(saved.value)} (${asMoney(saved.lower)} to ${asMoney(saved.upper)}) over ${generations} generations`
    : `it is too early to say what it saves`;
  const back = isConclusive && paysBackOn !== null ? `; it pays back on ${new Date(paysBackOn).toISOString()}` : '';
  const offline = screening > 0 ? `, ${asMoney(screening)} of it for prompts tried offline,` : '';
  return `${shrunk} It was found for ${asMoney(costToFind)}${failed}${offline} and ${money}${back}.`;
}

/** The same as Markdown, each sentence followed by the ids of its events. */
export function asMarkdown(sections: readonly Section[], title: string, isSimulated: boolean): string {
  const parts = sections.map(
    ({ title: heading, sentences: each }) =>
      `## ${heading}\n\n${each.map(({ text, time, events }) => `- ${new Date(time).toISOString()} ${text} ${references(events)}`).join('\n')}`,
  );
  const mark = isSimulated ? ['> The numbers here are simulated.'] : [];
  return `${[`# ${title}`, ...mark, ...parts].join('\n\n')}\n`;
}

const references = (events: readonly string[]): string =>
  events.map((id) => `[${id.slice(0, 8)}](/v1/decisions/${id})`).join(' ');
