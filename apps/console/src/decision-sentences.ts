import { ownValue } from '@contentflow/kernel/own-value';
import type { Estimate, EventData } from '@contentflow/contracts';
import type * as Events from '@contentflow/contracts';
import type { ListedDecision } from './api/documents.ts';
import { change, duration, money, score, share, shortId, timeOfDay, words } from './format.ts';

/** What a decision came to, in a line; what is not listed is named by its subject alone. */
export function decisionSentence({ name, data, subject }: ListedDecision): string {
  const tell = ownValue(sentences, name);
  return tell ? tell(data) : shortId(subject);
}

/** `ExperimentLooked` → `Experiment looked` */
export const nameOfDecision = (name: string): string =>
  name.replace(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** How a decision is coloured: it betters the system, takes something back, or looks after it. */
export function decisionKind(name: string): 'gain' | 'loss' | 'care' | 'person' | 'plain' {
  if (/^(Improvement(Applied|Confirmed)|AdjustmentMadePermanent|QualityThresholdRaised)$/.test(name)) return 'gain';
  if (/(RolledBack|Refuted|Expired|Failed)$/.test(name)) return 'loss';
  if (/^(Anomaly|Incident|Budget|Maintenance|Scaling|Resources|HoldbackRebased)/.test(name)) return 'care';
  if (/^(Autonomy|Operator|Policy|Recipe(Configured|Replaced)$)/.test(name)) return 'person';
  return 'plain';
}

/** Frequent, and changing nothing by themselves. */
export const isRoutine = (name: string): boolean =>
  ['ExperimentLooked', 'LoadForecast', 'ForecastGraded', 'OutcomesGraded', 'AllocationRevised'].includes(name);

type EventNames = {
  [Name in keyof typeof Events]: (typeof Events)[Name] extends { readonly type: string } ? Name : never;
}[keyof typeof Events];
type Sentences = { readonly [Name in EventNames]?: (data: EventData<(typeof Events)[Name]>) => string };

const sentenceOf: Sentences = {
  HypothesisProposed: ({ kind, contentType, reason }) => `${words(contentType)}: ${words(kind)}, because ${reason}`,
  PromptCandidatesRequested: ({ contentType, drafts, edits, heldOut }) =>
    `${words(contentType)}: ${drafts.length + edits.length} new prompts, to be tried on ${heldOut.length} held-out briefs`,
  ScreeningRequested: ({ contentType, changes, heldOut }) =>
    `${words(contentType)}: ${changes.length} changes, to be tried on ${heldOut.length} held-out briefs`,
  ProposalExpired: ({ kind, reason }) => `${words(kind)}: ${reason}`,
  HypothesisRefuted: ({ reason }) => `not supported: ${words(reason)}`,
  ExperimentRegistered: ({ contentType, change: tested, metric, design }) =>
    `${words(contentType)}: ${describeChange(tested)} for ${metric}, ${design.unitsPerArm} briefs per arm`,
  ExperimentStarted: ({ experimentId }) => `experiment ${shortId(experimentId)} exposes its first units`,
  ExperimentLooked: ({ experimentId, look, metrics }) =>
    `look ${look} at ${shortId(experimentId)}, ${unitsIn(metrics)} units`,
  ExperimentConcluded: ({ verdict, reason, units }) => `verdict ${verdict} (${words(reason)}) after ${units} units`,
  ImprovementApplied: ({ contentType, summary, learnedFrom }) =>
    `${words(contentType)}: ${summary}, learned from ${learnedFrom} generations`,
  ImprovementConfirmed: ({ impact }) => `held against its reverse holdback: ${describeImpact(impact)}`,
  RolloutWidened: () => 'is rolled out to all: nothing speaks against it',
  ImprovementRolledBack: ({ reason, by }) => `by ${by === 'person' ? 'a person' : 'the system'}: ${words(reason)}`,
  ImprovementExpired: ({ reason }) => `is due to be tested again: ${words(reason)}`,
  AllocationRevised: ({ contentType, change: made }) => `${words(contentType)}: ${describeChange(made)}`,
  OutcomesGraded: ({ contentType, models }) =>
    `${words(contentType)}: ${models.map(({ model, predicted, observed }) => `${model} ${money(predicted.cost.value)} predicted, ${money(observed.cost)} came`).join('; ')}`,
  QualityThresholdRaised: ({ contentType, from, to }) => `${words(contentType)}: from ${score(from)} to ${score(to)}`,
  ModelReplaced: ({ model, by, reason }) => `${model} → ${by}: ${reason}`,
  HoldbackRebased: ({ contentType, reason }) => `${words(contentType)}: ${reason}`,
  AdjustmentProposed: ({ contentType, kind, current, target }) =>
    `${words(contentType)}: ${words(kind)} from ${current} to ${target}`,
  AdjustmentMadePermanent: ({ contentType, change: made }) => `${words(contentType)}: ${describeChange(made)}`,
  AdjustmentRolledBack: ({ reason }) => words(reason),
  AnomalyDetected: ({ rule, contentType, model, affected, of }) =>
    `${words(rule)}: ${words(contentType)} by ${model}, ${affected} of ${of}`,
  AnomalyHandled: ({ action, target }) => `${words(action)}${target ? `: ${shortId(target)}` : ''}`,
  AnomalyResolved: ({ lastedMs }) => `after ${duration(lastedMs)}`,
  IncidentOpened: ({ cause, count }) =>
    `${words(cause.kind)} ${cause.kind === 'improvement' ? shortId(cause.of) : cause.of}${cause.percent === undefined ? '' : ` at ${cause.percent} %`}, ${count} ${count === 1 ? 'alert' : 'alerts'}`,
  IncidentWorsened: ({ severity }) => `is ${severity} now`,
  IncidentReopened: ({ times }) => `is back, ${times} times so far`,
  IncidentResolved: ({ lastedMs, alerts }) => `over after ${duration(lastedMs)}, ${alerts} alerts`,
  BudgetReached: ({ account, percent, spentUsd, limitUsd }) =>
    `${account}: ${percent} %, ${money(spentUsd)} of ${money(limitUsd)}`,
  MaintenanceForeseen: ({ target, reason, confidence }) => `${target}: ${reason}, ${share(confidence)} sure`,
  MaintenancePerformed: ({ target, action }) => `${target}: ${words(action)}`,
  LoadForecast: ({ expected, lower, upper, for: at }) =>
    `${score(expected)} per minute (${score(lower)} to ${score(upper)}) at ${timeOfDay(at)}`,
  ForecastGraded: ({ expected, actual, demoted }) =>
    `expected ${score(expected)}, came ${score(actual)} per minute${demoted ? '; demoted' : ''}`,
  ScalingDecided: ({ from, to, reason }) => `from ${from} to ${to} instances: ${words(reason)}`,
  ScalingExecuted: ({ from, to, executor }) => `from ${from} to ${to} instances, ${words(executor)}`,
  ScalingFailed: ({ from, to, reason }) => `from ${from} to ${to} instances: ${reason}`,
  ResourcesReconfigured: ({ from, to, count, savings }) => `${from} → ${count} × ${to}, saves ${money(savings)}`,
  AutonomyPaused: ({ by, reason }) => `by ${by}: ${reason}`,
  AutonomyResumed: ({ by, reason }) => `by ${by}: ${reason}`,
  OperatorIntervened: ({ by, action, reason }) => `${by}, ${words(action)}: ${reason}`,
  SemanticCacheRestricted: ({ contentType, onlyMade, judged, similarity }) =>
    `${words(contentType)}: ${onlyMade} of ${judged} answers to other words did not serve; ${similarity === null ? 'exact ones alone' : `alike by ${similarity} at least`}`,
  SemanticCacheShown: ({ contentType, judged, wrongShare }) =>
    `${words(contentType)}: ${(100 * wrongShare.upper).toFixed(2)} % of ${judged} answers to other words wrong at most; given from here on`,
  SemanticCacheAllowed: ({ contentType, by, reason }) => `${words(contentType)}, by ${by}: ${reason}`,
  PolicyChanged: ({ version, by, changes = [] }) =>
    `version ${shortId(version)}, by ${by}${changes.length > 0 ? `: ${changes.map(({ key }) => key).join(', ')}` : ''}`,
  RecipeRegistered: ({ contentType }) => `generation 0 of ${words(contentType)}`,
  RecipeConfigured: ({ contentType, source }) => `${words(contentType)}: another recipe in ${source}`,
  RecipeReplaced: ({ contentType, reason, carried, ended }) =>
    `${words(contentType)}: ${reason}; ${carried.length} improvements tested again, ${ended.length} ended`,
  ModelsOffered: ({ models }) => models.map(({ name }) => name).join(', '),
};
/** Of all decisions that there are sentences for. */
export const decisionNames: readonly string[] = Object.keys(sentenceOf);
const sentences = sentenceOf as Readonly<Record<string, ((data: unknown) => string) | undefined>>;

const unitsIn = (metrics: EventData<typeof Events.ExperimentLooked>['metrics']): number => {
  const { control, treatment } = metrics['success'] ?? Object.values(metrics)[0] ?? {};
  return (control?.n ?? 0) + (treatment?.n ?? 0);
};

const describeImpact = (impact: Readonly<Record<string, Estimate>>): string =>
  Object.entries(impact)
    .filter(([, { lower, upper }]) => lower > 0 || upper < 0)
    .map(([metric, { value }]) => `${metric} ${change(value)}`)
    .join(', ') || 'no clear difference';

/** A change to a recipe, in a few words. */
export function describeChange(made: Events.RecipeChange): string {
  switch (made.kind) {
    case 'replace_instructions':
      return 'shorter instructions';
    case 'set_examples':
      return `${made.examples.length} examples`;
    case 'run_in_parallel':
      return made.parallel ? 'steps in parallel' : 'steps one by one';
    case 'drop_step':
      return `without the step “${made.step}”`;
    case 'set_candidates':
      return `${made.candidates} candidates`;
    case 'join_workflow':
      return made.changes.map(describeChange).join(' and ');
    case 'use_model':
      return `model ${made.model}${made.step ? ` for “${made.step}”` : ''}${made.fallback ? ', the former one where it fails' : ''}`;
    case 'route_models':
      return `models by brief: ${describeRouting(made.routing)}`;
    case 'set_temperature':
      return `temperature ${made.temperature}`;
    case 'set_tone':
      return `tone ${made.tone}`;
    case 'set_words':
      return `${made.words} words`;
    case 'set_structure':
      return `structure ${made.structure}`;
    case 'set_quality_threshold':
      return `quality threshold ${made.threshold}`;
    case 'set_cache':
      return describeCache(made);
    case 'set_prompt_order':
      return 'stable instructions first';
  }
}

const describeCache = ({ strategy, similarity, key }: Events.Recipe['cache']): string =>
  [
    `${strategy} cache`,
    ...(strategy === 'semantic' ? [`alike by ${similarity}`] : []),
    ...(key ? [sharingDescriptions[key]] : []),
  ].join(', ');
const sharingDescriptions: Readonly<Record<Events.CacheKey, string>> = {
  normalised: 'however it is typed',
  sets: 'whatever the order of lists',
  words: 'whatever the order of words',
};

/** What stands above a page or in a row of a list: as short as it can be told apart from others. */
export const titleOfChange = (made: Events.RecipeChange): string =>
  made.kind === 'route_models' ? `models by brief, ${made.routing.length} groups` : describeChange(made);

/** `up to 3 key points: small 90 %, large 10 %` */
const describeRouting = (routing: Events.Routing): string =>
  routing
    .map(({ keyPoints, words: asked, shares }) => {
      const bounds = [
        ...(keyPoints === null ? [] : [`up to ${keyPoints} key points`]),
        ...(asked === null ? [] : [`up to ${asked} words`]),
      ];
      const parts = shares.filter((each) => each.share > 0).map((each) => `${each.model} ${share(each.share)}`);
      return `${bounds.join(', ') || 'others'}: ${parts.join(', ')}`;
    })
    .join('; ');
