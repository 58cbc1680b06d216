import { z } from 'zod';
import { defineEvent } from './define-event.ts';
import { Topic } from './topics.ts';

/** Words of a person, readable as long as the key of whoever they are about is there: docs/personal-data.md. */
export const sealedSchema = z.object({
  subject: z.string().min(1).max(64).describe('pseudonym of the person, by which their key is found'),
  sealed: z.string().describe('AES-256-GCM under the key of the person; nonce, tag and text, base64url'),
});
export type Sealed = z.output<typeof sealedSchema>;

export const SubjectForgotten = defineEvent(
  'ledger',
  'SubjectForgotten',
  Topic.access,
  'The key of a person was destroyed: what is sealed under it nobody can read any more.',
  z.object({
    /** Pseudonym. */
    subject: z.string().min(1).max(64),
    why: z.enum(['asked', 'retention']),
    by: z.string(),
  }),
);
