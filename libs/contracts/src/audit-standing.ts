import { z } from 'zod';

/** How far the ledger has been checked by itself. */
export const auditStandingSchema = z.object({
  state: z
    .enum(['off', 'waiting', 'running', 'verified', 'differs', 'failed'])
    .describe('off where this process does not check: another one does, or there is no folder'),
  verifiedTo: z
    .object({
      seq: z.number().int().min(0).describe('entries of the ledger that are as they ought to be'),
      at: z.number().describe('when that was found, epoch milliseconds'),
    })
    .nullable(),
  entries: z.number().int().min(0).describe('entries of the ledger now'),
  differences: z.number().int().min(0),
  first: z.string().nullable().describe('the first of them, in words; what failed, where the audit did'),
});
export type AuditStanding = z.output<typeof auditStandingSchema>;

export const auditStandingAnswer = auditStandingSchema.extend({
  simulated: z.boolean().describe('true where it comes from the sandbox'),
});
