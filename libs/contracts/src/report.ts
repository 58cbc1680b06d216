import { z } from 'zod';
import { decisionRefSchema, performanceSchema, type Answer } from './answers.ts';
import { improvementSchema } from './documents.ts';
import { estimateSchema } from './facts.ts';
import { metricSchema } from './metric.ts';

/** How the system evolved: what the report says, and its types. Money is in US dollars. */

const time = z.number().describe('epoch milliseconds');
const count = z.number().int().min(0);
const figure = z.number().nullable();
const usd = z.number();

/** The figures of the report, by the name that they have in it. */
export const reportedMetrics = ['avg_generation_time', 'quality_score', 'cost_per_content', 'success_rate'] as const;
export type ReportedMetric = (typeof reportedMetrics)[number];

const figures = z
  .object(Object.fromEntries(reportedMetrics.map((name) => [name, figure])) as Record<ReportedMetric, typeof figure>)
  .meta({ id: 'ReportedFigures', description: 'means as they are, however few they are of; null of none' });

const counterSchema = z.object({
  count: z.number().int(),
  events: z.record(z.string(), z.number().int()).describe('how many of each event type'),
});
/** What a figure counts: event types, and how many of each. */
export type Counter = Answer<typeof counterSchema>;

const marginUsed = { effect: z.number(), error: z.number().describe('standard error of the effect') };
const marginEntrySchema = z.object({
  ...marginUsed,
  margin: z.number(),
  left: z
    .number()
    .describe('of the margin, by what the changes in force are taken to cost; more than the margin where they gain'),
  changes: z.array(z.object({ ...marginUsed, improvementId: z.string() })),
});

const improvement = improvementSchema.shape;
const appliedImprovementSchema = z.object({
  type: z.string(),
  impact: z.string().describe('in words'),
  learned_from: z.string(),
  status: improvement.status,
  id: z.string(),
  content_type: z.string(),
  lever: improvement.lever,
  change: improvement.change,
  effect: estimateSchema
    .nullable()
    .describe(
      'on its metric, relative, for the better above 0; shrunk towards what experiments usually bring, `effect_raw` as measured',
    ),
  effect_raw: figure,
  effects: improvement.impact.describe('on every metric, as its experiment measured them; not shrunk'),
  cost_to_find: usd,
  screening: usd.describe('of it, for prompts that were drafted and tried on held-out briefs'),
  failed_predecessors: z.number().int(),
  generations: count,
  saved: estimateSchema.nullable(),
  saved_raw: figure,
  pays_back_on: time.nullable(),
  applied_at: time,
  ended_at: time.nullable(),
  end_reason: z.string().nullable(),
  events: z.array(decisionRefSchema),
});
export type AppliedImprovement = Answer<typeof appliedImprovementSchema>;

const learningCostSchema = z.object({
  experiments: count,
  exposures: count,
  spending: usd.describe('of units in experiments'),
  extra: usd.describe('what treatments cost beyond their controls'),
  today: usd.describe('of the day (UTC) of the report, as the learning budget counts it'),
  most_a_day: usd.nullable().describe('the most that budget allows; null without a limit'),
  screening: usd.describe('what trying new prompts on held-out briefs cost'),
});
export type LearningCost = Answer<typeof learningCostSchema>;

const unfinishedSchema = z.object({ briefs: count, spending: usd });
const paidForNothingSchema = z.object({
  cancelled: unfinishedSchema.describe('by a person: in no other figure'),
  failed: unfinishedSchema.describe(
    'for good, those given up after several attempts among them: in the cost per content too',
  ),
});

const paid = { usd, calls: count };
const spendOfSpanSchema = z.object({
  from: time,
  ...paid,
  by_model: z
    .array(
      z.object({
        provider: z.string().nullable(),
        model: z.string().nullable().describe('null for trials on held-out briefs, which are told as one sum'),
        ...paid,
        is_estimate: z.boolean().describe('no price of it is known: an expensive one stands in'),
      }),
    )
    .describe('the dearest first'),
});
const spendSchema = z
  .object({
    today: spendOfSpanSchema.describe('the day (UTC) of the report'),
    month: spendOfSpanSchema.describe('the month (UTC) of the report'),
    days: z.array(z.object({ from: time, ...paid })).describe('those of the last 31 with spending'),
    months: z.array(z.object({ from: time, ...paid })),
  })
  .describe('all calls to models: of content, of trials, of calls passed on; by the day that their end was told of');

