import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { basisSchema } from './facts.ts';
import { Topic } from './topics.ts';

export const LoadForecast = defineEvent(
  'scaler',
  'LoadForecast',
  Topic.decisions,
  'The load expected at the horizon, with its 80 % interval. Generations per minute.',
  z.object({
    forecastId: z.string(),
    for: z.number(),
    expected: z.number(),
    lower: z.number(),
    upper: z.number(),
    forecaster: z.string(),
    /** What is provided for, as the cost of load that is not served asks; left out while too little is known, as by releases up to 0.3. */
    planned: z.number().optional(),
    basis: basisSchema,
  }),
);
export const ForecastGraded = defineEvent(
  'scaler',
  'ForecastGraded',
  Topic.decisions,
  'A forecast met what came; a forecaster that loses to the last value is demoted.',
  z.object({
    forecastId: z.string(),
    expected: z.number(),
    actual: z.number(),
    error: z.number(),
    lastValueError: z.number(),
    covered: z.boolean(),
    demoted: z.boolean(),
    basis: basisSchema,
  }),
);
const scaling = {
  scalingId: z.string(),
  from: z.number().int(),
  to: z.number().int(),
};
export const ScalingDecided = defineEvent(
  'scaler',
  'ScalingDecided',
  Topic.decisions,
  'How many instances there shall be, and why.',
  z.object({
    ...scaling,
    reason: z.enum(['predicted_high_load', 'current_high_load', 'low_utilization', 'operator']),
    /** Running experiments whose timings this touches. */
    experiments: z.array(z.string()),
    basis: basisSchema,
  }),
);
export const ScalingExecuted = defineEvent(
  'scaler',
  'ScalingExecuted',
  Topic.decisions,
  'Instances were really started or stopped.',
  z.object({ ...scaling, executor: z.string() }),
);
export const ScalingFailed = defineEvent(
  'scaler',
  'ScalingFailed',
  Topic.decisions,
  'Instances could not be started or stopped.',
  z.object({ ...scaling, executor: z.string(), reason: z.string() }),
);
export const ResourcesReconfigured = defineEvent(
  'scaler',
  'ResourcesReconfigured',
  Topic.decisions,
  'A cheaper machine type does the same work.',
  z.object({ from: z.string(), to: z.string(), count: z.number().int(), savings: z.number(), basis: basisSchema }),
);
