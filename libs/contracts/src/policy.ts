import { canonicalJson, hash128, MINUTE_MS } from '@contentflow/kernel';
import { z } from 'zod';
import { levers } from './recipe.ts';

const minutes = (value: number) => value * MINUTE_MS;
const DAY_MS = minutes(24 * 60);
const share = z.number().min(0).max(1);
const durationMs = z.number().int().positive().describe('milliseconds');

/** `apply`: acts by itself · `propose`: asks a person · `observe`: only says what it sees. */
export const autonomyLevelSchema = z.enum(['observe', 'propose', 'apply']);

/** A kind of machine that an instance can run on. */
export const machineTypeSchema = z.strictObject({
  name: z.string().min(1),
  cpu: z.number().positive().describe('cores'),
  memoryMb: z.number().positive(),
  callsAtOnce: z.number().int().positive(),
  usdPerHour: z.number().min(0),
});
export type MachineType = z.output<typeof machineTypeSchema>;

const timeOfDay = z.iso.time({ precision: -1 }).describe('HH:MM, UTC');
const instant = z.iso.datetime({ offset: true });

/** Once, between two instants; or every day, between two times of day: over midnight where the first is the later one. */
const freezeWindowSchema = z.union([
  z
    .strictObject({ from: instant, until: instant })
    .refine(({ from, until }) => Date.parse(from) < Date.parse(until), 'ends before it begins'),
  z.strictObject({ from: timeOfDay, until: timeOfDay }).refine(({ from, until }) => from !== until, 'is empty'),
]);

/**
 * What the user wants of the models. `weighted`: quality/10, cost and time against generation 0's, by these weights; `minimise_cost` while the
 * mean quality is at least so high; `maximise_quality` while the mean content costs at most so much.
 */
export const objectiveSchema = z
  .strictObject({
    goal: z.enum(['weighted', 'minimise_cost', 'maximise_quality']).default('weighted'),
    quality: z.number().min(0).default(0.5),
    cost: z.number().min(0).default(0.3),
    time: z.number().min(0).default(0.2),
    qualityAtLeast: z.number().min(0).max(10).nullable().default(null),
    costAtMost: z.number().positive().nullable().default(null).describe('of one content, in USD'),
  })
  .superRefine(({ goal, qualityAtLeast, costAtMost }, context) => {
    if (goal === 'minimise_cost' && qualityAtLeast === null)
      context.addIssue({ code: 'custom', path: ['qualityAtLeast'], message: 'is needed to minimise cost' });
    if (goal === 'maximise_quality' && costAtMost === null)
      context.addIssue({ code: 'custom', path: ['costAtMost'], message: 'is needed to maximise quality' });
  });
export type Objective = z.output<typeof objectiveSchema>;

/** By what briefs are shared among models, with these defaults. */
const sharingRules = (defaults: {
  readonly explorationShare: number;
  readonly halfLifeMs: number;
  readonly gradeEveryMs: number;
  readonly fewestGenerations: number;
}) => ({
  explorationShare: share.default(defaults.explorationShare).describe('of each segment, spread over all models'),
  halfLifeMs: durationMs.default(defaults.halfLifeMs).describe('after which a generation counts half'),
  gradeEveryMs: durationMs.default(defaults.gradeEveryMs).describe('and shares follow; in whole half hours'),
  fewestGenerations: z
    .number()
    .int()
    .min(2)
    .default(defaults.fewestGenerations)
    .describe('of a model, before it is more than explored'),
});

