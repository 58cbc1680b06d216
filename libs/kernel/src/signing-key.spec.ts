import { generateKeyPairSync } from 'node:crypto';
import { isSignedBy, publicKeyPem, publicKeysIn, signingKeyFrom } from './signing-key.ts';

const base64url = (hexadecimal: string): string => Buffer.from(hexadecimal, 'hex').toString('base64url');

describe('a signing key', () => {
  it('checks signatures as RFC 8032 has them', () => {
    // Section 7.1, tests 1 and 2
    const first = {
      key: base64url('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'),
      signature: base64url(
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ),
    };
    const second = {
      key: base64url('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
      signature: base64url(
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ),
    };
    expect(isSignedBy(first.key, '', first.signature)).toBe(true);
    expect(isSignedBy(second.key, 'r', second.signature)).toBe(true);
    expect(isSignedBy(second.key, 's', second.signature)).toBe(false);
    expect(isSignedBy(first.key, 'r', second.signature)).toBe(false);
  });

  it('follows from its secret, and signs the same text alike', () => {
    const [one, again, other] = [signingKeyFrom('one'), signingKeyFrom('one'), signingKeyFrom('other')];
    expect(again.publicKey).toBe(one.publicKey);
    expect(again.sign('text')).toBe(one.sign('text'));
    expect(isSignedBy(one.publicKey, 'text', one.sign('text'))).toBe(true);
    expect(isSignedBy(one.publicKey, 'text', other.sign('text'))).toBe(false);
  });

  it.each(['', 'no key', '__proto__', 'A'.repeat(43)])('takes nothing for signed by %p', (publicKey) => {
    const { sign } = signingKeyFrom('one');
    expect(isSignedBy(publicKey, 'text', sign('text'))).toBe(false);
  });
  it.each(['', 'none', 'A'.repeat(86)])('takes %p for no signature', (signature) => {
    expect(isSignedBy(signingKeyFrom('one').publicKey, 'text', signature)).toBe(false);
  });

  it('goes out and comes back as PEM, several in one text', () => {
    const keys = ['one', 'other'].map((secret) => signingKeyFrom(secret).publicKey);
    expect(publicKeysIn(keys.map(publicKeyPem).join('and then\n'))).toEqual(keys);
  });

  it('names what is no such key', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(() => publicKeysIn(pem)).toThrow('not Ed25519');
    expect(() => publicKeysIn('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----')).toThrow('no public key');
    expect(() => publicKeysIn('a text')).toThrow('holds no public key');
  });
});
