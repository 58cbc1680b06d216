import { z } from 'zod';
import { defineEvent, type EventDefinition } from './define-event.ts';
import { policyChangeSchema } from './policy-difference.ts';
import { autonomyLevelSchema, policySchema } from './policy.ts';
import { levers } from './recipe.ts';
import { Topic } from './topics.ts';

export const PolicyChanged = defineEvent(
  'ledger',
  'PolicyChanged',
  Topic.decisions,
  'Decisions from here on follow this policy.',
  z.object({
    version: z.string(),
    policy: policySchema,
    by: z.string(),
    /** The version that it changes; void where another has come into force meanwhile. Absent where it is the first. */
    from: z.string().optional(),
    /** Absent in what releases up to 0.2 wrote, and where it is the first and nothing but defaults. */
    changes: z.array(policyChangeSchema).optional(),
    /** What the policy file says, by key, where it is the file that is followed and no person's word. */
    file: z.record(z.string(), z.unknown()).optional(),
  }),
);
export const AutonomyPaused = defineEvent(
  'ledger',
  'AutonomyPaused',
  Topic.decisions,
  'A person stopped the system from changing itself.',
  z.object({ reason: z.string(), by: z.string() }),
);
export const AutonomyResumed = defineEvent(
  'ledger',
  'AutonomyResumed',
  Topic.decisions,
  'A person let the system change itself again.',
  z.object({ reason: z.string(), by: z.string() }),
);
export const OperatorIntervened = defineEvent(
  'ledger',
  'OperatorIntervened',
  Topic.decisions,
  'A person decided: pinned, approved, refused, stopped, brought back, or set the autonomy of a lever or a threshold.',
  z.object({
    action: z.enum([
      'set_autonomy',
      'pin',
      'unpin',
      'approve',
      'refuse',
      'roll_back',
      'stop_experiment',
      'undo_rollback',
      'set_threshold',
      'accept_loss',
    ]),
    /** Id of the proposal, experiment or improvement; the content type, and of a pin `TYPE/LEVER`; of a loss, whose documents were made anew. */
    target: z.string(),
    levels: z.record(z.string(), autonomyLevelSchema).optional(),
    /** What is pinned or let go. */
    contentType: z.string().optional(),
    lever: z.enum(levers).optional(),
    /** 0–10. */
    threshold: z.number().min(0).max(10).optional(),
    reason: z.string(),
    by: z.string(),
  }),
);

/** The event as a service appended it, with its CloudEvents attributes. */
export const decisionEnvelopeSchema = z.object({
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  time: z.number(),
  data: z.unknown(),
  correlationId: z.string(),
  causationId: z.string().optional(),
});
export type DecisionEnvelope = z.output<typeof decisionEnvelopeSchema>;

/** A decision as it stands in the ledger. */
export interface Decision<Data = unknown> extends DecisionEnvelope {
  readonly data: Data;
}

/** Whether a decoded decision is of this definition. Data that its contract refuses is undefined, and so of none. */
export const isDecision = <Schema extends z.ZodType>(
  definition: EventDefinition<Schema>,
  decision: Decision,
): decision is Decision<z.output<Schema>> => decision.type === definition.type && decision.data !== undefined;

export const DecisionSequenced = defineEvent(
  'ledger',
  'DecisionSequenced',
  Topic.ledger,
  'A decision has its place in the chain: a gapless number, and the hash of what stands before it.',
  z.object({
    seq: z.number().int().min(0),
    previousHash: z.string(),
    /** SHA-256 over the previous hash, the number, and the canonical bytes of the decision. */
    hash: z.string(),
    /** How the hash is found; 1 in what releases up to 0.2 wrote. */
    hashVersion: z.literal([1, 2]).default(1),
    decision: decisionEnvelopeSchema,
  }),
);