/** Everything the system's decisions may be tuned by. Defaults are the specification's figures. */
export const policySchema = z
  .strictObject({
    experiments: z
      .strictObject({
        alpha: share.default(0.05).describe('two-sided error of one experiment, at most'),
        falseDiscoveryLevel: share.default(0.05).describe('error over all hypotheses ever tested'),
        minimumImprovement: share.default(0.1),
        horizonMs: durationMs.default(minutes(60)).describe('planned length'),
        longestMs: durationMs.default(minutes(24 * 60)),
        season: z
          .strictObject({
            isHeeded: z
              .boolean()
              .default(true)
              .describe('an experiment on a metric with a season runs for a full cycle at least'),
            cycleMs: durationMs
              .max(7 * DAY_MS)
              .multipleOf(DAY_MS)
              .default(DAY_MS)
              .describe('whole days, a week at most'),
          })
          .prefault({}),
        power: share.default(0.8),
        lookEveryMs: durationMs.default(minutes(10)),
        fewestUnits: z.number().int().min(2).default(50).describe('per arm, before any verdict'),
        ramp: z.array(share).default([0.05, 0.25, 0.5]).describe('share of treatment, step by step'),
        rampStepMs: durationMs.default(minutes(10)),
        blastRadius: share
          .default(0.25)
          .describe('share of treatment that a ramp may begin with at most, on a lever that brings what is foretold'),
      })
      .prefault({}),
    holdbackShare: share.default(0.05),
    reverseHoldbackShare: share.default(0.05),
    guardrails: z
      .strictObject({
        qualityMargin: z.number().min(0).default(0.3).describe('points out of 10'),
        successMargin: share.default(0.02),
        costMargin: z.number().min(0).default(0.1).describe('relative'),
        timeMargin: z.number().min(0).default(0.1).describe('relative'),
        satisfactionMargin: z.number().min(0).default(0.15).describe('points out of 5'),
      })
      .prefault({}),
    watch: z
      .strictObject({
        lookEveryMs: durationMs.default(minutes(30)),
        confirmAfterMs: durationMs.default(minutes(4 * 60)),
        expiresAfterMs: durationMs.default(minutes(7 * 24 * 60)),
        alpha: share.default(0.01).describe('one-sided error of a rollback'),
      })
      .prefault({}),
    hypotheses: z
      .strictObject({
        averageTokens: z.number().default(1000),
        averageTimeMs: z.number().default(30_000),
        qualityVariance: z.number().default(0.2),
        cacheHitRate: share.default(0.3),
        windowMs: durationMs.default(minutes(60)),
        fewestGenerations: z.number().int().default(50),
        cycleEveryMs: durationMs.default(minutes(5)),
        cooldownMs: durationMs
          .default(minutes(24 * 60))
          .describe(
            'before a refused wish of readers may return; a refuted hypothesis returns when its context has changed',
          ),
      })
      .prefault({}),
    learningBudget: z
      .strictObject({
        trafficShare: share.default(0.9).describe('of a content type, in experiments'),
        concurrentExperiments: z.number().int().min(0).default(12),
        spending: z
          .number()
          .min(0)
          .nullable()
          .default(null)
          .describe(
            'most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit',
          ),
        screeningShare: share
          .default(0.03)
          .describe('of what a content type costs a day, for new prompts tried on held-out briefs'),
      })
      .prefault({}),
    objective: objectiveSchema.prefault({}),
    allocation: z
      .strictObject({
        ...sharingRules({
          explorationShare: 0.05,
          halfLifeMs: minutes(6 * 60),
          gradeEveryMs: minutes(60),
          fewestGenerations: 50,
        }),
        inForce: z
          .strictObject(
            sharingRules({
              explorationShare: 0.02,
              halfLifeMs: minutes(3 * 60),
              gradeEveryMs: minutes(30),
              fewestGenerations: 10,
            }),
          )
          .prefault({})
          .describe('the same while an allocation is in force: quicker, so that it follows what the models become'),
      })
      .prefault({}),
    anomalies: z
      .strictObject({
        slowGeneration: z.number().default(2).describe('times the baseline'),
        lowQuality: z.number().default(0.8).describe('times the baseline'),
        highCost: z.number().default(1.5).describe('times the baseline'),
        fewestForBaseline: z.number().int().default(50),
        checkEveryMs: durationMs.default(minutes(1)),
        opensAtShare: share.default(0.2).describe('of the last minutes’ generations that breach a rule'),
        windowMs: durationMs.default(minutes(10)),
        resolvesAfterMs: durationMs.default(minutes(20)),
      })
      .prefault({}),
    feedback: z
      .strictObject({
        positiveFrom: z.number().default(4),
        negativeTo: z.number().default(2),
        fewestComments: z.number().int().default(20),
        fewestRaters: z.number().int().default(10),
        learnEveryMs: durationMs.default(minutes(10)),
        thresholdStep: z.number().default(0.5),
      })
      .prefault({}),
    scaling: z
      .strictObject({
        checkEveryMs: durationMs.default(minutes(1)),
        horizonMs: durationMs.default(minutes(30)),
        usableShare: share.default(0.8),
        scaleUp: z
          .strictObject({
            cpu: share.default(0.8),
            memory: share.default(0.85),
            queue: z.number().default(50),
            responseTimeMs: z.number().default(5000),
          })
          .prefault({}),
        scaleDown: z
          .strictObject({
            cpu: share.default(0.2),
            memory: share.default(0.3),
            queue: z.number().default(5),
            responseTimeMs: z.number().default(1000),
          })
          .prefault({}),
        fewestInstances: z.number().int().min(1).default(1),
        mostInstances: z.number().int().min(1).default(20),
        cooldownUpMs: durationMs.default(minutes(2)),
        cooldownDownMs: durationMs.default(minutes(10)),
        headroom: share.default(0.2),
        forecastEveryMs: durationMs.default(minutes(5)),
        reconfigureEveryMs: durationMs.default(minutes(60)),
        machineTypes: z.array(machineTypeSchema).default([]).describe('the first is the one in use at the start'),
      })
      .prefault({}),
    quality: z
      .strictObject({
        thresholdStep: z.number().default(0.5),
        mostThreshold: z.number().max(10).default(10),
        mostRevisedShare: share.default(0.1).describe('threshold rises only while fewer than this would be revised'),
        raiseEveryMs: durationMs.default(minutes(6 * 60)),
      })
      .prefault({}),
    cache: z
      .strictObject({
        auditShare: share.default(0.05).describe('of the answers found by meaning, made anew to be compared'),
        wrongHitShare: share.default(0.01).describe('of the answers found by meaning, wrong ones at most'),
        fewestAudited: z
          .number()
          .int()
          .default(30)
          .describe('until so many are judged, only near-identical requests share'),
        alpha: share.default(0.05).describe('two-sided error of the wrong share, over all looks together'),
      })
      .prefault({}),
    autonomy: z.partialRecord(z.enum([...levers, 'scaling']), autonomyLevelSchema).default({}),
    freezeWindows: z.array(freezeWindowSchema).default([]).describe('in which nothing is applied or put to the test'),
  })
  .describe('Policy');

export type Policy = z.output<typeof policySchema>;

export const defaultPolicy: Policy = policySchema.parse({});

/** A policy that an earlier release wrote: what can be set since then takes its default. */
export function completedPolicy(policy: Policy): Policy {
  const completed = policySchema.safeParse(policy);
  return completed.success ? completed.data : policy;
}

/** A policy is known by its content. */
export const policyVersion = (policy: Policy): string => hash128(canonicalJson(policy)).slice(0, 16);
