import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { ContentFlowError } from './errors.ts';

/** What signs, and how whoever checks it names it. */
export interface SigningKey {
  /** Ed25519, 32 bytes, base64url. */
  readonly publicKey: string;
  /** @returns Ed25519 signature (RFC 8032) over the UTF-8 bytes, 64 bytes, base64url; the same text has the same one */
  sign(text: string): string;
}

/** What stands before the 32 secret bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

/** The key that follows from a secret text, whatever its length: HKDF with SHA-256 (RFC 5869). */
export function signingKeyFrom(secret: string): SigningKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'contentflow signing key', SEED_BYTES));
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  return {
    publicKey: rawPublicKey(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64url'),
  };
}

const rawPublicKey = (key: KeyObject): string => key.export({ format: 'jwk' }).x as string;

/** Whether the text was signed by the holder of this key; false too for what is no key or no signature. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    return verify(null, Buffer.from(text), keyObjectOf(publicKey), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** As OpenSSL and others read it. */
export const publicKeyPem = (publicKey: string): string =>
  keyObjectOf(publicKey).export({ format: 'pem', type: 'spki' }).toString();

const keyObjectOf = (publicKey: string): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });

const PEM_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g;

/**
 * The keys of a PEM text, one or several.
 * @returns as `SigningKey.publicKey` has them
 * @throws ContentFlowError `public-key` where there is none, or one of another kind
 */
export function publicKeysIn(text: string): string[] {
  const found = text.match(PEM_KEY) ?? [];
  if (found.length === 0) throw noKey('holds no public key');
  return found.map((pem) => {
    try {
      const key = createPublicKey(pem);
      if (key.asymmetricKeyType === 'ed25519') return rawPublicKey(key);
    } catch {
      throw noKey('holds what is no public key');
    }
    throw noKey('holds a public key that is not Ed25519');
  });
}

const noKey = (problem: string): ContentFlowError =>
  new ContentFlowError('public-key', problem, { fix: 'give what "contentflow checkpoint --public-key" writes' });
