import { canonicalJson, DAY_MS, hash128, MINUTE_MS } from '@contentflow/kernel';
import { z } from 'zod';
import { levers } from './recipe.ts';
import { useNameSchema, usePolicySchema } from './use.ts';

const minutes = (value: number) => value * MINUTE_MS;
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
    goal: z
      .enum(['weighted', 'minimise_cost', 'maximise_quality'])
      .default('weighted')
      .describe('of sharing briefs among models'),
    quality: z.number().min(0).default(0.5).describe('weight'),
    cost: z.number().min(0).default(0.3).describe('weight'),
    time: z.number().min(0).default(0.2).describe('weight'),
    minQuality: z.number().min(0).max(10).nullable().default(null).describe('mean score, points out of 10'),
    maxCost: z.number().positive().nullable().default(null).describe('of one content, in USD'),
  })
  .superRefine(({ goal, minQuality, maxCost }, context) => {
    if (goal === 'minimise_cost' && minQuality === null)
      context.addIssue({ code: 'custom', path: ['minQuality'], message: 'is needed to minimise cost' });
    if (goal === 'maximise_quality' && maxCost === null)
      context.addIssue({ code: 'custom', path: ['maxCost'], message: 'is needed to maximise quality' });
  });
export type Objective = z.output<typeof objectiveSchema>;

/** By what briefs are shared among models, with these defaults. */
const sharingRules = (defaults: {
  readonly explorationShare: number;
  readonly halfLifeMs: number;
  readonly gradeEveryMs: number;
  readonly minGenerations: number;
}) => ({
  explorationShare: share.default(defaults.explorationShare).describe('of each segment, spread over all models'),
  halfLifeMs: durationMs.default(defaults.halfLifeMs).describe('after which a generation counts half'),
  gradeEveryMs: durationMs.default(defaults.gradeEveryMs).describe('and shares follow; in whole half hours'),
  minGenerations: z
    .number()
    .int()
    .min(2)
    .default(defaults.minGenerations)
    .describe('of a model, before it is more than explored'),
});

