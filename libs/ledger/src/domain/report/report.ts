import {
  type AppliedImprovement,
  ChangeScreened,
  CompletionServed,
  ContentGenerated,
  type Counter,
  DecisionSequenced,
  FeedbackReceived,
  GenerationMeasured,
  improvementIn,
  type LearningCost,
  type Metric,
  type Policy,
  PromptCandidateDrafted,
  PromptCandidateScreened,
  type Report,
  SemanticHitAudited,
  fold,
  GenerationFailed,
  UseServed,
} from '@contentflow/contracts';
import {
  type Account,
  accountsOf,
  extraOf,
  type Improvement,
  learningCostOfDay,
  marginAccountOf,
  mergeSpent,
  type Spent,
} from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';
import { partInWords } from '@contentflow/recipes';
import { linksOf, sinceMoved } from './chain.ts';
import { type ArmComparison, compareArms, savingsIn } from './comparison.ts';
import { changesIn } from './changes.ts';
import { asMoney } from './as-money.ts';
import { paybackOf } from './payback.ts';
import { mergePaidForNothing, nothingPaid, type PaidForNothing, withFailure } from './paid-for-nothing.ts';
import { nothingSpent, type Spend, spendOf, withCalls, withSum } from './spend.ts';
import { storyOf } from './story.ts';
import { type Count, emptyRecord, type SystemRecord, withDecision } from './record.ts';
import {
  type Bucket,
  type Cells,
  cellParts,
  dayOf,
  mergeCells,
  noTraffic,
  RECENT_BUCKET_MS,
  type Traffic,
  withMeasurement,
  withPromptSpending,
  withRating,
} from './traffic.ts';

/** What the report knows of one partition. */
export interface ReportPart {
  readonly traffic: Traffic;
  readonly record: SystemRecord;
  readonly paidForNothing: PaidForNothing;
  readonly spend: Spend;
}

/** Everything the report and its series stand on, in bounded space, from the log alone. */
export const reportFold = fold<ReportPart>(() => ({
  traffic: noTraffic,
  record: emptyRecord,
  paidForNothing: nothingPaid,
  spend: nothingSpent,
}))
  .on(ContentGenerated, (part, { time, data }) => ({ ...part, spend: withCalls(part.spend, time, data.calls) }))
  .on(GenerationFailed, (part, { time, data }) => ({
    ...part,
    paidForNothing: withFailure(part.paidForNothing, data),
    spend: withCalls(part.spend, time, data.calls),
  }))
  .on(UseServed, (part, { time, data: { calls, failure, usage } }) => ({
    ...part,
    paidForNothing: failure === undefined ? part.paidForNothing : withFailure(part.paidForNothing, { failure, usage }),
    spend: withCalls(part.spend, time, calls),
  }))
  .on(CompletionServed, (part, { time, data }) => ({ ...part, spend: withCalls(part.spend, time, data.calls) }))
  .on(SemanticHitAudited, (part, { time, data }) => ({ ...part, spend: withCalls(part.spend, time, data.calls) }))
  .on(GenerationMeasured, (part, event) => ({
    ...part,
    traffic: withMeasurement(part.traffic, event),
  }))
  .on(FeedbackReceived, (part, event) => ({
    ...part,
    traffic: withRating(part.traffic, event),
  }))
  .on(PromptCandidateDrafted, (part, { time, data }) => ({
    ...part,
    traffic: withPromptSpending(part.traffic, time, data, 1),
    spend: withSum(part.spend, time, data.cost, 1),
  }))
  .on(PromptCandidateScreened, (part, { time, data }) => ({
    ...part,
    traffic: withPromptSpending(part.traffic, time, data, data.pairs.length),
    spend: withSum(part.spend, time, data.cost, data.pairs.length),
  }))
  .on(ChangeScreened, (part, { time, data }) => ({
    ...part,
    traffic: withPromptSpending(part.traffic, time, data, data.pairs.length),
    spend: withSum(part.spend, time, data.cost, data.pairs.length),
  }))
  .on(DecisionSequenced, (part, event) => ({
    ...part,
    record: withDecision(part.record, event),
  }));

/** Over how long initial and current performance are compared. */
export const REPORT_WINDOW_MS = 6 * HOUR_MS;

/**
 * Decisions by which the system changes itself, or refuses to, without a person. Forecasts, looks and proposals are not. A verdict and what
 * carries it out are one: of the verdicts, those count that nothing followed from.
 */
