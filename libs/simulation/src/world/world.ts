import { z } from 'zod';
import { duration } from './duration.ts';

const share = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const count = z.number().int().min(0);
const name = z.string().min(1);
const contentTypeOrAll = name.default('*').describe('a content type, or * for all');

const features = [
  'promptTokensRemovedShare',
  'keyFactsMissing',
  'examples',
  'candidates',
  'temperature',
  'toneDistance',
  'lengthRatio',
  'hourOfDay',
] as const;

const featureSchema = z
  .string()
  .regex(new RegExp(`^(${features.join('|')}|step:.+|model:.+)$`), {
    error: ({ input }) => `is no feature: "${input}"; there are ${features.join(', ')}, step:ID and model:NAME`,
  })
  .describe('what the effect depends on, as read from the requests');

/** x ascending; linear in between, constant outside. */
const pointsSchema = z
  .array(z.tuple([z.number(), z.number()]))
  .min(1)
  .refine((points) => points.every(([x], i) => i === 0 || x > (points[i - 1]?.[0] ?? -Infinity)), 'x must ascend');

const latency = (median: number, sigma: number) =>
  z
    .strictObject({
      median: z.number().positive().default(median),
      sigma: notNegative.default(sigma).describe('of the logarithm'),
    })
    .prefault({});

const stepSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,40}$/),
  needs: z.array(z.string()).default([]),
  outputTokens: z.number().int().min(1).default(200),
});

const generation0Schema = z.strictObject({
  model: name.default('large'),
  promptTokens: count.max(40_000).default(1000).describe('of the instructions'),
  examples: count.max(20).default(0),
  candidates: z.number().int().min(1).max(8).default(1),
  temperature: z.number().min(0).max(2).default(0.7),
  tone: name.default('neutral'),
  words: z.number().int().min(1).default(300),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(20)
    .prefault([{ id: 'draft', outputTokens: 900 }]),
});

const contentTypeSchema = z.strictObject({
  share: notNegative.default(1).describe('of the traffic, against the other content types'),
  difficulty: z.strictObject({ mean: share.default(0.5), sd: notNegative.default(0.2) }).prefault({}),
  keyPoints: z.strictObject({ min: count.default(2), max: count.default(6) }).prefault({}),
  generation0: generation0Schema.prefault({}),
});

const modelSchema = z.strictObject({
  name,
  usdPerMillionInput: notNegative.default(3),
  usdPerMillionOutput: notNegative.default(15),
  timeToFirstTokenMs: latency(800, 0.4),
  tokensPerSecond: latency(60, 0.2),
  failures: z
    .strictObject({ '429': share.default(0), timeout: share.default(0), '5xx': share.default(0) })
    .prefault({})
    .describe('odds that a call fails, by class'),
  requestsPerMinute: z.number().positive().default(60_000),
  tokensPerMinute: z.number().positive().default(100_000_000),
  quality: z
    .strictObject({
      mean: z.number().min(0).max(10).default(7.2).describe('at difficulty 0.5'),
      sd: notNegative.default(1),
      perDifficulty: z.number().default(-1.5),
    })
    .prefault({}),
});

const effectSchema = z.strictObject({
  contentType: contentTypeOrAll,
  feature: featureSchema,
  on: z.enum(['quality', 'tokens', 'time', 'failureOdds']),
  points: pointsSchema,
  from: duration.prefault('PT0H'),
  until: duration.nullable().prefault(null),
});

const scheduledSchema = z.strictObject({
  at: duration,
  for: duration.nullable().prefault(null).describe('null: to the end'),
  model: name,
  set: z.record(z.string(), z.number()).describe('dotted path of a number of the model → its value'),
});

const likesSchema = z.strictObject({
  tone: name.optional(),
  words: z.number().positive().optional(),
  structure: name.optional(),
  weight: z
    .strictObject({ tone: notNegative.default(0), words: notNegative.default(0), structure: notNegative.default(0) })
    .prefault({}),
});

