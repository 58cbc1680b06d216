import type { Checkpoint, EventData, SigningKeyRotated } from '@contentflow/contracts';
import { canonicalJson, isSignedBy, type SigningKey } from '@contentflow/kernel';

type Signed<Statement> = Statement & { readonly publicKey: string; readonly signature: string };

/** What is signed is one of these, and none can be taken for another. */
type Purpose = 'checkpoint' | 'rotation' | 'export';

/**
 * The statement with the key and its signature: Ed25519 over the canonical bytes (RFC 8785) of all but the signature, and of what it is for.
 */
export function signed<Statement extends object>(
  purpose: Purpose,
  statement: Statement,
  key: SigningKey,
): Signed<Statement> {
  const whole = { ...statement, publicKey: key.publicKey };
  return { ...whole, signature: key.sign(bytesOf(purpose, whole)) };
}

/** Whether it says what was signed, by the key that it names. */
export function isGenuine(purpose: Purpose, { signature, ...statement }: Signed<object>): boolean {
  try {
    return isSignedBy(statement.publicKey, bytesOf(purpose, statement), signature);
  } catch {
    // What has no canonical bytes nobody can have signed.
    return false;
  }
}

const bytesOf = (purpose: Purpose, statement: object): string => canonicalJson({ contentflow: purpose, ...statement });

export const signedCheckpoint = (about: Omit<Checkpoint, 'publicKey' | 'signature'>, key: SigningKey): Checkpoint =>
  signed('checkpoint', about, key);

export const signedRotation = (at: number, from: SigningKey, to: SigningKey): EventData<typeof SigningKeyRotated> =>
  signed('rotation', { version: 1 as const, next: to.publicKey, at }, from);