const autonomousEvents = [
  'ExperimentRegistered',
  'ExperimentConcluded',
  'HypothesisRefuted',
  'ImprovementApplied',
  'ImprovementConfirmed',
  'RolloutWidened',
  'ImprovementRolledBack',
  'ImprovementExpired',
  'AdjustmentMadePermanent',
  'AdjustmentRolledBack',
  'AnomalyHandled',
  'MaintenancePerformed',
  'ScalingDecided',
  'ResourcesReconfigured',
  'QualityThresholdRaised',
  'AllocationRevised',
  'HoldbackRebased',
  'ModelReplaced',
  'SemanticCacheRestricted',
  'SemanticCacheShown',
] as const;
const interventionEvents = [
  'PolicyChanged',
  'AutonomyPaused',
  'AutonomyResumed',
  'OperatorIntervened',
  'SemanticCacheAllowed',
  'ImprovementRolledBack',
  'ScalingDecided',
] as const;
const learningEvents = ['ExperimentConcluded'] as const;

/** When the latest event happened: the report is as of then, unless another time is asked for. */
export const latestOf = (parts: readonly ReportPart[]): number =>
  Math.max(0, ...parts.flatMap(({ traffic, record }) => [traffic.latest, record.latest]));

/** The report as of a time, from the partitions in partition order, folded up to then. */
export function reportOf(parts: readonly ReportPart[], at: number = latestOf(parts)): Report {
  const record = recordOf(parts);
  const from = Math.floor((at - REPORT_WINDOW_MS) / RECENT_BUCKET_MS) * RECENT_BUCKET_MS;
  const cells = cellsIn(parts, from, at);
  const changes = changesIn(record.system, from, at);
  const compared = compareArms(cells, linksOf(record.rebases, hoursIn(parts), at));
  const savings = changes === 'none_yet' ? null : savingsIn(mergeCells(parts.map(({ traffic }) => traffic.total)));
  const counters = countersOf(record);
  const accounts = accountsOf(record.system, spentIn(parts), at);
  const assumed = new Set(
    record.system.models.filter(({ isAssumed }) => isAssumed).map(({ provider, name }) => `${provider}/${name}`),
  );
  const report: Omit<Report, 'in_words'> = {
    simulated: parts.some(({ traffic }) => traffic.simulated),
    at,
    spend: spendOf(
      parts.map(({ spend }) => spend),
      at,
      (provider, model) => assumed.has(`${provider}/${model}`),
    ),
    system_evolution: {
      initial_performance: compared.means.holdback,
      current_performance: compared.means.current,
      improvements_applied: record.system.improvements.map((each) =>
        appliedImprovement(each, record, ownValue(accounts, each.improvementId) as Account),
      ),
      autonomous_decisions: counters.autonomous_decisions.count,
      human_interventions: counters.human_interventions.count,
      learning_cycles: counters.learning_cycles.count,
      cost_savings: asMoney(savings && (savings.lower > 0 || savings.upper < 0) ? savings.value : 0),
      window: { from, to: at },
      changes,
      intervals: { initial: compared.initial, current: compared.current },
      change: changes === 'in_force' ? compared.change : noClaim,
      mix: compared.mix,
      left_out: compared.leftOut,
      generations: { holdback: acceptedIn(cells, 'holdback'), current: acceptedIn(cells, 'current') },
      cost_savings_estimate: savings,
      payback: paybackOf({
        changes,
        savings,
        recent: cells,
        recentMs: REPORT_WINDOW_MS,
        hours: hoursIn(parts),
        at,
      }),
      counters,
      margins: marginsOf(record.system),
      by_the_operator: record.replacements.map(({ contentType, parts, ...each }) => ({
        ...each,
        content_type: contentType,
        parts: parts.map(partInWords),
      })),
      rollbacks: record.rollbacks,
      refuted_hypotheses: record.refuted,
      void_decisions: Object.values(record.counts).reduce((sum, count) => sum + count.void, 0),
      paid_for_nothing: mergePaidForNothing(parts.map((part) => part.paidForNothing)),
      learning_cost: learningCostOf(parts, record.system.policy, at),
      ledger_entries: record.system.position,
    },
  };
  return { ...report, in_words: storyOf(report) };
}

/** Content types without a change in force have the whole of their margins left, and no entry. */
function marginsOf(system: SystemRecord['system']): Report['system_evolution']['margins'] {
  const types = [...new Set(system.improvements.map(({ contentType }) => contentType))].sort();
  const accounts = types.map((type) => [type, marginAccountOf(system, type)] as const);
  return Object.fromEntries(accounts.filter(([, account]) => Object.keys(account).length > 0));
}

/** The ledger has one partition: one part has read it. */
export const recordOf = (parts: readonly ReportPart[]): SystemRecord =>
  parts.find(({ record }) => record.system.position > 0)?.record ?? emptyRecord;

