import type { StoredEvent } from '@contentflow/kernel';
import { claimed, holderOf, released, type Claim, type Claims } from './claims.ts';

const claim = (claimant: string, time: number, subject = 'brief-1'): StoredEvent<Claim> => ({
  id: `${claimant}-${time}`,
  topic: 'work',
  type: 'claimed',
  source: claimant,
  subject,
  time,
  correlationId: 'c',
  data: { claimant, leaseMs: 100 },
  partition: 0,
  offset: 0,
});
const after = (...events: StoredEvent<Claim>[]): Claims => events.reduce(claimed, {});

it('gives the work to the first who claims it', () => {
  expect(holderOf(after(claim('a', 0), claim('b', 1)), 'brief-1', 50)).toBe('a');
});
it('passes it on once the lease has run out', () => {
  expect(holderOf(after(claim('a', 0), claim('b', 100)), 'brief-1', 150)).toBe('b');
});
it('prolongs the lease of a holder who claims again', () => {
  const claims = after(claim('a', 0), claim('a', 90), claim('b', 120));
  expect(holderOf(claims, 'brief-1', 150)).toBe('a');
});
it('knows no holder of what was never claimed, has run out or is released', () => {
  const claims = after(claim('a', 0));
  expect(holderOf(claims, 'brief-2', 50)).toBeUndefined();
  expect(holderOf(claims, 'brief-1', 100)).toBeUndefined();
  expect(holderOf(released(claims, 'brief-1'), 'brief-1', 50)).toBeUndefined();
});
it('keeps the claims on other work apart', () => {
  const claims = after(claim('a', 0), claim('b', 1, 'brief-2'));
  expect([holderOf(claims, 'brief-1', 50), holderOf(claims, 'brief-2', 50)]).toEqual(['a', 'b']);
});
