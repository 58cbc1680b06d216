import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { Topic } from './topics.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const publicKey = z.string().min(1).max(64).describe('Ed25519, 32 bytes, base64url');
const signature = z.string().min(1).max(128).describe('Ed25519 over the canonical bytes of all the rest; base64url');

/** How far a partition goes, and what its events hash to. */
export const partitionMarkSchema = z.object({
  end: z.number().int().min(0).describe('the offset after the last event that the hash covers'),
  hash: hash.describe('SHA-256 of the hash before and the digest of each event, from the first one on'),
});

/** What a checkpoint says. All of it but the signature is signed. */
export const checkpointSchema = z.object({
  /** How it is signed. */
  version: z.literal(1),
  /** Entries of the ledger that it covers, and the hash of the last of them. */
  seq: z.number().int().min(0),
  hash,
  /** By `topic/partition`. */
  partitions: z.record(z.string(), partitionMarkSchema),
  at: z.number().describe('epoch milliseconds'),
  afterLoss: z
    .literal(true)
    .optional()
    .describe('the log is not what was signed before, and somebody went on all the same: earlier ones hold no more'),
  publicKey,
  signature,
});
export type Checkpoint = z.output<typeof checkpointSchema>;

export const CheckpointSigned = defineEvent(
  'ledger',
  'CheckpointSigned',
  Topic.checkpoints,
  'The holder of the signing key says what the log holds: how far each partition goes, and what it hashes to.',
  checkpointSchema,
);

export const SigningKeyRotated = defineEvent(
  'ledger',
  'SigningKeyRotated',
  Topic.checkpoints,
  'The holder of the signing key says which key signs from here on.',
  z.object({
    version: z.literal(1),
    publicKey,
    next: publicKey,
    at: z.number().describe('epoch milliseconds'),
    signature,
  }),
);

/** A checkpoint as it is told. */
export const checkpointAnswer = checkpointSchema.meta({ id: 'Checkpoint' });
export const checkpointsAnswer = z.object({
  items: z.array(checkpointSchema),
  next: z.string().nullable(),
  publicKey: z.string().nullable().describe('that signs now; null where the installation has none'),
  simulated: z.boolean().describe('true where it comes from the sandbox'),
});
