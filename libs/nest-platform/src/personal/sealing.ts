import { ContentFlowError } from '@contentflow/kernel';
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/**
 * AES-256-GCM (NIST SP 800-38D) with a nonce of 96 random bits.
 * @param place  what the text belongs to: it opens nowhere else
 * @returns nonce, tag and ciphertext, base64url
 */
export function seal(key: Uint8Array, text: string, place: string, nonce: Uint8Array): string {
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws ContentFlowError `sealed-otherwise` for what this key does not open at this place */
export function open(key: Uint8Array, sealed: string, place: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch (cause) {
    throw new ContentFlowError('sealed-otherwise', 'this key does not open what is sealed here', { cause });
  }
}
export const newNonce = (random: (bytes: number) => Uint8Array): Uint8Array => random(NONCE_BYTES);

/** Derived from the secret of the installation: what wraps keys, and what names are looked up by. */
export interface MasterKey {
  /** Tells one master key from another, and nothing else. */
  readonly fingerprint: string;
  readonly wrapping: Uint8Array;
  /** The same for the same name; without the master key nobody can tell whose it is. */
  lookupOf(name: string): string;
}

/** HKDF-SHA-256 (RFC 5869), a key for each use. */
export function masterKeyFrom(secret: Uint8Array): MasterKey {
  const derived = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `contentflow ${use}`, KEY_BYTES));
  const lookup = derived('lookup of subjects');
  return {
    fingerprint: derived('fingerprint').toString('hex').slice(0, 16),
    wrapping: derived('wrapping of keys'),
    lookupOf: (name) => createHmac('sha256', lookup).update(name.normalize('NFC')).digest('hex'),
  };
}