const tasteChangeSchema = z.strictObject({
  at: duration,
  contentType: contentTypeOrAll,
  set: z.strictObject({
    tone: name.optional(),
    words: z.number().positive().optional(),
    structure: name.optional(),
  }),
});

const wantSchema = z.strictObject({
  tone: name.optional(),
  words: z.number().positive().optional(),
  structure: name.optional(),
});

const readersSchema = z.strictObject({
  ratingShare: share.default(0.2).describe('of contents that somebody rates'),
  delay: z.strictObject({ median: duration.prefault('PT5M'), sigma: notNegative.default(1) }).prefault({}),
  noise: notNegative.default(0.7).describe('standard deviation, in stars'),
  leniencySd: notNegative.default(0.5).describe('between raters, in stars'),
  raters: z.number().int().min(1).default(400),
  commentShare: share.default(0.3).describe('of ratings'),
  editShare: share.default(0.05).describe('of ratings'),
  likes: z.record(z.string(), likesSchema).default({}),
  engagement: z
    .strictObject({
      base: share.default(0.04).describe('clicks per view at quality 7'),
      perQuality: z.number().default(0.15).describe('relative, per point'),
      viewsPerContent: notNegative.default(0.5),
    })
    .prefault({}),
  dishonest: z
    .strictObject({
      share: share.default(0).describe('of the raters'),
      want: wantSchema.prefault({}),
      ratesPerHour: notNegative.default(60).describe('by each of them'),
      from: duration.prefault('PT0H'),
      until: duration.nullable().prefault(null),
    })
    .prefault({}),
  schedule: z.array(tasteChangeSchema).default([]),
});

const trafficSchema = z.strictObject({
  perHour: notNegative.default(800),
  daily: z
    .array(z.tuple([z.number().min(0).max(24), notNegative]))
    .min(1)
    .default([[0, 1]])
    .describe('hour of the day → times perHour; linear in between, midnight to midnight'),
  bursts: z.array(z.strictObject({ at: duration, for: duration, times: notNegative })).default([]),
  repeatShare: share.default(0.1),
  paraphraseShare: share.default(0.1),
  nearMissShare: share.default(0.02),
});

const machineTypeSchema = z.strictObject({
  name,
  cpu: z.number().positive().default(2),
  memoryMb: z.number().positive().default(2048),
  callsAtOnce: z.number().int().min(1).default(20),
  usdPerHour: notNegative.default(0.08),
});

const machinesSchema = z.strictObject({
  callsAtOncePerInstance: z.number().int().min(1).default(20),
  startDelay: duration.prefault('PT2M'),
  crashPerHour: notNegative.default(0.001).describe('crashes per instance and hour'),
  types: z
    .array(machineTypeSchema)
    .min(1)
    .prefault([{ name: 'small' }]),
});

/** One JSON file: the truth that a simulated run is up against. Unknown keys are errors, missing ones take defaults. */
export const worldSchema = z
  .strictObject({
    name: name.default('unnamed'),
    currency: z.literal('USD').default('USD'),
    contentTypes: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), contentTypeSchema)
      .refine((types) => Object.keys(types).length > 0, 'names no content type')
      .prefault({ product_description: {} }),
    models: z
      .array(modelSchema)
      .min(1)
      .prefault([{ name: 'large' }]),
    effects: z.array(effectSchema).default([]),
    schedule: z.array(scheduledSchema).default([]),
    readers: readersSchema.prefault({}),
    traffic: trafficSchema.prefault({}),
    machines: machinesSchema.prefault({}),
  })
  .describe('World');

export type World = z.output<typeof worldSchema>;
export type WorldContentType = World['contentTypes'][string];
export type WorldModel = World['models'][number];
export type WorldEffect = World['effects'][number];
export type Likes = World['readers']['likes'][string];
export type EffectTarget = WorldEffect['on'];
