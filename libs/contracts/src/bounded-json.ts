import { jsonFault, type JsonLimits, describeLimits } from '@contentflow/kernel';
import { z } from 'zod';

/** How an issue says that what is wrong is the size: HTTP has a status of its own for it. */
export const TOO_LARGE = { reason: 'too-large' } as const;

/** An object of any form from outside, within these limits, which its description tells. */
export const boundedJson = (limits: JsonLimits): z.ZodType<Record<string, unknown>, Record<string, unknown>> =>
  z
    .record(z.string(), z.unknown())
    .superRefine((value, context) => {
      const fault = jsonFault(value, limits);
      if (!fault) return;
      const { path, problem: message, isTooLarge } = fault;
      context.addIssue({ code: 'custom', path: [...path], message, ...(isTooLarge ? { params: TOO_LARGE } : {}) });
    })
    .meta({ maxProperties: limits.keys, description: describeLimits(limits) });
