import { ApiKeyUsed, newEvent } from '@contentflow/contracts';
import { evolve, HOUR_MS, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import {
  apiKeys,
  type ApiKeys,
  createdKey,
  type KeyCommand,
  revokedKey,
  rotatedKey,
  SECRET_BYTES,
} from './api-keys.ts';
import { ShownKeys } from './shown-keys.ts';

const NOW = Date.UTC(2026, 0, 5);
const secret = (byte: number): Buffer => Buffer.alloc(SECRET_BYTES, byte);

/** The keys of one process, what it is told of them, and its clock. */
function told() {
  let keys: ApiKeys = apiKeys.initial();
  let now = NOW;
  let commands = 0;
  const shown = new ShownKeys({ known: () => keys, now: () => now });
  const command = (): KeyCommand => ({ id: `command ${commands++}`, by: 'ada', at: now });
  const hear = (...events: readonly NewEvent[]): void => {
    for (const event of events) keys = evolve(apiKeys, keys, event as StoredEvent);
  };
  return {
    shown,
    hear,
    command,
    pass: (ms: number) => void (now += ms),
    keys: () => keys,
    make: (byte: number, wish: object = {}) => {
      const made = createdKey({ name: 'ada', scopes: ['content'], ...wish }, secret(byte), command());
      hear(made.event);
      return made;
    },
  };
}

it('a key is known by its text, again and again, and by no other', () => {
  const { shown, make } = told();
  const [one, other] = [make(1), make(2)];
  for (let time = 0; time < 3; time++) {
    expect(shown.find(one.key)?.key.id).toBe(one.keyId);
    expect(shown.find(other.key)?.key.id).toBe(other.keyId);
    for (const wrong of [
      one.key.slice(0, -1),
      `${one.key}_`,
      one.key.toUpperCase(),
      one.key.replace(one.keyId, other.keyId),
      `${one.key.slice(0, -2)}BB`,
      one.keyId,
      '',
      '__proto__',
    ])
      expect([wrong, shown.find(wrong)]).toEqual([wrong, undefined]);
  }
});

it('a key that was known opens nothing from the moment that its end is heard of', () => {
  const { shown, make, hear, command, keys, pass } = told();
  const [revoked, rotated, short] = [make(1), make(2), make(3, { expiresAt: NOW + HOUR_MS })];
  for (const { key } of [revoked, rotated, short]) expect(shown.find(key)).toBeDefined();
  hear(revokedKey(revoked.keyId, NOW, 'left', command()));
  expect(shown.find(revoked.key)).toBeUndefined();
  const next = rotatedKey(keys().get(rotated.keyId) as never, HOUR_MS, secret(4), command());
  hear(...next.events);
  expect([shown.find(rotated.key)?.key.id, shown.find(next.key)?.key.id]).toEqual([rotated.keyId, next.keyId]);
  pass(HOUR_MS - 1);
  expect([rotated, short].map(({ key }) => shown.find(key) !== undefined)).toEqual([true, true]);
  pass(1);
  expect([rotated, short, next].map(({ key }) => shown.find(key) !== undefined)).toEqual([false, false, true]);
});

it('a key goes on to be known where its use was written down', () => {
  const { shown, make, hear } = told();
  const { key, keyId } = make(1);
  expect(shown.find(key)).toBeDefined();
  hear(newEvent(ApiKeyUsed, { subject: keyId, data: { keyId }, time: NOW, cause: { id: 'a use' } }));
  expect(shown.find(key)?.key.lastUsedAt).toBe(NOW);
});

it('a key is unheard of until the log tells of it, and never where it has no form of one', () => {
  const { shown, make, hear, command } = told();
  const elsewhere = createdKey({ name: 'bob', scopes: ['read'] }, secret(9), command());
  expect([elsewhere.key, undefined, 'sk-other', make(1).key].map((text) => shown.isUnheardOf(text))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(shown.find(elsewhere.key)).toBeUndefined();
  hear(elsewhere.event);
  expect([shown.isUnheardOf(elsewhere.key), shown.find(elsewhere.key)?.identity.name]).toEqual([false, 'bob']);
});

it('what a key asked for belongs to all of its line, and to nobody else', () => {
  const { shown, make, hear, command, keys } = told();
  const [first, stranger] = [make(1), make(2)];
  const second = rotatedKey(keys().get(first.keyId) as never, HOUR_MS, secret(3), command());
  hear(...second.events);
  const third = rotatedKey(keys().get(second.keyId) as never, HOUR_MS, secret(4), command());
  hear(...third.events);
  const line = [first, second, third];
  for (const one of line) {
    const owns = (keyId: string) => shown.find(one.key)?.identity.owns?.(keyId);
    expect(line.map(({ keyId }) => owns(keyId))).toEqual([true, true, true]);
    expect([owns(stranger.keyId), owns('0000000000000000')]).toEqual([false, false]);
  }
});