const paybackSchema = z.object({
  status: z
    .enum(['nothing_changed', 'too_early', 'pays_back', 'paid_back', 'not_in_sight'])
    .describe('what the intervals allow to say of whether learning has come back'),
  at: time.nullable().describe('when it will at the rate of the last hours, or did'),
  per_day: estimateSchema.nullable().describe('saved in a day at the rate of the last six hours'),
});

export const reportSchema = z
  .object({
    simulated: z.boolean().describe('true where it comes from the sandbox'),
    at: time,
    in_words: z
      .array(z.string())
      .describe('what was changed, what learning cost, what it saved, when it pays back, what was spent today'),
    spend: spendSchema,
    system_evolution: z.object({
      initial_performance: figures,
      current_performance: figures,
      improvements_applied: z.array(appliedImprovementSchema),
      autonomous_decisions: z.number().int(),
      human_interventions: z.number().int(),
      learning_cycles: z.number().int(),
      cost_savings: z.string(),
      window: z.object({ from: time, to: time }).describe('over how long initial and current performance are compared'),
      changes: z
        .enum(['none_yet', 'none_in_force', 'in_force'])
        .describe('what there is to compare: nothing is claimed of a change before there is one'),
      intervals: z
        .object({ initial: performanceSchema, current: performanceSchema })
        .describe('valid at every look of a day; null where it is too early'),
      change: performanceSchema.describe('(current − initial) ÷ initial; null also while nothing is in force'),
      mix: z
        .record(z.string(), z.number())
        .describe('weight of each content type: its share of the briefs of both arms'),
      left_out: z.array(z.string()).describe('content types that one arm has no success of: in no figure'),
      generations: z.object({ holdback: count, current: count }),
      cost_savings_estimate: estimateSchema
        .nullable()
        .describe('null where nothing was ever changed, or it is too early'),
      payback: paybackSchema,
      counters: z.object({
        autonomous_decisions: counterSchema,
        human_interventions: counterSchema,
        learning_cycles: counterSchema,
      }),
      margins: z
        .record(z.string(), z.partialRecord(metricSchema, marginEntrySchema))
        .describe('by content type and metric: what the changes in force have used of its margin against generation 0'),
      by_the_operator: z
        .array(
          decisionRefSchema.extend({
            content_type: z.string(),
            from: z.string().describe('version'),
            to: z.string().describe('version'),
            parts: z.array(z.string()),
            carried: z.array(z.string()).describe('improvements that stay, and are tested again'),
            ended: z.array(z.string()).describe('improvements in parts that the operator changed'),
          }),
        )
        .describe('recipes that a person changed: their own word, of which no margin is used and nothing is claimed'),
      rollbacks: z.array(
        decisionRefSchema.extend({
          improvementId: z.string(),
          reason: z.string(),
          by: z.enum(['system', 'person']),
        }),
      ),
      refuted_hypotheses: z.array(
        decisionRefSchema.extend({ hypothesisId: z.string(), experimentId: z.string(), reason: z.string() }),
      ),
      void_decisions: count,
      paid_for_nothing: paidForNothingSchema.describe(
        'since the beginning: briefs that ended without content, and what they cost',
      ),
      learning_cost: learningCostSchema,
      ledger_entries: count,
    }),
  })
  .meta({ id: 'Report' });
export type Report = Answer<typeof reportSchema>;
export type Changes = Report['system_evolution']['changes'];
/** By metric, with its interval; null where it is too early. */
export type Performance = Answer<typeof performanceSchema>;
export type DecisionRef = Answer<typeof decisionRefSchema>;