/** Everything the system's decisions may be tuned by. Defaults are the specification's figures. */
export const policySchema = z
  .strictObject({
    experiments: z
      .strictObject({
        alpha: share.default(0.05).describe('two-sided error of one experiment, at most'),
        falseDiscoveryLevel: share.default(0.05).describe('error over all hypotheses ever tested'),
        minimumImprovement: share.default(0.1).describe('least relative improvement that is worth an experiment'),
        minimumQualityGain: z
          .number()
          .min(0)
          .default(0.3)
          .describe('points out of 10: the same for quality, which has an end'),
        horizonMs: durationMs.default(minutes(60)).describe('planned length'),
        longestMs: durationMs.default(minutes(24 * 60)).describe('milliseconds, after which there is a verdict'),
        season: z
          .strictObject({
            enabled: z
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
        power: share.default(0.8).describe('chance to see the least improvement, where it is there'),
        lookEveryMs: durationMs.default(minutes(10)).describe('milliseconds between looks at a running experiment'),
        minUnits: z.number().int().min(2).default(50).describe('per arm, before any verdict'),
        ramp: z.array(share).default([0.05, 0.25, 0.5]).describe('share of treatment, step by step'),
        rampStepMs: durationMs.default(minutes(10)).describe('milliseconds on a step of the ramp, at least'),
        unshown: z
          .enum(['longer_trial', 'partial_rollout', 'person'])
          .default('partial_rollout')
          .describe(
            'what becomes of a winner of which a trial could not show that success or satisfaction, which few units tell of, keep their margin; of length, structure and tone satisfaction must be shown, or a person asked',
          ),
        blastRadius: share
          .default(0.25)
          .describe('share of treatment that a ramp may begin with at most, on a lever that brings what is predicted'),
      })
      .prefault({}),
    holdbackShare: share.default(0.05).describe('of units, on generation 0 for ever'),
    reverseHoldbackShare: share.default(0.05).describe('of units, without an improvement that is in force'),
    guardrails: z
      .strictObject({
        qualityMargin: z.number().min(0).default(0.3).describe('points out of 10'),
        successMargin: share.default(0.02).describe('share of generations that succeed'),
        costMargin: z.number().min(0).default(0.1).describe('relative'),
        timeMargin: z.number().min(0).default(0.1).describe('relative'),
        satisfactionMargin: z.number().min(0).default(0.15).describe('points out of 5'),
      })
      .prefault({}),
    watch: z
      .strictObject({
        lookEveryMs: durationMs.default(minutes(10)).describe('milliseconds between looks at an improvement in force'),
        confirmAfterMs: durationMs.default(minutes(4 * 60)).describe('milliseconds in force, at least'),
        expiresAfterMs: durationMs
          .default(minutes(7 * 24 * 60))
          .describe('milliseconds in force, then it is tested again'),
        alpha: share
          .default(0.003)
          .describe(
            'chance that one look takes out an improvement that does no harm, at most: over all metrics and spans of time',
          ),
        harmAlpha: share
          .default(0.05)
          .describe(
            'chance that all evidence since its trial ever takes out an improvement that does no harm, at most',
          ),
        partialRolloutShare: share
          .default(0.1)
          .describe('of units, without an improvement while it is not shown that all its guardrails are kept'),
        partialRolloutMs: durationMs
          .default(minutes(6 * 60))
          .describe('milliseconds of a partial roll-out, unless something speaks against the improvement'),
      })
      .prefault({}),
    hypotheses: z
      .strictObject({
        averageTokens: z.number().default(1000).describe('of a generation, above which shorter prompts are proposed'),
        averageTimeMs: z
          .number()
          .default(30_000)
          .describe('milliseconds of a generation, above which quicker ways are proposed'),
        qualityVariance: z.number().default(0.2).describe('above which what makes it steadier is proposed'),
        cacheHitRate: share.default(0.3).describe('below which other ways to cache are proposed'),
        windowMs: durationMs.default(minutes(60)).describe('milliseconds that are looked back on'),
        minGenerations: z.number().int().default(50).describe('of a content type, before anything is proposed'),
        cycleEveryMs: durationMs.default(minutes(5)).describe('milliseconds between decisions what to propose'),
        cooldownMs: durationMs
          .default(minutes(24 * 60))
          .describe(
            'before a refused wish of readers may return; a refuted hypothesis returns when its context has changed',
          ),
        answerWithinMs: durationMs
          .default(minutes(3 * 24 * 60))
          .describe('milliseconds that a proposal waits for a person, before it is withdrawn and its lever is free'),
      })
      .prefault({}),
    learningBudget: z
      .strictObject({
        trafficShare: share.default(0.9).describe('of a content type, in experiments'),
        concurrentExperiments: z.number().int().min(0).default(12).describe('at most'),
        spending: z
          .number()
          .min(0)
          .nullable()
          .default(null)
          .describe(
            'most money a day (UTC) that treated units may cost beyond their controls, and new prompts to try; null for no limit',
          ),
        qualityLoss: z
          .number()
          .min(0)
          .default(0.2)
          .describe(
            'points out of 10 that the contents of a type are expected to lose on average, at most, by all trials of screened changes that run at once',
          ),
        screeningShare: share
          .default(0.06)
          .describe('of what a content type costs a day, for prompts and other changes tried on held-out briefs'),
      })
      .prefault({}),
    objective: objectiveSchema.prefault({}),
    allocation: z
      .strictObject({
        ...sharingRules({
          explorationShare: 0.05,
          halfLifeMs: minutes(6 * 60),
          gradeEveryMs: minutes(60),
          minGenerations: 50,
        }),
        inForce: z
          .strictObject(
            sharingRules({
              explorationShare: 0.02,
              halfLifeMs: minutes(3 * 60),
              gradeEveryMs: minutes(30),
              minGenerations: 10,
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
        minForBaseline: z.number().int().default(50).describe('generations, before there is a baseline'),
        checkEveryMs: durationMs.default(minutes(1)).describe('milliseconds between looks for anomalies'),
        opensAtShare: share.default(0.2).describe('of the last minutes’ generations that breach a rule'),
        windowMs: durationMs.default(minutes(10)).describe('milliseconds that a rule looks back on'),
        resolvesAfterMs: durationMs.default(minutes(20)).describe('milliseconds without a breach'),
        onFailures: z
          .enum(['open_incident', 'trip_breaker'])
          .default('open_incident')
          .describe(
            'of a model that fails far more than usual, where no improvement is to blame: an incident alone, or calls to it are held back too; of use where the gateway has fallbacks',
          ),
        tripForMs: durationMs.default(minutes(5)).describe('milliseconds that calls to it are held back'),
      })
      .prefault({}),
    incidents: z
      .strictObject({
        resolvesAfterMs: durationMs
          .default(minutes(10))
          .describe('milliseconds without an alert, after which an incident is over'),
        repeatAfterMs: durationMs
          .max(7 * DAY_MS)
          .default(minutes(6 * 60))
          .describe('milliseconds within which a cause that comes back is the same incident, and nobody is told again'),
      })
      .prefault({}),
    feedback: z
      .strictObject({
        positiveFrom: z.number().default(4).describe('rating that counts as a good one, in what was learned'),
        negativeTo: z.number().default(2).describe('rating that counts as a bad one, in what was learned'),
        minComments: z.number().int().default(20).describe('that name the same wish, before it is proposed'),
        minRaters: z.number().int().default(10).describe('who name it'),
        learnEveryMs: durationMs
          .default(minutes(10))
          .describe('milliseconds between decisions what to propose and keep'),
        thresholdStep: z
          .number()
          .default(0.5)
          .describe('points out of 10, by which a wish for quality raises the threshold'),
      })
      .prefault({}),
    scaling: z
      .strictObject({
        checkEveryMs: durationMs
          .default(minutes(1))
          .describe('milliseconds between decisions how many instances there shall be'),
        horizonMs: durationMs.default(minutes(30)).describe('milliseconds ahead that load is forecast'),
        unservedCost: z
          .number()
          .gt(1)
          .max(1000)
          .default(7)
          .describe(
            "of load that no instance is there for, in the cost of an instance that idles for as much; the forecast's share 1 − 1 ÷ it is provided for",
          ),
        targetUtilization: share.default(0.8).describe('of the capacity, which the load shall not exceed'),
        scaleUp: z
          .strictObject({
            cpu: share.default(0.8).describe('above which there is one more'),
            memory: share.default(0.85).describe('above which there is one more'),
            queue: z.number().default(50).describe('briefs that wait, above which there is one more'),
            responseTimeMs: z.number().default(5000).describe('milliseconds, above which there is one more'),
          })
          .prefault({}),
        scaleDown: z
          .strictObject({
            cpu: share.default(0.2).describe('one fewer only below it'),
            memory: share.default(0.3).describe('one fewer only below it'),
            queue: z.number().default(5).describe('briefs that wait; one fewer only below it'),
            responseTimeMs: z.number().default(1000).describe('milliseconds; one fewer only below it'),
          })
          .prefault({}),
        minInstances: z.number().int().min(1).default(1).describe('at least'),
        maxInstances: z.number().int().min(1).default(20).describe('at most'),
        cooldownUpMs: durationMs.default(minutes(2)).describe('milliseconds between changes, before more are started'),
        cooldownDownMs: durationMs
          .default(minutes(10))
          .describe('milliseconds between changes, before some are stopped'),
        headroom: share.default(0.2).describe('of machines beyond what the usage needs, when a machine type is chosen'),
        forecastEveryMs: durationMs.default(minutes(5)).describe('milliseconds between forecasts'),
        reconfigureEveryMs: durationMs
          .default(minutes(60))
          .describe('milliseconds between choices of the machine type'),
        machineTypes: z.array(machineTypeSchema).default([]).describe('the first is the one in use at the start'),
      })
      .prefault({}),
    quality: z
      .strictObject({
        thresholdStep: z.number().default(0.5).describe('points out of 10, by which it rises'),
        maxThreshold: z.number().max(10).default(10).describe('points out of 10'),
        maxRevisedShare: share.default(0.1).describe('threshold rises only while fewer than this would be revised'),
        raiseEveryMs: durationMs.default(minutes(6 * 60)).describe('milliseconds between rises, at least'),
      })
      .prefault({}),
    cache: z
      .strictObject({
        auditShare: share.default(0.05).describe('of the answers found by meaning, made again to be compared'),
        wrongHitShare: share.default(0.01).describe('of the answers found by meaning, wrong ones at most'),
        minAudited: z
          .number()
          .int()
          .default(30)
          .describe('until so many are judged, only near-identical requests share'),
        alpha: share.default(0.05).describe('two-sided error of the wrong share, over all looks together'),
        guarantee: z
          .enum(['watched', 'shown'])
          .default('watched')
          .describe(
            'watched: given until too many are seen to be wrong; shown: given by a threshold of each entry, once it is shown that no more than `wrongHitShare` are wrong',
          ),
      })
      .prefault({}),
    personalData: z
      .strictObject({
        retentionDays: z
          .number()
          .int()
          .min(2)
          .nullable()
          .default(null)
          .describe('since a person was last heard, when what is theirs becomes unreadable; null until they ask'),
      })
      .prefault({}),
    autonomy: z
      .partialRecord(z.enum([...levers, 'scaling']), autonomyLevelSchema)
      .default({})
      .describe('by lever; apply where left out'),
    uses: z
      .record(useNameSchema, usePolicySchema)
      .default({})
      .describe(
        'by name, of calls that are passed on: what is measured and tried; a use that is not here is counted alone',
      ),
    freezeWindows: z.array(freezeWindowSchema).default([]).describe('in which nothing is applied or put to the test'),
  })
  .describe('Policy');

export type Policy = z.output<typeof policySchema>;

/** For what a process parses once or twice, as a second argument: without it zod first writes and compiles a parser. */
export const INTERPRETED = { jitless: true } as const;

export const defaultPolicy: Policy = policySchema.parse({}, INTERPRETED);

/** A policy is known by its content. */
export const policyVersion = (policy: Policy): string => hash128(canonicalJson(policy)).slice(0, 16);