export const hoursIn = (parts: readonly ReportPart[]): Bucket[] => parts.flatMap(({ traffic }) => traffic.hours);

function cellsIn(parts: readonly ReportPart[], from: number, to: number): Cells {
  const { rebases } = recordOf(parts);
  return mergeCells(
    parts.flatMap(({ traffic }) =>
      traffic.recent
        .filter((bucket) => bucket.from >= from && bucket.from <= to)
        .map((bucket) => sinceMoved(bucket, rebases, to)),
    ),
  );
}

const noClaim: ArmComparison['change'] = {
  avg_generation_time: null,
  quality_score: null,
  cost_per_content: null,
  success_rate: null,
};

const acceptedIn = (cells: Cells, arm: 'holdback' | 'current'): number =>
  Object.entries(cells).reduce((sum, [key, cell]) => sum + (cellParts(key).arm === arm ? cell.accepted : 0), 0);

function countersOf({ counts }: SystemRecord): Report['system_evolution']['counters'] {
  return {
    autonomous_decisions: counterOf(counts, autonomousEvents, ({ bySystem, carriedOut }) => bySystem - carriedOut),
    human_interventions: counterOf(counts, interventionEvents, ({ byPerson }) => byPerson),
    learning_cycles: counterOf(counts, learningEvents, ({ bySystem }) => bySystem),
  };
}

function counterOf(counts: SystemRecord['counts'], names: readonly string[], of: (count: Count) => number): Counter {
  const events = Object.fromEntries(
    names.map((name) => {
      const count = ownValue(counts, name);
      return [name, count ? of(count) : 0];
    }),
  );
  return { count: Object.values(events).reduce((sum, n) => sum + n, 0), events };
}

function appliedImprovement(improvement: Improvement, record: SystemRecord, account: Account): AppliedImprovement {
  const { improvementId, contentType, lever, change, type, impact, status, appliedAt, endedAt, endReason } =
    improvement;
  const metric = ownValue(record.system.experiments, improvement.experimentId)?.metric;
  return {
    type,
    impact: metric && account.effect ? describeImpact(metric, account.effect.value) : improvement.summary,
    learned_from: `${improvement.learnedFrom} generations`,
    status,
    id: improvementId,
    content_type: contentType,
    lever,
    change,
    effect: account.effect,
    effect_raw: account.effectRaw,
    effects: impact,
    cost_to_find: account.costToFind,
    screening: account.screening,
    failed_predecessors: account.experiments.length - 1,
    generations: account.generations,
    saved: account.saved,
    saved_raw: account.savedRaw,
    pays_back_on: account.paysBackOn,
    applied_at: appliedAt,
    ended_at: endedAt ?? null,
    end_reason: endReason ?? null,
    events: ownValue(record.improvementEvents, improvementId) ?? [],
  };
}

const nouns: Readonly<Record<Metric, string>> = {
  time: 'time',
  cost: 'cost',
  tokens: 'token',
  quality: 'quality',
  qualitySpread: 'spread of quality',
  success: 'success rate',
  cacheHits: 'cache hit',
  satisfaction: 'satisfaction',
};

/** `25% token reduction` */
const describeImpact = (metric: Metric, improvement: number): string => {
  const change = improvementIn(metric, improvement);
  return `${Math.abs(100 * change).toFixed(0)}% ${nouns[metric]} ${change < 0 ? 'reduction' : 'increase'}`;
};

function learningCostOf(parts: readonly ReportPart[], { learningBudget }: Policy, at: number): LearningCost {
  const spent = Object.values(mergeSpent(spentIn(parts)).experiments);
  return spent.reduce<LearningCost>(
    (sum, each) => ({
      ...sum,
      experiments: sum.experiments + 1,
      exposures: sum.exposures + each.control.n + each.treatment.n,
      spending: sum.spending + each.control.n * each.control.mean + each.treatment.n * each.treatment.mean,
      extra: sum.extra + extraOf(each),
    }),
    {
      experiments: 0,
      exposures: 0,
      spending: 0,
      extra: 0,
      today: learningCostOfDay(spentIn(parts), at) + promptsOfDay(parts, at),
      most_a_day: learningBudget.spending,
      screening: parts.reduce((sum, { traffic }) => sum + traffic.prompts.total, 0),
    },
  );
}

const promptsOfDay = (parts: readonly ReportPart[], at: number): number =>
  parts.reduce((sum, { traffic: { prompts } }) => sum + (prompts.day === dayOf(at) ? prompts.ofDay : 0), 0);

export const spentIn = (parts: readonly ReportPart[]): Spent[] => parts.map(({ traffic }) => traffic.spent);
